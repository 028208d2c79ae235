"""A lesson that was held -> its page, its slides and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..reading.folder import Json
from . import charted
from .report import Page


def draw(told: Any, summary: Json, out: Path, films: Sequence[tuple[str, Path]] = ()) -> Page:
    """Draws `report.html`, `summary.json` and `figures/*.png` into `out`.

    Args:
        told: what `paradigms.course.telling.told` says.
        films: the runs that play, as their names on the page and their folders.

    Raises:
        UsageError: `out` cannot be written.
    """
    return charted.draw(
        "lesson.html",
        told.charts,
        summary,
        out,
        films,
        title=told.lesson.question,
        eyebrow=f"Lesson: {told.name}",
        told=told,
        claims=[_row(one) for one in told.judged],
        left_out=[
            one.holds.replace("{value}", "…").replace("{theory}", "…").replace("{control}", "…")
            for one in told.left_out
        ],
    )


def _row(one: Any) -> list[str]:
    return [
        one.sentence,
        one.measured,
        one.bound,
        one.control or "–",
        one.theory or "–",
        one.verdict,
    ]
