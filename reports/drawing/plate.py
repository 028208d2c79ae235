"""A plate: one figure of the page, with all that must stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Table:
    """The figure's data for reading: cells are finished text."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Plate:
    """`title` states the finding, `text` is for those who cannot see the figure, `paint` draws it on
    a slide or, in another arrangement, on the page's narrower sheet.

    `timed` marks what depends on seconds and may differ between two runs of one command.
    """

    name: str
    title: str
    text: str
    table: Table
    paint: Callable[[Figure], None] = field(repr=False)
    caption: str = ""
    timed: bool = False
