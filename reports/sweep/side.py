"""Several learners on one axis: progress against the option that all of them vary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from paradigms import measures
from paradigms.choices import said, spoken

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..words import listing, percent, shortened, span
from .along import Axis
from .points import Point, Swept

FLOOR, CEILING = -0.3, 1.15


def plates(learners: Sequence[Swept]) -> list[Plate]:
    """One for every option that several learners vary alone; progress is the axis that they share."""
    having = [one for one in learners if any(np.isfinite(point.progress).any() for point in one.grid)]
    options = list(dict.fromkeys(option for one in having for option in one.options))
    alone = {option: [one for one in having if one.options == [option]] for option in options}
    return [_plate(option, some) for option, some in alone.items() if len(some) > 1]


def _plate(option: str, learners: Sequence[Swept]) -> Plate:
    tops = {one.label: max(one.grid, key=_middle) for one in learners}
    best = listing([f"{said(one.value(tops[one.label], option))} ({one.label})" for one in learners])
    name = spoken(option)
    title = f"Progress against {name} is highest at {best}"

    def paint(figure: Figure) -> None:
        ax = layout.plot(figure, [shortened(one.label, 22) for one in learners])
        for one in learners:
            axis = Axis(one, option)
            ranked = sorted(one.grid, key=axis.at)
            x = [axis.at(point) for point in ranked]
            colour = theme.learner_colour(one.place)
            ends = np.array([_ends(point) for point in ranked])
            ax.fill_between(x, *np.clip(ends.T, 2 * FLOOR, 2.0), color=colour, alpha=0.16, linewidth=0)
            middle = strokes.known(np.array([_middle(point) for point in ranked]))
            ax.plot(
                x, middle, color=colour, linewidth=2.4, linestyle=theme.dash(one.place),
                marker=theme.marker(one.place), markersize=7, label=shortened(one.label, 22),
            )  # fmt: skip
            axis.dress(ax, most=8)
        for level in (0.0, 1.0):
            strokes.level(ax, level, (0, (2, 3)) if level == 0 else (0, (6, 3)))
        ax.set_ylim(FLOOR, CEILING)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        ax.set_ylabel("progress, validation part")
        ax.set_xlabel(name)
        theme.despine(ax)
        layout.legend(figure, *ax.get_legend_handles_labels())

    rows = [
        [one.label, said(one.value(point, option)), percent(_middle(point)), span(_ends(point), percent)]
        for one in learners
        for point in one.grid
    ]
    table = Table(["learner", name, "progress (IQM)", "interval or range"], rows)
    text = f"{title}. One line a learner, IQM of its seeds over {name}."
    caption = "0 % is an uninformed answer, 100 % the named reference. Tasks differ; only the shapes compare."
    return Plate(f"comparison-sweep-{option}", title, text, table, paint, caption)


def _middle(point: Point) -> float:
    known = point.progress[~np.isnan(point.progress)]
    return float(measures.iqm(known)) if known.size else float("nan")


def _ends(point: Point) -> tuple[float, float]:
    known = point.progress[~np.isnan(point.progress)]
    return measures.interval(known) or measures.spread(known) or (float("nan"), float("nan"))
