"""How many rows have fallen silent: their gradient is zero, and the rest does the learning."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate
from ..reading.comparison import Shown, signal
from ..words import percent, tick
from .change import curve_of
from .listed import FEEDBACK


def plates(learner: Shown) -> list[Plate]:
    """The share of silent rows over feedback; nothing where it was not recorded."""
    silent = curve_of(learner, "silent")
    if silent is None:
        return []
    title = f"{learner.label}: {percent(silent.last)} of the training rows are silent at the end; "
    title += "only the others still pull."

    def paint(figure: Figure) -> None:
        ax = layout.plot(figure, right=0.965)
        ax.set_ylim(0, 1)
        strokes.draw(ax, silent, learner.place)
        ax.set_ylabel("share of the training rows")
        ax.yaxis.set_major_formatter(tick)
        strokes.feedback_axis(ax, float(silent.x[silent.x > 0][0]), float(silent.x[-1]), FEEDBACK)
        theme.despine(ax)

    ends = "range" if learner.few_seeds else "95 % interval"
    table = strokes.as_table(FEEDBACK, {signal("silent").label: silent}, ends)
    caption = signal("silent").meaning
    return [Plate(f"{learner.record.id}-silent", title, f"{title} {caption}", table, paint, caption)]
