"""A plate: one figure of the page, with all that must stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure

from ..words import Told


@dataclass(frozen=True)
class Table:
    """The figure's data for reading: cells are finished text, which knows the value that it tells."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    @property
    def values(self) -> list[list[Any]]:
        """What the cells tell, as summary.json holds it."""
        return [[cell.value if isinstance(cell, Told) else cell for cell in row] for row in self.rows]


@dataclass(frozen=True)
class Plate:
    """`title` states the finding, `text` is for those who cannot see the figure, `paint` draws it on
    a slide or, in another arrangement, on the page's narrower sheet.

    A title is made from cells of the table, so it cannot say anything else.

    `timed` marks what depends on seconds and may differ between two runs of one command.
    """

    name: str
    title: str
    text: str
    table: Table
    paint: Callable[[Figure], None] = field(repr=False)
    caption: str = ""
    timed: bool = False
