"""All learners side by side: the final progress, and progress over feedback, updates and seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from paradigms import measures

from . import strokes, theme
from .comparison import Comparison, Shown
from .plate import Plate, Table
from .records import Floats
from .strokes import Curve
from .summary import final_progress
from .words import count, listing, number, percent, shortened, span, tick_percent, times

_FLOOR, _CEILING = -0.12, 1.12


def plates(comparison: Comparison) -> list[Plate]:
    """The figures that hold every learner with a reference; none if there is none."""
    learners = [learner for learner in comparison.learners if np.isfinite(learner.record.progress).any()]
    if not learners:
        return []
    ends = "range" if all(learner.few_seeds for learner in learners) else "95 % interval"
    return [
        _final(learners, ends),
        _over("feedback", "feedback consumed (samples a replica)", learners, _samples, ends),
        _over("updates", "updates (gradient steps a replica)", learners, _updates, ends),
        _over("seconds", "seconds of training (all replicas at once)", learners, _seconds, ends),
    ]


def _samples(learner: Shown) -> Floats:
    return learner.record.held_out.samples


def _updates(learner: Shown) -> Floats:
    return learner.record.updates


def _seconds(learner: Shown) -> Floats:
    return learner.record.held_out.seconds


def progress_curve(learner: Shown, x: Floats) -> Curve:
    """Held-out progress over `x`, a diverged replica at the bottom; NaN where no reference is known."""
    values = learner.record.progress
    meant = np.isfinite(values[:, :1]).any() and np.isfinite(values).any(axis=1)
    return strokes.curve(x, values[meant], False, average=False)


def _over(
    unit: str, label: str, learners: Sequence[Shown], axis: Callable[[Shown], Floats], ends: str
) -> Plate:
    shown = {learner.label: progress_curve(learner, axis(learner)) for learner in learners}
    title = _race({learner.label: _first(learner, axis(learner)) for learner in learners}, unit)
    text = f"Progress over {label}, one line a learner. {title} " + " ".join(
        f"{name} ends at {percent(line.last)}." for name, line in shown.items()
    )

    def paint(figure: Figure) -> None:
        ax = figure.add_axes((0.085, 0.125, 0.645, 0.72))
        xs = np.concatenate([line.x for line in shown.values()])
        positive = xs[xs > 0]
        strokes.feedback_axis(ax, float(positive.min()), float(positive.max()), label)
        for level in (0.0, 1.0):
            strokes.level(ax, level, (0, (2, 3)) if level == 0 else (0, (6, 3)))
        ax.axhline(0.9, color=theme.GRID, linewidth=1, zorder=0)
        ax.set_ylim(_FLOOR, _CEILING)
        for learner in learners:
            _line(ax, shown[learner.label], learner.place)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 0.9, 1], ["0 %", "25 %", "50 %", "75 %", "90 %", "100 %"])
        ax.set_ylabel("progress")
        theme.despine(ax)
        _legend(figure, learners)

    return Plate(
        f"comparison-progress-{unit}", title, text, _table(label, shown, ends), paint,
        _cut(shown), timed=unit == "seconds",
    )  # fmt: skip


def _line(ax: Axes, line: Curve, place: int) -> None:
    colour = theme.learner_colour(place)
    strokes.shade(ax, line, colour, 0.16)
    ax.plot(
        line.x, strokes.known(line.middle), color=colour, linewidth=2.4, linestyle=theme.DASHES[place % len(theme.DASHES)],
        marker=theme.MARKERS[place % len(theme.MARKERS)], markevery=max(1, len(line.x) // 8), markersize=8,
    )  # fmt: skip


def _legend(figure: Figure, learners: Sequence[Shown]) -> None:
    handles = [
        Line2D([], [], color=theme.learner_colour(n), linewidth=2.4, linestyle=theme.DASHES[n % 8],
               marker=theme.MARKERS[n % 8], markersize=8)
        for n in (learner.place for learner in learners)
    ]  # fmt: skip
    handles += [Line2D([], [], color=theme.MUTED, linestyle=dash) for dash in ((0, (6, 3)), (0, (2, 3)))]
    names = [shortened(learner.label, 22) for learner in learners] + ["reference", "baseline"]
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.745, 0.85), handlelength=3.2, labelspacing=0.75)


def _first(learner: Shown, x: Floats) -> float:
    """Where the median seed first got to 90 %, on this axis."""
    return float(np.median([measures.samples_to(x, line, 0.9) for line in learner.record.progress]))


def _race(first: dict[str, float], unit: str) -> str:
    """Who got to 90 % with the least, and how the others compare."""
    there = {name: at for name, at in first.items() if np.isfinite(at)}
    missing = [name for name in first if name not in there]
    what = {"feedback": "samples", "updates": "updates", "seconds": "seconds"}[unit]
    if not there:
        return f"Nobody gets to 90 % of the reference within the {what} they had."
    fast, slow = min(there, key=lambda n: there[n]), max(there, key=lambda n: there[n])
    words = f"{fast} gets to 90 % after {number(there[fast], 2 if unit == 'seconds' else 4)} {what}"
    if len(there) > 1 and there[fast] > 0:
        words += f"; {slow} needs {times(there[slow] / there[fast])} as many"
    return words + (f"; {listing(missing)} not within the budget." if missing else ".")


def _cut(shown: dict[str, Curve]) -> str:
    """Says which lines begin below the picture's floor."""
    low = {name: float(line.middle[0]) for name, line in shown.items() if line.middle[0] < _FLOOR}
    if not low:
        return ""
    parts = [f"{name} at {percent(value)}" for name, value in low.items()]
    return "Some begin below the picture, worse than an uninformed answer: " + listing(parts) + "."


def _table(label: str, shown: dict[str, Curve], ends: str) -> Table:
    rows = []
    for name, line in shown.items():
        for i in strokes.sampled(line):
            rows.append([name, number(line.x[i], 3), percent(line.middle[i]), span((line.low[i], line.high[i]), percent)])
    return Table(["learner", label, "progress (IQM)", ends], rows)


def _final(learners: Sequence[Shown], ends: str) -> Plate:
    values = {learner.label: final_progress(learner.record) for learner in learners}
    good = [n for n, v in values.items() if (m := measures.iqm(v[~np.isnan(v)])) >= 0.995 and np.isfinite(m)]
    rest = len(learners) - len(good)
    title = (
        f"{listing(good)} end{'s' if len(good) == 1 else ''} within half a point of the reference or above"
        if good
        else "No learner ends within half a point of its reference"
    ) + (f"; {count(rest, 'learner')} below." if rest and good else ".")
    rows = []
    for learner in learners:
        entry = learner.entry
        rows.append([learner.label, percent(entry["progress"]), span(entry["progress_ci95"], percent), str(len(entry["diverged"]))])

    def paint(figure: Figure) -> None:
        _dots(figure, learners, values)

    text = f"{title} " + " ".join(f"{r[0]}: progress {r[1]}, interval {r[2]}." for r in rows)
    return Plate("comparison-final", title, text, Table(["learner", "progress", ends, "diverged"], rows), paint)


def _dots(figure: Figure, learners: Sequence[Shown], values: dict[str, Floats]) -> None:
    """A line for each learner: every seed a dot, the IQM a bar with its interval."""
    ax = figure.add_axes((0.235, 0.125, 0.72, 0.72))
    finite = np.concatenate([v[np.isfinite(v)] for v in values.values()])
    low = max(float(finite.min()), -0.5) if finite.size else 0.0
    for row, learner in enumerate(learners):
        colour = theme.learner_colour(learner.place)
        seeds = np.clip(values[learner.label][np.isfinite(values[learner.label])], -0.5, None)
        jitter = np.linspace(-0.2, 0.2, len(seeds)) if len(seeds) > 1 else np.zeros(len(seeds))
        ax.plot(seeds, row + jitter, linestyle="", marker=theme.MARKERS[learner.place % 8], color=colour,
                alpha=0.45, markersize=9, markeredgewidth=0)  # fmt: skip
        ends = _ends(learner.entry["progress_ci95"] or measures.spread(seeds), low - 0.2)
        if ends:
            ax.plot(ends, [row, row], color=colour, linewidth=4, solid_capstyle="butt")
        if not seeds.size:
            ax.text(0.01, row, "no final score", transform=ax.get_yaxis_transform(), va="center", color=theme.MUTED)
        if learner.entry["progress"] is not None:
            ax.plot([learner.entry["progress"]] * 2, [row - 0.3, row + 0.3], color=theme.INK, linewidth=2.6)
    ax.set_xlim(low - 0.02, float(finite.max()) + 0.02 if finite.size else 1.05)
    for at, dash in ((0.0, (0, (2, 3))), (1.0, (0, (6, 3)))):
        if at >= low - 0.05:
            ax.axvline(at, color=theme.MUTED, linewidth=1.4, linestyle=dash, zorder=0)
    ax.set_yticks(range(len(learners)), [shortened(learner.label, 20) for learner in learners])
    ax.tick_params(axis="y", length=0, labelcolor=theme.INK)
    ax.set_ylim(len(learners) - 0.45, -0.55)
    ax.xaxis.set_major_formatter(tick_percent)
    ax.set_xlabel("progress: 0 % is the baseline, 100 % the reference")
    theme.despine(ax)
    ax.spines["left"].set_visible(False)


def _ends(ends: Sequence[float | None] | None, floor: float) -> list[float] | None:
    """The interval as it is drawn: an open lower end runs out of the picture."""
    if ends is None or ends[1] is None:
        return None
    return [floor if ends[0] is None else ends[0], ends[1]]
