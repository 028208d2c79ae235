"""A lesson that was held -> its page, its slides and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..drawing import theme
from ..drawing.plate import Plate
from ..lesson.plate import plate
from ..reading.folder import Json
from .page import Drawn, environment, source
from .report import Page, Press, write_all


def draw(told: Any, summary: Json, out: Path) -> Page:
    """Draws `report.html`, `summary.json` and `figures/*.png` into `out`.

    Args:
        told: what `paradigms.course.telling.told` says.

    Raises:
        UsageError: `out` cannot be written.
    """
    plates = [plate(chart) for chart in told.charts]
    return write_all(out, summary, lambda press: _html(told, plates, press))


def _html(told: Any, plates: Sequence[Plate], press: Press) -> str:
    with theme.style():
        figures: Sequence[Drawn] = press.print(plates)
    return (
        environment()
        .get_template("lesson.html")
        .render(
            title=told.lesson.question,
            eyebrow=f"Lesson: {told.name}",
            told=told,
            claims=[_row(one) for one in told.judged],
            left_out=[
                one.holds.replace("{value}", "…").replace("{theory}", "…").replace("{control}", "…")
                for one in told.left_out
            ],
            drawn=figures,
            style=source("style.css"),
            script_hash="",
        )
    )


def _row(one: Any) -> list[str]:
    return [
        one.sentence,
        one.measured,
        one.claim.bound.said(one.form),
        one.control or "–",
        one.theory or "–",
        one.verdict,
    ]
