"""The shelf: one lesson a file, found by looking in this folder, in the order that `ORDER` gives the known ones."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from paradigms.errors import unknown

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
    found = [one.name.replace("_", "-") for one in pkgutil.iter_modules(__path__)]
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def load(name: str) -> Lesson:
    """The lesson of that name.

    Raises:
        UsageError: there is none, with the nearest.
    """
    if name not in names():
        raise unknown("lesson", name, names())
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    lesson: Lesson = module.LESSON
    return lesson
