"""Where all learners end: the progress of every seed on the test part, with its IQM and interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..drawing import layout, theme
from ..drawing.plate import Plate, Table
from ..reading.comparison import Shown
from ..reading.family import AT_ONCE
from ..reading.records import Floats
from ..reading.summary import final_progress
from ..words import NOTHING, Told, listing, number, percent, shortened, span, tick_percent

_FLOOR, _EMPTY, _SPREAD = -0.5, 0.45, 0.3
"""Progress below which marks stand at the edge; empty share that breaks the axis; room of a line's marks."""
_WORTH, _PAD = 0.2, 0.01
"""Progress that a gap must span to be left out; room beside the outermost marks, at least."""
_AXIS = "progress: 0 % is the baseline, 100 % the reference"


def plate(learners: Sequence[Shown], ends: str) -> Plate:
    """Every learner that has a reference, one line each."""
    values = {learner.label: final_progress(learner.record) for learner in learners}
    table = _listed(learners, ends)
    parts = [f"{row[0]} {row[1]}" for row in table.rows if row[1] != NOTHING]
    if len(learners) > AT_ONCE:
        parts = _ranges(learners, table)
    title = (
        f"Progress on the test part, 0 % the baseline and 100 % the reference: {listing(parts)}."
        if parts
        else "No progress on the test part can be told of anybody."
    )

    def paint(figure: Figure) -> None:
        _dots(figure, learners, values)

    text = f"{title} " + " ".join(f"{r[0]}: {ends} {r[2]}, lowest seed {r[3]}." for r in table.rows)
    many = any(len(learner.record.seeds) > 1 for learner in learners)
    read = f"Every seed is a mark, the IQM a bar with its {ends}." if many else "The mark is the one seed."
    caption = f"{read} {_broken(pieces(_finite(values)))}"
    return Plate("comparison-final", title, text, table, paint, caption.strip())


def _ranges(learners: Sequence[Shown], table: Table) -> list[str]:
    """From the least to the most of each kind of feedback, as its cells say them."""
    found: dict[str, list[Told]] = {}
    for learner, row in zip(learners, table.rows, strict=True):
        if isinstance(row[1], Told) and row[1] != NOTHING:
            found.setdefault(str(learner.spec.get("paradigm")), []).append(row[1])
    ends = {kind: (min(cells, key=_told), max(cells, key=_told)) for kind, cells in found.items()}
    return [f"{kind} {low if low == high else f'{low} to {high}'}" for kind, (low, high) in ends.items()]


def _told(cell: Told) -> float:
    return float(cell.value)


def _listed(learners: Sequence[Shown], ends: str) -> Table:
    head = [
        "learner",
        "progress (IQM), 0 % the baseline, 100 % the reference",
        ends,
        "lowest seed",
        "seeds that failed",
        "that solved the task",
        "diverged",
    ]
    rows = [
        [
            it.label,
            percent(it.entry["progress"]),
            span(it.progress_ends, percent),
            percent(_lowest(it)),
            percent(it.entry["failed"]),
            percent(it.entry["solved"]),
            number(len(it.entry["diverged"])),
        ]
        for it in learners
    ]
    return Table(head, rows)


def _lowest(learner: Shown) -> float | None:
    reached = final_progress(learner.record)
    known = reached[np.isfinite(reached)]
    return float(known.min()) if known.size else None


def pieces(values: Floats) -> list[tuple[float, float]]:
    """The parts of the axis that hold marks: two where much of it and of the way is empty, else one."""
    marks = np.unique(np.append(np.clip(values, _FLOOR, None), 1.0))
    gaps = np.diff(marks)
    if not gaps.size or gaps.max() < max(_EMPTY * (marks[-1] - marks[0]), _WORTH):
        return [(float(marks[0]), float(marks[-1]))]
    at = int(gaps.argmax())
    return [(float(marks[0]), float(marks[at])), (float(marks[at + 1]), float(marks[-1]))]


def _broken(parts: Sequence[tuple[float, float]]) -> str:
    if len(parts) == 1:
        return ""
    return f"The axis leaves out what lies between {percent(parts[0][1])} and {percent(parts[1][0])}."


def _axes(figure: Figure, names: Sequence[str], parts: Sequence[tuple[float, float]]) -> list[Axes]:
    """Side by side, the one that holds the reference wider; slanted strokes where the axis is broken."""
    left, low, right, top = layout.frame(figure, left=layout.margin(figure, names, 0.235), right=0.955)
    right = min(right, 0.93) if layout.narrow(figure) else right  # room for half of a last tick's name
    if len(parts) == 1:
        return [figure.add_axes((left, low, right - left, top - low))]
    gap, wide = 0.07, right - left
    shares = [0.66 if first <= 1.0 <= last else 0.34 for first, last in parts]
    widths = [share * (wide - gap) for share in shares]
    axes = [
        figure.add_axes((left, low, widths[0], top - low)),
        figure.add_axes((left + widths[0] + gap, low, widths[1], top - low)),
    ]
    stroke: Any = {"marker": [(-0.6, -1), (0.6, 1)], "markersize": 9, "linestyle": "", "clip_on": False}
    for ax, end in zip(axes, (1, 0), strict=True):
        ax.plot([end], [0], transform=ax.transAxes, color=theme.MUTED, markeredgewidth=1.2, **stroke)
    return axes


def _dots(figure: Figure, learners: Sequence[Shown], values: dict[str, Floats]) -> None:
    """A line for each learner: every seed a mark, the IQM a bar with its interval."""
    names = [shortened(learner.label, 20) for learner in learners]
    parts = pieces(_finite(values))
    axes = _axes(figure, names, parts)
    for ax, (low, high) in zip(axes, parts, strict=True):
        pad = max(0.05 * (high - low), _PAD)
        ax.set_xlim(low - pad, high + pad)
        for row, learner in enumerate(learners):
            _line(ax, row, learner, values[learner.label])
        for at, dash in ((0.0, (0, (2, 3))), (1.0, (0, (6, 3)))):
            ax.axvline(at, color=theme.MUTED, linewidth=1.4, linestyle=dash, zorder=0)
        ax.set_yticks(range(len(learners)), names if ax is axes[0] else [])
        ax.tick_params(axis="y", length=0, labelcolor=theme.INK)
        ax.set_ylim(len(learners) - 0.45, -0.55)
        ax.xaxis.set_major_formatter(tick_percent)
        if len(parts) == 1:
            most = (5 if layout.narrow(figure) else 8) * ax.get_position().width / 0.7
            ax.locator_params(axis="x", nbins=max(1, int(most)))
        else:
            ax.set_xticks(_clear(ax, ax.get_xlim()[1 if ax is axes[0] else 0]))
        theme.despine(ax)
        ax.spines["left"].set_visible(False)
    label = "progress from baseline to reference" if layout.narrow(figure) else _AXIS
    middle = (axes[0].get_position().x0 + axes[-1].get_position().x1) / 2
    figure.text(middle, 0.02, label, ha="center", va="bottom")


def _clear(ax: Axes, edge: float) -> list[float]:
    """Ticks whose names stand apart and end before the axis does at `edge`, where the next one begins."""
    low, high = ax.get_xlim()
    points = 72 * ax.figure.get_figwidth() * ax.get_position().width / (high - low)  # type: ignore[union-attr]
    wide = layout.width(tick_percent(high)) / points
    for most in (5, 4, 3, 2, 1):
        places = MaxNLocator(most, steps=[1, 2, 5, 10], min_n_ticks=1).tick_values(low, high)
        inside = [float(at) for at in places if low <= at <= high and abs(at - edge) > wide / 2]
        if inside and (len(inside) == 1 or np.diff(inside).min() > 1.2 * wide):
            return inside
    return []


def _line(ax: Axes, row: int, learner: Shown, values: Floats) -> None:
    """One learner's seeds, spread so that none hides another, its IQM and interval."""
    colour = theme.learner_colour(learner.place)
    seeds = np.sort(np.clip(values[np.isfinite(values)], _FLOOR, None))
    spread = _SPREAD * np.array([(i % 5 - 2) / 2 for i in range(len(seeds))])
    ax.plot(
        seeds,
        row + spread,
        linestyle="",
        marker=theme.marker(learner.place),
        color=theme.thin_colour(learner.place),
        markersize=8 if len(seeds) <= 12 else 5,
        markeredgewidth=0.8,
        markeredgecolor=colour,
    )
    ends = _drawn_ends(learner.progress_ends, _FLOOR - 1)
    if ends:
        ax.plot(ends, [row, row], color=colour, linewidth=4, solid_capstyle="butt")
    if not seeds.size:
        place = ax.get_yaxis_transform()
        ax.text(0.01, row, "no final score", transform=place, va="center", color=theme.MUTED)
    if learner.entry["progress"] is not None:
        ax.plot([learner.entry["progress"]] * 2, [row - 0.3, row + 0.3], color=theme.INK, linewidth=2.6)


def _finite(values: dict[str, Floats]) -> Floats:
    return np.concatenate([v[np.isfinite(v)] for v in values.values()])


def _drawn_ends(ends: Sequence[float | None] | None, floor: float) -> list[float] | None:
    """The interval as it is drawn: an open lower end runs out of the picture."""
    if ends is None or ends[1] is None:
        return None
    return [floor if ends[0] is None else ends[0], ends[1]]
