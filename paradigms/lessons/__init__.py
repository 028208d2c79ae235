"""The shelf: one lesson a file, found by looking in this folder, in the order that `ORDER` gives the known ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paradigms import shelf

if TYPE_CHECKING:
    from paradigms.course import Lesson

ORDER = (
    *(
        "learning-rate",
        "descent",
        "optimisers",
        "chain-rule",
        "overfitting",
        "batch-size",
        "schedules",
        "depth",
    ),
    *("starts", "stable-targets", "delayed-reward", "exploration", "hebb", "scaling", "splits"),
    *("edge-of-stability", "double-descent", "grokking", "random-labels", "forgetting", "bias-variance"),
    *("thresholds", "choosing-k", "shortcut", "policy-variance"),
)
"""Who would take them one after another takes them so; a lesson that is not named here comes last."""


def names() -> list[str]:
    """Every lesson of the folder."""
    return shelf.names(__name__, ORDER)


def load(name: str) -> Lesson:
    """The lesson of that name.

    Raises:
        UsageError: there is none, with the nearest.
    """
    lesson: Lesson = shelf.module(__name__, "lesson", name, names()).LESSON
    return lesson
