"""Two options as a map: the IQM of every pair of values."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paradigms.choices import said, spoken

from ..drawing import layout, theme
from ..drawing.plate import Plate
from ..words import number
from .along import _name, _spoken, _title, table, whose
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
    low, high = _ends(held, one.lower_is_better)
    title = _title(one)

    def paint(figure: Figure) -> None:
        left = layout.margin(figure, [said(value) for value in rows], 0.13) + 0.04
        height = 0.77 if layout.narrow(figure) else 0.69
        ax = figure.add_axes((left, 0.15, 0.81 - left, height))
        colours = theme.ramp(theme.learner_colour(one.place), theme.BENEATH)
        colours = colours.reversed() if one.lower_is_better else colours
        many = len(columns) > (4 if layout.narrow(figure) else 8)
        slanted: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if many else {}
        words = np.full(held.shape, "", dtype=object)
        for (x, y), point in cells.items():
            room = len(columns) <= 6 or not layout.narrow(figure)
            words[rows.index(y), columns.index(x)] = _cell(point, one, room)
        bar = figure.add_axes((0.84, 0.15, 0.02, height))
        size = 12 if len(one.grid) <= 60 else 9
        theme.heatmap(ax, held, words, bar, size=size, cmap=colours, vmin=low, vmax=high)
        ax.invert_yaxis()
        ax.set_xticks(np.arange(len(columns)) + 0.5, [said(value) for value in columns], **slanted)
        ax.set_yticks(np.arange(len(rows)) + 0.5, [said(value) for value in rows])
        ax.set_xlabel(spoken(across))
        ax.set_ylabel(spoken(up))
        held_out = f"{one.default.shown.signal.label}, validation part"
        if layout.narrow(figure):  # beside long ticks there is no room
            ax.set_title(held_out)
        else:
            bar.set_ylabel(held_out)

    text = f"{title} A map of {len(rows)} × {len(columns)} settings. {_spoken(one)}"
    beyond, pale = ("above", high) if one.lower_is_better else ("below", low)
    note = (
        f"{whose(one)}. What lies {beyond} {number(pale)} has no colour. The star is the best; "
        "a cross: seeds diverged. Intervals stand in the table."
    )
    return Plate(_name(one, f"{across}-{up}"), title, text, table(one), paint, note)


def _ends(held: NDArray[np.float64], lower_is_better: bool) -> tuple[float, float]:
    """The scale's ends: the worst quarter has no colour, or a single lost setting would take it all."""
    known = held[np.isfinite(held)]
    if not known.size:
        return 0.0, 1.0
    low, high = np.quantile(known, [0.0, 0.75] if lower_is_better else [0.25, 1.0])
    return (float(low), float(high)) if high > low else (float(low) - 0.5, float(high) + 0.5)


def _height(point: Point | None) -> float:
    return np.nan if point is None else point.iqm


def _cell(point: Point, one: Swept, room: bool) -> str:
    """Its number where there is room, and what is special about it."""
    mark = "★ " if point is one.best else "✕ " if point.lost else ""
    lettered = room and len(one.grid) <= LETTERED
    return mark + (number(point.iqm, 3) if lettered else "")
