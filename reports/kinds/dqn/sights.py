"""What an agent saw, where that is a picture; and its values over one number, where that alone varies."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import heat, montage, row_label, stage, strip
from ...reading.comparison import Shown
from ...reading.pictures import Array, Moment, Pictures
from ...words import number, tick
from .episode import action_name


def frames(learner: Shown, pictures: Pictures) -> Plate:
    """The pictures that it saw in one greedy episode, evenly from the first to the last, at each moment."""
    seen, moments = pictures.take("frames").astype(float), pictures.moments()
    low, high = float(np.nanmin(seen)), float(np.nanmax(seen))
    dark = low - 0.2 * (high - low)  # so that a picture's own ground stands out from the paper
    height, width = seen.shape[-2:]
    rows = [
        [m.words, number(m.samples), number(seen.shape[1]), number(float(seen[m.index].mean()), 3)]
        for m in moments
    ]
    table = Table(["moment", "samples", "pictures", "their mean"], rows, learner.whose(pictures, "Episodes"))
    title = f"{learner.label}: what it saw in its greedy episode, {rows[0][2]} pictures from start to end."

    def paint(figure: Figure) -> None:
        for ax, m in zip(strip(figure, len(moments), 0.14), moments, strict=True):
            heat(ax, montage(seen[m.index]), theme.MUTED, dark, high if high > low else low + 1)
            ax.set_aspect("equal", anchor="W")
            theme.bare(ax)
            row_label(ax, m.words)

    caption = f"{table.note} Pictures of {height} × {width}, evenly over one episode."
    return Plate(f"{learner.record.id}-frames", title, f"{title} {caption}", table, paint, caption)


def line(learner: Shown, pictures: Pictures, moments: list[Moment], name: str) -> Plate:
    """Q of every action over the one number that varies, the others at their middle."""
    values, ends = pictures.take("q_surface").astype(float)[:, 0], pictures.take("q_axes").astype(float)
    across = np.linspace(ends[0], ends[1], values.shape[1])
    best = [values[m.index].max(-1) for m in moments]
    rows = [
        [m.words, number(m.samples), *(number(float(v), 3) for v in (b.min(), b.mean(), b.max()))]
        for m, b in zip(moments, best, strict=True)
    ]
    head = ["moment", "samples", "lowest", "mean", "highest value of the best action"]
    table = Table(head, rows, learner.whose(pictures, "Values"))
    title = f"{learner.label}: the best action is worth {rows[-1][3]} on average at the end, "
    title += f"{rows[0][3]} at the start."

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), gap=0.1)
        for ax, m in zip(axes, moments, strict=True):
            _lines(ax, across, values[m.index], learner)
            ax.set_title(m.words)
        theme.quiet(*axes[:-1])
        axes[-1].set_xlabel(name)
        axes[-1].set_ylabel("value")
        axes[-1].legend(loc="best")

    caption = (
        f"{table.note} Over {name}, the only number that varies among the states it met; one line an action."
    )
    return Plate(f"{learner.record.id}-values", title, f"{title} {caption}", table, paint, caption)


def _lines(ax: Axes, across: Array, values: Array, learner: Shown) -> None:
    """One line an action, in colour and dashes."""
    for action, one in enumerate(values.T):
        style = {"color": theme.class_colour(action), "linestyle": theme.DASHES[action % len(theme.DASHES)]}
        ax.plot(across, one, label=action_name(learner, action), linewidth=1.8, **style)
    ax.yaxis.set_major_formatter(tick)
    theme.despine(ax)
