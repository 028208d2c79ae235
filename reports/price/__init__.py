"""The same data under different teachers: what poorer feedback costs, in figures, words and numbers."""

from __future__ import annotations

from typing import Any

from ..drawing.plate import Plate
from ..reading.comparison import Comparison
from .costs import applies, prices, summary
from .table import HEAD, rows
from .words import judged, sentences

__all__ = ["applies", "judged", "plates", "sentences", "summary", "table"]


def plates(comparison: Comparison) -> list[Plate]:
    """Accuracy over examples, updates and bits; gradient noise; who confuses what."""
    from . import confusion, curves

    confused = confusion.plate(comparison.learners)
    found = curves.plates(prices(comparison.learners))
    return [*found, confused] if confused is not None else found


def table(comparison: Comparison) -> dict[str, Any]:
    """The table of prices: its head, and rows of cells with what stands beside them."""
    return {"head": HEAD, "rows": rows(prices(comparison.learners))}
