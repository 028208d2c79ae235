"""All teachers on one axis: being right on held-out rows, over examples, updates and bits of feedback."""

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
from ..reading.comparison import Shown
from ..reading.records import Floats
from ..together import noise
from ..together.side import draw_line, key
from ..words import NOTHING, listing, number, percent, span, tick_percent, times
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
    title = _race(prices, axis)
    ends = "range" if all(it.few_seeds for it in learners) else "95 % interval"
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

    head = [axis.label, "learner", "accuracy (IQM)", ends]
    rows = [
        [number(line.x[i], 3), name, percent(line.middle[i]), span((line.low[i], line.high[i]), percent)]
        for name, line in curves.items()
        for i in strokes.sampled(line)
    ]
    text = f"Accuracy on held-out rows over {axis.label}. {title} " + " ".join(
        f"{name} ends at {percent(line.last)}." for name, line in curves.items()
    )
    still = [name for name in curves if name not in moving]
    caption = f"{listing(still)} received none: a level, not a curve." if still else ""
    return Plate(f"same-{axis.unit}", title, text, Table(head, rows), paint, caption)


def _scale(ax: Axes) -> None:
    ax.set_ylim(0, 1.03)
    ax.set_yticks([0, 0.25, *(level / 100 for level in LEVELS)])
    ax.yaxis.set_major_formatter(tick_percent)
    for level in LEVELS:
        ax.axhline(level / 100, color=theme.GRID, linewidth=1, zorder=0)
    ax.set_ylabel("accuracy on held-out rows")
    theme.despine(ax)


def _level(ax: Axes, line: Curve, place: int) -> None:
    """A learner that received nothing along this axis ends where it ends."""
    dash = theme.DASHES[place % len(theme.DASHES)]
    ax.axhline(line.last, color=theme.learner_colour(place), linewidth=2.4, linestyle=dash)


def _race(prices: Sequence[Price], axis: _Axis) -> str:
    """Who got to the highest level that two or more reached, with how much, and who never got there."""
    for level in reversed(LEVELS):
        spent = {one.learner.label: float(np.median(axis.of(one.at(level)))) for one in prices}
        there = {name: at for name, at in spent.items() if np.isfinite(at) and at > 0}
        if len(there) > 1:
            break
    if not there:
        return f"Nobody gets to {LEVELS[0]} % right within the {axis.unit} they had."
    least, most = min(there, key=lambda n: there[n]), max(there, key=lambda n: there[n])
    words = f"{level} % right: {least} with {number(round(there[least]))} {axis.unit}"
    if most != least:
        ratio = times(there[most] / there[least])
        words += f", {most} with {number(round(there[most]))}, {ratio} as many"
    missing = [name for name in spent if not np.isfinite(spent[name])]
    return words + (f"; {listing(missing)} never." if missing else ".")


def _noise(learners: Sequence[Shown]) -> Plate | None:
    found = {it.label: noise.curve(it.record) for it in learners}
    found = {name: (x, y) for name, (x, y) in found.items() if np.isfinite(y).any()}
    if not found:
        return None
    shown = [it for it in learners if it.label in found]
    title = _noise_title(shown)

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

    rows = [
        [name, number(x[i], 3), number(y[i], 3) if np.isfinite(y[i]) else "no signal"]
        for name, (x, y) in found.items()
        for i in sorted({int(k) for k in np.linspace(0, len(x) - 1, 8)})
    ]
    caption = "The batch at which noise and signal are equally large. Gaps: no signal was left to measure."
    table = Table(["learner", "examples", "gradient noise scale"], rows)
    return Plate("same-noise", title, f"{title} {caption}", table, paint, caption)


def _noise_title(learners: Sequence[Shown]) -> str:
    """The noise scale of each learner over its first moments and over its last ones."""
    parts = []
    for it in learners:
        both = noise.quarters(it.record)
        if both is not None:
            first, last = (number(end, 2) if np.isfinite(end) else NOTHING for end in both)
            parts.append(f"{it.label} {first} to {last}")
    return f"Gradient noise scale from the first quarter to the last: {'; '.join(parts)}."
