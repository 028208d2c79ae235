"""What an agent earns while it learns, exploration included, beside what it would earn without exploring."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ...drawing import layout, strokes, theme
from ...drawing.plate import Plate
from ...panels.change import curve_of
from ...panels.listed import FEEDBACK
from ...reading.comparison import Shown, signal
from ...words import number, tick

_GREEDY = (0, (6, 3))
_NAMES = ("while learning", "without exploring")


def plate(learner: Shown) -> Plate | None:
    """The return while learning, and the greedy one; None where either was not recorded."""
    earned, greedy = curve_of(learner, "earned"), curve_of(learner, learner.record.metric)
    if earned is None or greedy is None or not np.isfinite([earned.last, greedy.last]).all():
        return None
    title = f"{learner.label}: at the end it earned {number(earned.last, 3)} an episode while it explored, "
    title += f"and {number(greedy.last, 3)} without exploring."
    known = np.concatenate([line.middle[np.isfinite(line.middle)] for line in (earned, greedy)])

    def paint(figure: Figure) -> None:
        ax = layout.plot(figure, _NAMES, right=0.77)
        late = earned.middle[earned.x >= earned.x[-1] / 2]
        shown = np.concatenate([late[np.isfinite(late)], [greedy.last]])
        pad = 0.08 * (float(np.ptp(shown)) or 1.0)
        ax.set_ylim(float(shown.min()) - pad, float(known.max()) + pad)
        ax.set_xlim(earned.x[-1] / 2, earned.x[-1])
        strokes.draw(ax, earned, learner.place)
        ax.plot(greedy.x, greedy.middle, color=theme.INK, linewidth=2, linestyle=_GREEDY)
        ax.yaxis.set_major_formatter(tick)
        steps = [float(at) for at in MaxNLocator(5).tick_values(*ax.get_xlim())]
        ax.set_xticks(*strokes.apart(ax, steps, [tick(at) for at in steps]))
        ax.set_xlim(earned.x[-1] / 2, earned.x[-1])
        ax.set_xlabel(FEEDBACK)
        theme.despine(ax)
        lines = [
            Line2D([], [], color=theme.learner_colour(learner.place), linewidth=2.6),
            Line2D([], [], color=theme.INK, linewidth=2, linestyle=_GREEDY),
        ]
        layout.legend(figure, lines, _NAMES, at=(0.785, 0.83))

    caption = f"{signal('earned').meaning} Drawn is the second half of the training."
    names = {signal("earned").label: earned, signal(learner.record.metric).label: greedy}
    ends = "range" if learner.few_seeds else "95 % interval"
    table = strokes.as_table(FEEDBACK, names, ends)
    return Plate(f"{learner.record.id}-earned", title, f"{title} {caption}", table, paint, caption)
