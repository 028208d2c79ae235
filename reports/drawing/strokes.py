"""What every plot of curves is made of: thin seeds, a thick middle with its interval, dashed levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from paradigms import measures

from ..reading.records import Floats
from ..words import SMALL, number, span, tick
from . import layout, theme
from .plate import Table

POINTS = 48
"""Curves are drawn at no more points than this; those between are averaged."""
ROWS = 12


@dataclass(frozen=True)
class Curve:
    """One signal over an axis: each seed [R, T], and the IQM over seeds with its two ends [T]."""

    x: Floats
    seeds: Floats
    middle: Floats
    low: Floats
    high: Floats

    @property
    def last(self) -> float:
        """The last middle value that is known."""
        finite = self.middle[np.isfinite(self.middle)]
        return float(finite[-1]) if finite.size else float("nan")


def curve(x: Floats, values: Floats, lower_is_better: bool | None, average: bool) -> Curve:
    """`values` [R, T] over `x` [T]; with `average`, points between those drawn are averaged.

    Where a seed has no value it counts as the worst if the signal has a better side, else not at all.
    """
    x, values = _thinned(x, values, average)
    if lower_is_better is None:
        middle, low, high = _band_of_present(values)
    else:
        middle, low, high = measures.band(values, lower_is_better)
    return Curve(x, values, middle, low, high)


def known(values: Floats) -> Floats:
    """Infinities as gaps."""
    return np.where(np.isfinite(values), values, np.nan)


def _thinned(x: Floats, values: Floats, average: bool) -> tuple[Floats, Floats]:
    """At most POINTS columns, evenly spaced on a logarithmic axis as far as they can be."""
    count = x.size
    if count <= POINTS:
        return x, values
    wanted = np.concatenate([[0.0], np.geomspace(max(x[1], 1e-9), x[-1], POINTS - 1)])
    edges = np.unique(np.clip(np.searchsorted(x, wanted), 0, count - 1))
    if not average:
        return x[edges], values[:, edges]
    starts = np.concatenate([[0], edges[:-1] + 1])
    there = np.isfinite(values)
    total = np.add.reduceat(np.where(there, values, 0.0), starts, axis=1)
    present = np.add.reduceat(there.astype(np.float64), starts, axis=1)
    return x[edges], np.where(present > 0, total / np.maximum(present, 1.0), np.nan)


def _band_of_present(values: Floats) -> tuple[Floats, Floats, Floats]:
    """`measures.band`, seeds without a value left out, point by point grouped by who is there."""
    ends = np.full((3, values.shape[1]), np.nan)
    present = np.isfinite(values)
    for pattern in np.unique(present, axis=1).T:
        columns = (present == pattern[:, None]).all(axis=0)
        if pattern.any():
            ends[:, columns] = measures.band(values[pattern][:, columns])
    return ends[0], ends[1], ends[2]


def draw(ax: Axes, shown: Curve, place: int, thin: bool = True) -> None:
    """The curve in the colour and dash of the learner with this place."""
    colour = theme.learner_colour(place)
    if thin and len(shown.seeds) > 1:
        lines = [np.column_stack([shown.x, line])[np.isfinite(line)] for line in shown.seeds]
        behind = LineCollection(lines, colors=theme.thin_colour(place), linewidths=0.9)
        ax.add_collection(behind, autolim=False)
    shade(ax, shown, colour, 0.2)
    ax.plot(shown.x, known(shown.middle), color=colour, linewidth=2.6, solid_capstyle="round")


def shade(ax: Axes, shown: Curve, colour: str, alpha: float) -> None:
    """The interval; an end made infinite by replicas that diverged runs out of the picture."""
    low, high = ax.get_ylim()
    far = (low, high) if ax.get_yscale() == "log" else (2 * low - high, 2 * high - low)
    bottom, top = np.clip(shown.low, *far), np.clip(shown.high, *far)
    ax.fill_between(shown.x, bottom, top, color=colour, alpha=alpha, linewidth=0)


def cross_out(ax: Axes, shown: Curve) -> None:
    """A cross where a seed's curve ends before the others': it diverged."""
    for line in shown.seeds:
        there = np.flatnonzero(np.isfinite(line))
        if there.size and there[-1] < len(line) - 1:
            spot = (shown.x[there[-1]], line[there[-1]])
            ax.plot(*spot, "x", color=theme.INK, markersize=9, markeredgewidth=2, clip_on=False, zorder=5)


def level(ax: Axes, value: float, dash: Any) -> None:
    """A dashed line across at `value`: the baseline or the reference."""
    if np.isfinite(value):
        ax.axhline(value, color=theme.MUTED, linewidth=1.4, linestyle=dash, zorder=1)


def limits(ax: Axes, curves: list[Curve], levels: list[float]) -> None:
    """A y-axis wide enough for the intervals and levels, not for one wild point of one seed."""
    inner = [part[np.isfinite(part)] for shown in curves for part in (shown.low, shown.high, shown.middle)]
    seeds = [shown.seeds[np.isfinite(shown.seeds)] for shown in curves]
    inner += [np.quantile(part, [0.01, 0.99]) for part in seeds if part.size]
    values = np.concatenate([*inner, np.array([v for v in levels if np.isfinite(v)])])
    if not values.size:
        return
    low, high = float(values.min()), float(values.max())
    pad = 0.06 * (high - low) or 0.05 * max(abs(high), 1.0)
    ax.set_ylim(low - pad, high + pad)


def log_limits(ax: Axes, shown: Curve) -> bool:
    """A logarithmic y-axis where the values are positive and span more than a decade."""
    values = shown.seeds[np.isfinite(shown.seeds)]
    positive = values[values > 0]
    if positive.size < 0.9 * max(values.size, 1) or not positive.size:
        return False
    low, high = np.quantile(positive, [0.005, 0.995])
    if high / low < 12:
        return False
    ax.set_yscale("log")
    ax.set_ylim(low / 1.4, high * 1.4)
    ax.set_yticks(*log_ticks(low / 1.4, high * 1.4))
    ax.minorticks_off()
    return True


def log_ticks(low: float, high: float, most: int = 5) -> tuple[list[float], list[str]]:
    """At most `most` places: powers of ten, or their 1-2-5 or 1-3 steps where there are few of them."""
    powers = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        inside = [m * 10.0**p for p in powers for m in steps if low <= m * 10.0**p <= high]
        if len(inside) <= most:
            return inside, [power(v) for v in inside]
    whole = [10.0**p for p in powers if low <= 10.0**p <= high][:: int(np.ceil(len(inside) / most))]
    return whole, [power(v) for v in whole]


def power(value: float) -> str:
    """A tick of a logarithmic axis; very small and very large ones as so many times a power of ten.

    >>> power(300.0), power(1e-4), power(0.0003), power(2e7)
    ('300', '10⁻⁴', '3×10⁻⁴', '2×10⁷')
    """
    if 1e-3 <= value < 1e6 or value <= 0:
        return tick(value)
    exponent = int(np.floor(np.log10(value) + 1e-9))
    first = tick(value / 10.0**exponent)
    return ("" if first == "1" else f"{first}×") + "10" + str(exponent).translate(SMALL)


def apart(ax: Axes, at: list[float], names: list[str]) -> tuple[list[float], list[str]]:
    """Those ticks of the x-axis whose names touch neither each other nor the edge; limits and scale stand."""
    kept: list[int] = []
    end = -np.inf
    for i, (value, name) in enumerate(zip(at, names, strict=True)):
        half = layout.width(name) / 2
        middle = float(ax.transData.transform((value, 0.0))[0]) * 72 / ax.figure.dpi
        if end < middle - half and middle + half < 72 * ax.figure.get_figwidth():  # type: ignore[union-attr]
            kept.append(i)
            end = middle + half + layout.width(" ")
    return [at[i] for i in kept], [names[i] for i in kept]


def feedback_axis(ax: Axes, first: float, last: float, label: str | None, most: int = 5) -> None:
    """A logarithmic x-axis that still shows its 0, from the first positive value to the last."""
    first = max(first, 1e-9)
    ax.set_xscale("symlog", linthresh=first, linscale=0.4, subs=[])
    ax.set_xlim(-0.06 * first, last * 1.06)
    at, names = log_ticks(first * 1.6, last * 1.06, most)
    ax.set_xticks(*apart(ax, [0.0, *at], ["0", *names]))
    ax.minorticks_off()
    if label:
        ax.set_xlabel(label)


def sampled(shown: Curve, columns: int = ROWS) -> list[int]:
    """About `columns` places along the curve, both ends among them."""
    return sorted({int(i) for i in np.linspace(0, len(shown.x) - 1, min(columns, len(shown.x))).round()})


def as_table(axis: str, shown: dict[str, Curve], ends: str) -> Table:
    """Several curves over one axis at about twelve points: IQM and its ends."""
    first = next(iter(shown.values()))
    rows = []
    for i in sampled(first):
        row = [number(first.x[i], 3)]
        for line in shown.values():
            at = int(np.abs(line.x - first.x[i]).argmin())
            row += [number(line.middle[at]), span((line.low[at], line.high[at]))]
        rows.append(row)
    return Table([axis, *(part for name in shown for part in (name, ends))], rows)
