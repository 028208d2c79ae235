"""All learners side by side: the final progress, and progress over feedback, updates and seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..drawing.strokes import Curve
from ..reading.comparison import Comparison, Shown
from ..reading.records import Floats
from ..reading.summary import crossings, middle
from ..words import NOTHING, listing, number, percent, sentence, shortened, span
from . import family, final
from .findings import got_there

_FLOOR, _CEILING = -0.12, 1.12


def plates(comparison: Comparison) -> list[Plate]:
    """The figures that hold every learner with a reference; none if there is none."""
    learners = [learner for learner in comparison.learners if np.isfinite(learner.record.progress).any()]
    if not learners:
        return []
    ends = "range" if all(learner.few_seeds for learner in learners) else "95 % interval"
    if family.applies(comparison.learners):
        return [final.plate(learners, ends), *_by_kind(learners, ends)]
    return [
        final.plate(learners, ends),
        _over("feedback", _FEEDBACK, learners, _samples, ends),
        _over("updates", "updates (gradient steps a replica)", learners, _updates, ends),
        _over("seconds", "seconds of gradient steps (all replicas at once)", learners, _seconds, ends),
    ]


_FEEDBACK = "feedback consumed (samples a replica)"


def _by_kind(learners: Sequence[Shown], ends: str) -> list[Plate]:
    """A figure for each kind of feedback: twenty lines in one would be told apart by nobody."""
    found = []
    for kind in family.grouped(learners):
        drawn = _over("feedback", _FEEDBACK, kind.learners, _samples, ends)
        title = f"{sentence(kind.name)}: {drawn.title[0].lower()}{drawn.title[1:]}"
        found.append(replace(drawn, name=f"{drawn.name}-{kind.name}", title=title))
    return found


def _samples(learner: Shown) -> Floats:
    """What its start or centring read stands before its first sample."""
    return learner.record.held_out.samples + learner.record.read


def _updates(learner: Shown) -> Floats:
    return learner.record.updates


def _seconds(learner: Shown) -> Floats:
    return learner.record.held_out.seconds


def progress_curve(learner: Shown, x: Floats) -> Curve:
    """Progress on the validation part over `x`, a diverged replica at the bottom; NaN without a reference."""
    values = learner.record.progress
    meant = np.isfinite(values[:, :1]).any() and np.isfinite(values).any(axis=1)
    return strokes.curve(x, values[meant], False, average=False)


def _over(
    unit: str, label: str, learners: Sequence[Shown], axis: Callable[[Shown], Floats], ends: str
) -> Plate:
    shown = {learner.label: progress_curve(learner, axis(learner)) for learner in learners}
    table = _table(learners, unit, axis, label, shown, ends)
    title = _race(table, unit)
    text = f"Progress over {label}, one line a learner. {title} " + " ".join(
        f"{name} ends at {percent(line.last)}." for name, line in shown.items()
    )

    def paint(figure: Figure) -> None:
        handles, names = key(learners)
        ax = layout.plot(figure, names)
        xs = np.concatenate([line.x for line in shown.values()])
        positive = xs[xs > 0]
        strokes.feedback_axis(ax, float(positive.min()), float(positive.max()), label)
        for level in (0.0, 1.0):
            strokes.level(ax, level, (0, (2, 3)) if level == 0 else (0, (6, 3)))
        ax.axhline(0.9, color=theme.GRID, linewidth=1, zorder=0)
        ax.set_ylim(_FLOOR, _CEILING)
        for learner in learners:
            draw_line(ax, shown[learner.label], learner.place)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 0.9, 1], ["0 %", "25 %", "50 %", "75 %", "90 %", "100 %"])
        ax.set_ylabel("progress")
        theme.despine(ax)
        layout.legend(figure, handles, names)

    return Plate(
        f"comparison-progress-{unit}",
        title,
        text,
        table,
        paint,
        _cut(shown),
        timed=unit == "seconds",
    )


def draw_line(ax: Axes, line: Curve, place: int) -> None:
    """A learner's IQM in its colour, dash and marker, with its interval."""
    colour = theme.learner_colour(place)
    strokes.shade(ax, line, colour, 0.16)
    ax.plot(
        line.x,
        strokes.known(line.middle),
        color=colour,
        linewidth=2.4,
        linestyle=theme.dash(place),
        marker=theme.marker(place),
        markevery=max(1, len(line.x) // 8),
        markersize=8,
    )


def key(learners: Sequence[Shown], levels: bool = True) -> tuple[list[Line2D], list[str]]:
    """Colour, dash and marker of each learner, and the two dashed levels, with their names."""
    handles = [
        Line2D(
            [],
            [],
            color=theme.learner_colour(n),
            linewidth=2.4,
            linestyle=theme.dash(n),
            marker=theme.marker(n),
            markersize=8,
        )
        for n in (learner.place for learner in learners)
    ]
    names = [shortened(learner.label, 22) for learner in learners]
    if levels:
        handles += [Line2D([], [], color=theme.MUTED, linestyle=dash) for dash in ((0, (6, 3)), (0, (2, 3)))]
        names += ["reference", "baseline"]
    return handles, names


def _first(learner: Shown, x: Floats, unit: str) -> float:
    """Where the median seed got to 90 % to stay, on this axis."""
    at = crossings(learner.record, 0.9, x)
    return float(np.median(at)) if unit == "seconds" else middle(at)


def _race(table: Table, unit: str) -> str:
    """What 90 % of the way took each of them, as the table's first rows say it."""
    there = [f"{row[0]} {row[1]}" for row in table.rows if row[2] == _MEDIAN and row[1] != NOTHING]
    missing = [row[0] for row in table.rows if row[2] == _MEDIAN and row[1] == NOTHING]
    what = {"feedback": "samples", "updates": "updates", "seconds": "seconds of steps"}[unit]
    if not there:
        return f"Nobody gets to 90 % of the way within the {what} they had (median replica)."
    words = f"90 % of the way takes, in {what} (median replica): {listing(there)}"
    return words + (f"; {listing(missing)} not within the budget." if missing else ".")


def _cut(shown: dict[str, Curve]) -> str:
    """Says which lines begin below the picture's floor."""
    low = {name: float(line.middle[0]) for name, line in shown.items() if line.middle[0] < _FLOOR}
    if not low:
        return ""
    parts = [f"{name} at {percent(value)}" for name, value in low.items()]
    return "Below the picture, worse than an uninformed answer, begin: " + listing(parts) + "."


_MEDIAN = "90 %, median replica"


def _table(
    learners: Sequence[Shown],
    unit: str,
    axis: Callable[[Shown], Floats],
    label: str,
    shown: dict[str, Curve],
    ends: str,
) -> Table:
    digits = 2 if unit == "seconds" else 4
    first = [
        [it.label, number(_first(it, axis(it), unit), digits), _MEDIAN, got_there(it.entry)]
        for it in learners
    ]
    rows = [
        [name, number(line.x[i], 3), percent(line.middle[i]), span((line.low[i], line.high[i]), percent)]
        for name, line in shown.items()
        for i in strokes.sampled(line)
    ]
    return Table(["learner", label, "progress (IQM)", ends], [*first, *rows])
