"""Two options as a map: the IQM of every pair of values."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from paradigms.choices import said, spoken

from ..drawing import layout, theme
from ..drawing.plate import Plate
from ..words import number
from .along import _caption, _name, _spoken, _title, table
from .points import Point, Swept

LETTERED = 150
"""Cells up to which each says its number."""


def fits(one: Swept) -> bool:
    """Whether the grid is one: a draw at random has a value of its own almost everywhere."""
    first, second = (len(one.values(option)) for option in one.options)
    return first * second <= 2 * len(one.grid)


def plate(one: Swept) -> Plate:
    """The first option along x, the second along y; the best and the default are framed."""
    across, up = one.options
    columns, rows = one.values(across), one.values(up)
    cells = {(one.value(point, across), one.value(point, up)): point for point in one.grid}
    held = np.array([[_height(cells.get((x, y))) for x in columns] for y in rows])
    title = _title(one)

    def paint(figure: Figure) -> None:
        left = layout.margin(figure, [said(value) for value in rows], 0.13) + 0.04
        height = 0.8 if layout.narrow(figure) else 0.69
        ax = figure.add_axes((left, 0.15, 0.81 - left, height))
        shown = np.where(np.isfinite(held), held, np.nan)
        known = shown[np.isfinite(shown)]
        low, high = np.quantile(known, [0.25, 1.0]) if known.size else (0.0, 1.0)
        if one.lower_is_better and known.size:
            low, high = np.quantile(known, [0.0, 0.75])
        colours = theme.ramp(theme.learner_colour(one.place))
        colours = colours.reversed() if one.lower_is_better else colours
        image = ax.imshow(
            shown, origin="lower", aspect="auto", cmap=colours, vmin=low, vmax=high or 1.0, alpha=0.6
        )
        ax.set_xticks(
            range(len(columns)),
            [said(value) for value in columns],
            rotation=45 if len(columns) > (4 if layout.narrow(figure) else 8) else 0,
        )
        ax.set_yticks(range(len(rows)), [said(value) for value in rows])
        ax.set_xlabel(spoken(across))
        ax.set_ylabel(spoken(up))
        for (x, y), point in cells.items():
            _cell(
                ax,
                columns.index(x),
                rows.index(y),
                point,
                one,
                len(columns) <= 6 or not layout.narrow(figure),
            )
        bar = figure.colorbar(image, cax=figure.add_axes((0.84, 0.15, 0.02, height)))
        bar.set_label(f"{one.default.shown.signal.label}, validation part")

    text = f"{title} A map of {len(rows)} × {len(columns)} settings. {_spoken(one)}"
    note = f"{_caption(one)} The star is the best; a cross: seeds diverged. Intervals stand in the table."
    return Plate(_name(one, f"{across}-{up}"), title, text, table(one), paint, note)


def _height(point: Point | None) -> float:
    return np.nan if point is None else point.iqm


def _cell(ax: object, column: int, row: int, point: Point, one: Swept, room: bool) -> None:
    """Its number where there is room, and what is special about it."""
    mark = "★ " if point is one.best else "✕ " if point.lost else ""
    lettered = room and len(one.grid) <= LETTERED
    words = mark + (number(point.iqm, 3) if lettered else "")
    if words:
        size = 12 if len(one.grid) <= 60 else 9
        ax.text(column, row, words, ha="center", va="center", size=size, color=theme.INK)  # type: ignore[attr-defined]
