"""All teachers on one axis: being right on the validation part, over examples, updates and bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..drawing.strokes import Curve
from ..panels.change import levels
from ..reading import noise
from ..reading.comparison import Shown
from ..reading.records import Floats
from ..together.side import draw_line, key
from ..words import NOTHING, listing, number, percent, span, tick_percent
from . import bits
from .costs import LEVELS, Cost, Price


@dataclass(frozen=True)
class _Axis:
    """What stands on the x-axis: its unit, its label, where it is read from, and what it says of a cost."""

    unit: str
    label: str
    read: Callable[[Shown], Floats]
    of: Callable[[Cost], Floats]


def _samples(learner: Shown) -> Floats:
    return learner.record.held_out.samples


_AXES = (
    _Axis("examples", "examples seen (a replica)", _samples, lambda cost: cost.samples),
    _Axis("updates", "updates (a replica)", lambda it: it.record.updates, lambda cost: cost.updates),
    _Axis("bits", "bits of feedback received (a replica)", bits.received, lambda cost: cost.bits),
)


def plates(prices: Sequence[Price]) -> list[Plate]:
    """Accuracy over examples, over updates, over bits; then the noise of the gradient."""
    found = [_accuracy(prices, axis) for axis in _AXES]
    loud = _noise([price.learner for price in prices])
    return [*found, loud] if loud is not None else found


def _curve(learner: Shown, axis: _Axis) -> Curve:
    """Accuracy over the axis; where that differs between seeds, over its mean."""
    x = _samples(learner) if _still(learner, axis) else axis.read(learner)
    values = learner.record.held_out[learner.record.metric]
    return strokes.curve(x.mean(0) if x.ndim == 2 else x, values, False, average=False)


def _still(learner: Shown, axis: _Axis) -> bool:
    """Whether a learner never moves along this axis."""
    return not np.any(axis.read(learner) > 0)


def _accuracy(prices: Sequence[Price], axis: _Axis) -> Plate:
    learners = [price.learner for price in prices]
    curves = {it.label: _curve(it, axis) for it in learners}
    ends = "range" if all(it.few_seeds for it in learners) else "95 % interval"
    table = _listed(prices, axis, curves, ends)
    title = _race(table, axis)
    moving = {it.label: curves[it.label] for it in learners if not _still(it, axis)}

    def paint(figure: Figure) -> None:
        handles, names = key(learners)
        ax = layout.plot(figure, names)
        xs = np.concatenate([line.x[line.x > 0] for line in moving.values()])
        strokes.feedback_axis(ax, float(xs.min()), float(xs.max()), axis.label)
        base, reference = levels(learners[0])
        strokes.level(ax, base, (0, (2, 3)))
        strokes.level(ax, reference, (0, (6, 3)))
        _scale(ax)
        for it in learners:
            if it.label in moving:
                draw_line(ax, curves[it.label], it.place)
            else:
                _level(ax, curves[it.label], it.place)
        layout.legend(figure, handles, names)

    text = f"Accuracy on the validation part over {axis.label}. {title} " + " ".join(
        f"{name} ends at {percent(line.last)}." for name, line in curves.items()
    )
    still = [name for name in curves if name not in moving]
    caption = f"{listing(still)} received none: a level, not a curve." if still else ""
    return Plate(f"same-{axis.unit}", title, text, table, paint, caption)


def _scale(ax: Axes) -> None:
    ax.set_ylim(0, 1.03)
    ax.set_yticks([0, 0.25, *(level / 100 for level in LEVELS)])
    ax.yaxis.set_major_formatter(tick_percent)
    for level in LEVELS:
        ax.axhline(level / 100, color=theme.GRID, linewidth=1, zorder=0)
    ax.set_ylabel("accuracy on the validation part")
    theme.despine(ax)


def _level(ax: Axes, line: Curve, place: int) -> None:
    """A learner that received nothing along this axis ends where it ends."""
    dash = theme.dash(place)
    ax.axhline(line.last, color=theme.learner_colour(place), linewidth=2.4, linestyle=dash)


def _listed(prices: Sequence[Price], axis: _Axis, curves: dict[str, Curve], ends: str) -> Table:
    """What each level took the median replica of each, then the curves."""
    first = [
        [
            number(_whole(np.median(axis.of(cost)))),
            one.learner.label,
            f"{cost.level} % right, median replica",
            "",
        ]
        for one in prices
        for cost in one.costs
    ]
    rows = [
        [number(line.x[i], 3), name, percent(line.middle[i]), span((line.low[i], line.high[i]), percent)]
        for name, line in curves.items()
        for i in strokes.sampled(line)
    ]
    return Table([axis.label, "learner", "accuracy (IQM)", ends], [*first, *rows])


def _whole(value: float) -> float:
    return float(np.round(value))


def _race(table: Table, axis: _Axis) -> str:
    """What the highest level that two or more reached took each of them, and who never got there."""
    for level in reversed(LEVELS):
        rows = [row for row in table.rows if row[2] == f"{level} % right, median replica"]
        there = [row for row in rows if row[0] not in (NOTHING, "0")]
        if len(there) > 1:
            break
    if not there:
        return f"Nobody gets to {LEVELS[0]} % right within the {axis.unit} they had (median replica)."
    words = f"To be {level} % right takes, in {axis.unit} (median replica): "
    words += listing([f"{row[1]} {row[0]}" for row in there])
    missing = [row[1] for row in rows if row[0] == NOTHING]
    return words + (f"; {listing(missing)} never." if missing else ".")


def _noise(learners: Sequence[Shown]) -> Plate | None:
    found = {it.label: noise.curve(it.record) for it in learners}
    found = {name: (x, y) for name, (x, y) in found.items() if np.isfinite(y).any()}
    if not found:
        return None
    shown = [it for it in learners if it.label in found]
    table = _noises(shown, found)
    title = _noise_title(table)

    def paint(figure: Figure) -> None:
        handles, names = key(shown, levels=False)
        ax = layout.plot(figure, names)
        xs = np.concatenate([x[x > 0] for x, _ in found.values()])
        strokes.feedback_axis(ax, float(xs.min()), float(xs.max()), "examples seen (a replica)")
        ax.set_yscale("log")
        for it in shown:
            x, y = found[it.label]
            draw_line(ax, Curve(x, y[None], y, y, y), it.place)
        ax.yaxis.set_major_formatter(lambda value, _: strokes.power(value))
        ax.minorticks_off()
        ax.set_ylabel("gradient noise scale (examples)")
        theme.despine(ax)
        layout.legend(figure, handles, names)

    caption = "The batch at which noise and signal are equally large. Gaps: no signal was left to measure."
    return Plate("same-noise", title, f"{title} {caption}", table, paint, caption)


_QUARTERS = ("first quarter of the moments", "last quarter")


def _noises(learners: Sequence[Shown], found: dict[str, tuple[Floats, Floats]]) -> Table:
    """The noise scale over the first moments and over the last ones, then the curve."""
    rows = []
    for it in learners:
        both, (x, y) = noise.quarters(it.record), found[it.label]
        rows += [
            [it.label, when, number(scale, 2)]
            for when, scale in zip(_QUARTERS, both or (), strict=bool(both))
        ]
        at = sorted({int(k) for k in np.linspace(0, len(x) - 1, 8)})
        rows += [[it.label, number(x[i], 3), number(y[i], 3)] for i in at]
    note = "A dash: no signal was left to measure."
    return Table(["learner", "examples", "gradient noise scale"], rows, note)


def _noise_title(table: Table) -> str:
    first, last = ({row[0]: row[2] for row in table.rows if row[1] == when} for when in _QUARTERS)
    parts = [f"{label} {first[label]} to {last[label]}" for label in first]
    return f"Gradient noise scale from the first quarter to the last: {'; '.join(parts)}."
