"""Where all learners end: the progress of every seed on the test part, with its IQM and interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from paradigms import measures

from ..drawing import theme
from ..drawing.plate import Plate, Table
from ..reading.comparison import Shown
from ..reading.records import Floats
from ..reading.summary import final_progress
from ..words import count, listing, percent, shortened, span, tick_percent


def plate(learners: Sequence[Shown], ends: str) -> Plate:
    """Every learner that has a reference, one line each."""
    values = {learner.label: final_progress(learner.record) for learner in learners}
    good = [n for n, v in values.items() if (m := measures.iqm(v[~np.isnan(v)])) >= 0.995 and np.isfinite(m)]
    title = _title(learners, good)
    rows = [
        [
            it.label,
            percent(it.entry["progress"]),
            span(it.progress_ends, percent),
            str(len(it.entry["diverged"])),
        ]
        for it in learners
    ]

    def paint(figure: Figure) -> None:
        _dots(figure, learners, values)

    text = f"{title} " + " ".join(f"{r[0]}: progress {r[1]}, {ends} {r[2]}." for r in rows)
    return Plate(
        "comparison-final", title, text, Table(["learner", "progress", ends, "diverged"], rows), paint
    )


def _title(learners: Sequence[Shown], good: Sequence[str]) -> str:
    if len(learners) == 1:
        reached = percent(learners[0].entry["progress"])
        return f"{learners[0].label} ends at {reached} of the way from baseline to reference."
    if not good:
        return "No learner ends within half a point of its reference."
    rest = len(learners) - len(good)
    verb = "ends" if len(good) == 1 else "end"
    below = f"; {count(rest, 'learner')} below" if rest else ""
    return f"{listing(good)} {verb} within half a point of the reference or above{below}."


def _dots(figure: Figure, learners: Sequence[Shown], values: dict[str, Floats]) -> None:
    """A line for each learner: every seed a dot, the IQM a bar with its interval."""
    ax = figure.add_axes((0.235, 0.125, 0.72, 0.72))
    finite = np.concatenate([v[np.isfinite(v)] for v in values.values()])
    low = max(min(float(finite.min()), 1.0), -0.5) if finite.size else 0.0
    for row, learner in enumerate(learners):
        colour = theme.learner_colour(learner.place)
        seeds = np.clip(values[learner.label][np.isfinite(values[learner.label])], -0.5, None)
        jitter = np.linspace(-0.2, 0.2, len(seeds)) if len(seeds) > 1 else np.zeros(len(seeds))
        ax.plot(
            seeds,
            row + jitter,
            linestyle="",
            marker=theme.MARKERS[learner.place % 8],
            color=colour,
            alpha=0.45,
            markersize=9,
            markeredgewidth=0,
        )
        ends = _drawn_ends(learner.progress_ends, low - 0.2)
        if ends:
            ax.plot(ends, [row, row], color=colour, linewidth=4, solid_capstyle="butt")
        if not seeds.size:
            ax.text(
                0.01,
                row,
                "no final score",
                transform=ax.get_yaxis_transform(),
                va="center",
                color=theme.MUTED,
            )
        if learner.entry["progress"] is not None:
            ax.plot([learner.entry["progress"]] * 2, [row - 0.3, row + 0.3], color=theme.INK, linewidth=2.6)
    ax.set_xlim(low - 0.02, max(float(finite.max()), 1.0) + 0.02 if finite.size else 1.05)
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


def _drawn_ends(ends: Sequence[float | None] | None, floor: float) -> list[float] | None:
    """The interval as it is drawn: an open lower end runs out of the picture."""
    if ends is None or ends[1] is None:
        return None
    return [floor if ends[0] is None else ends[0], ends[1]]
