"""A worked example -> its page, its slides and its summary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..reading.folder import Json
from . import charted
from .report import Page


def draw(told: Any, summary: Json, out: Path) -> Page:
    """Draws `report.html`, `summary.json` and `figures/*.png` into `out`.

    Args:
        told: what `paradigms.worked.telling.told` says.

    Raises:
        UsageError: `out` cannot be written.
    """
    return charted.draw(
        "example.html",
        told.charts,
        summary,
        out,
        title=told.example.question,
        eyebrow=f"Worked example: {told.name}",
        told=told,
        meanings=[[one.name, one.meaning] for one in told.example.measures],
    )
