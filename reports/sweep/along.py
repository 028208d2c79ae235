"""Scores along one option: every seed thin, the IQM thick with its interval, lost seeds marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paradigms.choices import said, spoken

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..words import NOTHING, number, span
from .points import Point, Swept, numeric
from .words import named

WIDE = 20.0
"""Largest over smallest value from which on an axis is logarithmic."""


def plate(one: Swept) -> Plate:
    """One option."""
    (option,) = one.options
    title = _title(one)

    def paint(figure: Figure) -> None:
        handles, names = _key(one)
        ax = layout.plot(figure, names, left=0.095, right=0.75)
        draw(ax, one, option, one.grid)
        ax.set_xlabel(spoken(option))
        ax.set_ylabel(f"{one.default.shown.signal.label}, validation part")
        layout.legend(figure, handles, names, at=(0.76, 0.85))

    return Plate(_name(one, option), title, f"{title} {_spoken(one)}", table(one), paint, _caption(one))


def multiples(one: Swept) -> Plate:
    """Several options, a panel each: every setting at its value, whatever the others are."""
    title = _title(one)

    def paint(figure: Figure) -> None:
        count = len(one.options)
        columns = min(2 if layout.narrow(figure) else 3, count)
        rows = -(-count // columns)
        for place, option in enumerate(one.options):
            row, column = divmod(place, columns)
            width, height = 0.88 / columns, (0.9 if layout.narrow(figure) else 0.76) / rows
            top = 1.0 if layout.narrow(figure) else 0.86
            left, bottom = 0.09 + column * width, top - (row + 1) * height + 0.09
            ax = figure.add_axes((left, bottom, width - 0.075, height - 0.13))
            scatter(ax, one, option)
            ax.set_xlabel(spoken(option))
            if not column:
                ax.set_ylabel(one.default.shown.signal.label)

    text = f"{title} A panel for each of {', '.join(one.options)}; every setting is a point. {_spoken(one)}"
    caption = f"Validation part, {len(one.default.scores)} seeds a setting; a point is their IQM."
    return Plate(_name(one, "options"), title, text, table(one), paint, caption)


def draw(ax: Axes, one: Swept, option: str, points: Sequence[Point]) -> None:
    """The points in the order of their values, with best, default, baseline and reference."""
    axis = Axis(one, option)
    ranked = sorted(points, key=axis.at)
    x = np.array([axis.at(point) for point in ranked])
    colour = theme.learner_colour(one.place)
    for line in _seeds(ranked):
        ax.plot(x, line, color=theme.thin_colour(one.place), linewidth=0.9)
    ends = [point.ends or (np.nan, np.nan) for point in ranked]
    low, high = (strokes.known(np.array(each, dtype=float)) for each in zip(*ends, strict=True))
    ax.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
    middle = strokes.known(np.array([point.iqm for point in ranked]))
    ax.plot(x, middle, color=colour, linewidth=2.6, marker="o", markersize=5)
    _ground(ax, one, axis, ranked)


def scatter(ax: Axes, one: Swept, option: str) -> None:
    """Every setting's IQM at its value of one of several options."""
    axis, colour = Axis(one, option), theme.learner_colour(one.place)
    x = [axis.at(point) for point in one.grid]
    ax.plot(
        x,
        strokes.known(np.array([point.iqm for point in one.grid])),
        "o",
        color=colour,
        markersize=6,
        alpha=0.7,
    )
    _ground(ax, one, axis, one.grid, ticks=4)


def _seeds(points: Sequence[Point]) -> np.ndarray:
    """Scores of each seed along the points, [R, n]; NaN where one diverged."""
    return np.array([[np.nan if score is None else score for score in point.scores] for point in points]).T


def _ground(ax: Axes, one: Swept, axis: Axis, points: Sequence[Point], ticks: int = 8) -> None:
    """Baseline and reference, both axes, and what is special about some points."""
    for level, dash in zip(one.levels, ((0, (2, 3)), (0, (6, 3))), strict=True):
        strokes.level(ax, level, dash)
    _limits(ax, one, _seeds(points))
    axis.dress(ax, ticks)
    _marks(ax, one, axis, points)


class Axis:
    """Where the values of an option stand: numbers on their own scale, all else side by side."""

    def __init__(self, one: Swept, option: str) -> None:
        self.one, self.option, self.values = one, option, one.values(option)
        self.numbers = numeric(self.values)
        positive = self.numbers and min(self.values) > 0
        self.log = bool(positive and len(self.values) > 2 and max(self.values) / min(self.values) >= WIDE)

    def place(self, value: Any) -> float | None:
        """Of a value, or None where the axis has none for it."""
        if self.numbers:
            fits = (
                isinstance(value, int | float) and not isinstance(value, bool) and (value > 0 or not self.log)
            )
            return float(value) if fits else None
        return float(self.values.index(value)) if value in self.values else None

    def at(self, point: Point) -> float:
        """Of a point of the grid."""
        found = self.place(self.one.value(point, self.option))
        return float("nan") if found is None else found

    def dress(self, ax: Axes, most: int) -> None:
        """Scale and ticks."""
        if self.log:
            ax.set_xscale("log")
            ticks = strokes.log_ticks(min(self.values), max(self.values), most)
            ax.set_xticks(*strokes.apart(ax, *ticks))
            ax.minorticks_off()
        elif not self.numbers:
            ax.set_xticks(range(len(self.values)), [said(value) for value in self.values])
            ax.set_xlim(-0.5, len(self.values) - 0.5)
        theme.despine(ax)


def _limits(ax: Axes, one: Swept, seeds: np.ndarray) -> None:
    """Wide enough for baseline, reference and all seeds but those far worse than an uninformed answer.

    Far is as far again below the baseline as the reference or the best lies above it.
    """
    known = [*seeds[np.isfinite(seeds)]]
    levels = [level for level in one.levels if np.isfinite(level)]
    if not known and not levels:
        return
    low, high = min([*known, *levels]), max([*known, *levels])
    if levels:
        start, best = levels[0], low if one.lower_is_better else high
        way = abs(best - start)
        low, high = (low, min(high, start + way)) if one.lower_is_better else (max(low, start - way), high)
    pad = 0.06 * (high - low) or 0.05 * max(abs(high), 1.0)
    ax.set_ylim(low - 2 * pad, high + pad)


def _marks(ax: Axes, one: Swept, axis: Axis, points: Sequence[Point]) -> None:
    """A star at the best, a diamond at the default, a cross with its share where seeds were lost."""
    bottom = ax.get_ylim()[0]
    for point in points:
        if point.lost:
            ax.plot(
                axis.at(point),
                bottom,
                "x",
                color=theme.INK,
                markersize=9,
                markeredgewidth=2,
                clip_on=False,
                zorder=6,
            )
            if len(points) <= 30 and len(one.options) == 1:
                share = f"{point.lost}/{len(point.scores)}"
                ax.annotate(
                    share, (axis.at(point), bottom), (0, 8), textcoords="offset points", ha="center", size=10
                )
    default = axis.place(one.value(one.default, axis.option))
    if default is not None and np.isfinite(one.default.iqm):
        ax.plot(
            default,
            one.default.iqm,
            "D",
            color=theme.PAPER,
            markeredgecolor=theme.INK,
            markersize=10,
            zorder=7,
        )
    if one.best is not None:
        ax.plot(axis.at(one.best), one.best.iqm, "*", color=theme.INK, markersize=16, zorder=8)


def _key(one: Swept) -> tuple[list[Line2D], list[str]]:
    """What the strokes and marks are that this figure has, with their names."""
    colour = theme.learner_colour(one.place)
    mark: dict[str, Any] = {"color": theme.INK, "linestyle": "none"}
    hollow: dict[str, Any] = {
        "markeredgecolor": theme.INK,
        "marker": "D",
        "markersize": 9,
        "linestyle": "none",
    }
    base, reference = np.isfinite(one.levels)
    lost = any(point.lost for point in (one.default, *one.grid))
    found = [
        ("IQM", True, Line2D([], [], color=colour, linewidth=2.6, marker="o", markersize=5)),
        ("a seed", True, Line2D([], [], color=theme.thin_colour(one.place), linewidth=1.2)),
        ("the best", one.best is not None, Line2D([], [], marker="*", markersize=14, **mark)),
        ("the default", True, Line2D([], [], color=theme.PAPER, **hollow)),
        ("seeds diverged", lost, Line2D([], [], marker="x", markeredgewidth=2, markersize=9, **mark)),
        ("reference", reference, Line2D([], [], color=theme.MUTED, linestyle=(0, (6, 3)))),
        ("baseline", base, Line2D([], [], color=theme.MUTED, linestyle=(0, (2, 3)))),
    ]
    return [line for _, there, line in found if there], [name for name, there, _ in found if there]


def _name(one: Swept, what: str) -> str:
    return f"{one.record.id}-sweep-{what}"


def _title(one: Swept) -> str:
    """The finding: the best, and what the default reaches beside it."""
    options = " and ".join(spoken(option) for option in one.options[:2])
    options = options if len(one.options) < 3 else f"{len(one.options)} options"
    if one.best is None:
        return f"What the {options} change{'s' if len(one.options) == 1 else ''} in {one.label}"
    default = number(one.default.iqm, 3)
    return f"{one.label} is best at {named(one.best)}: {number(one.best.iqm, 3)}, the default {default}"


def _spoken(one: Swept) -> str:
    ends = [point.iqm for point in one.grid if np.isfinite(point.iqm)]
    if not ends:
        return "No setting came through."
    return f"IQM from {number(min(ends))} to {number(max(ends))} over {len(one.grid)} settings."


def _caption(one: Swept) -> str:
    ends = "95 % interval" if len(one.default.scores) >= 5 else "range"
    return f"{whose(one)}; the band is the {ends} of the IQM."


def whose(one: Swept) -> str:
    """Of which rows and how many seeds a setting's score is."""
    return f"Validation part, {len(one.default.scores)} seeds a setting"


def table(one: Swept) -> Table:
    """Every setting with its scores; the default first."""
    head = [
        "setting",
        *(spoken(option) for option in one.options),
        "validation (IQM)",
        "interval or range",
    ]
    head += ["test (IQM)", "progress", "diverged", ""]
    rows = [_row(one, point) for point in [one.default, *one.grid]]
    return Table(head, rows)


def _row(one: Swept, point: Point) -> list[str]:
    remark = "default" if point is one.default else "best" if point is one.best else ""
    progress = point.shown.entry["progress"]
    return [
        str(point.setting),
        *(said(one.value(point, option)) for option in one.options),
        number(point.iqm),
        span(point.ends),
        number(point.shown.entry["iqm"]),
        NOTHING if progress is None else number(progress, 3),
        f"{point.lost} of {len(point.scores)}" if point.lost else "0",
        remark,
    ]
