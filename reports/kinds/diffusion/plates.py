"""What is made of noise at four moments, and how it condenses on the way back from noise."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import plane, theme
from ...drawing.layout import narrow
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, stage
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import number, percent

STAGES = ("noise alone", "20 of 50", "35 of 50", "43 of 50", "47 of 50", "a row")
"""Steps back that the pictures look at."""
_NEAR = 1.5


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Both, as far as they were recorded."""
    made = [_made(learner, pictures)] if pictures.has("generated", "plane_axes", "plane_points") else []
    if pictures.has("condensing", "plane_axes", "plane_points"):
        made.append(_condensing(learner, pictures))
    return made


def stray(points: Array, held: Array) -> float:
    """The share of points [V, 2] that lie farther from every held-out row than those from each other.

    Farther than one and a half times the distance within which 95 % of the held-out rows have a neighbour.
    """
    between = _nearest(held, held, own=True)
    return float((_nearest(points, held) > _NEAR * np.quantile(between, 0.95)).mean())


def _nearest(points: Array, others: Array, own: bool = False) -> Array:
    away = np.linalg.norm(points[:, None] - others[None], axis=2)
    if own:
        np.fill_diagonal(away, np.inf)
    return away.min(1)


def _made(learner: Shown, pictures: Pictures) -> Plate:
    made, held, ends = (
        pictures.take(name).astype(float) for name in ("generated", "plane_points", "plane_axes")
    )
    moments = pictures.moments()
    rows = [
        [m.words, number(m.samples), number(made.shape[1]), percent(stray(made[m.index], held))]
        for m in moments
    ]
    table = Table(
        ["moment", "samples", "rows made", "of them far from every held-out row"],
        rows,
        learner.whose(pictures),
    )
    title = (
        f"{learner.label}: {rows[0][3]} of what it makes of noise lies apart from all held-out rows at the "
        f"start, {rows[-1][3]} at the end."
    )
    name = plane.name(learner)

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments))
        for ax, moment in zip(axes, moments, strict=True):
            _one(ax, learner, held, made[moment.index], ends, ax is axes[-1])
            head(ax, moment)
        theme.quiet(*axes)
        axes[-1].set_xlabel(name.axes[0])
        axes[-1].set_ylabel(name.axes[1])

    what = "grey shading counts held-out rows" if learner.aggregate else "grey dots are held-out rows"
    caption = f"{learner.whose(pictures)} {name.words} Coloured dots are made of noise, {what}."
    return Plate(f"{learner.record.id}-made", title, f"{title} {caption}", table, paint, caption)


def _one(ax: Axes, learner: Shown, held: Array, made: Array, ends: Array, large: bool) -> None:
    if learner.aggregate:
        plane.rows(ax, held, np.zeros(0, int), ends, learner, large=large)
    else:
        ax.plot(held[:, 0], held[:, 1], ".", color=theme.MUTED, alpha=0.35, markersize=6, rasterized=True)
    colour = theme.learner_colour(learner.place)
    ax.plot(
        made[:, 0], made[:, 1], ".", color=colour, alpha=0.8, markersize=7 if large else 3.5, rasterized=True
    )
    ax.set_xlim(ends[0], ends[1])
    ax.set_ylim(ends[2], ends[3])


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """What is made at one moment."""
    made, ends = (pictures.take(name).astype(float) for name in ("generated", "plane_axes"))
    held = pictures.take("plane_points").astype(float) if "plane_points" in pictures else np.empty((0, 2))
    _one(ax, learner, held, made[index], ends, large=False)


def _condensing(learner: Shown, pictures: Pictures) -> Plate:
    clouds, held, ends = (
        pictures.take(name).astype(float) for name in ("condensing", "plane_points", "plane_axes")
    )
    last = clouds[-1]
    rows = [[words, percent(stray(cloud, held))] for words, cloud in zip(STAGES, last, strict=True)]
    table = Table(["step back from noise", "far from every held-out row"], rows, learner.whose(pictures))
    title = (
        f"{learner.label}: on the way back from noise {rows[0][1]} of the points lie apart from all held-out "
        f"rows, {rows[3][1]} after {rows[3][0]} steps, {rows[-1][1]} in the end."
    )
    colour = theme.learner_colour(learner.place)

    def paint(figure: Figure) -> None:
        columns = 2 if narrow(figure) else 3
        lines = len(STAGES) // columns
        top, room = (0.97, 0.97) if narrow(figure) else (0.81, 0.79)
        for n, (words, cloud) in enumerate(zip(STAGES, last, strict=True)):
            line, place = divmod(n, columns)
            wide, high = 0.96 / columns, room / lines
            ax = figure.add_axes(
                (0.02 + place * wide, top - (line + 1) * high + 0.01, wide - 0.02, high - 0.075)
            )
            ax.plot(cloud[:, 0], cloud[:, 1], ".", color=colour, markersize=4.5, alpha=0.8, rasterized=True)
            ax.set_xlim(1.6 * ends[0], 1.6 * ends[1])
            ax.set_ylim(1.6 * ends[2], 1.6 * ends[3])
            ax.set_title(words, pad=4)
            theme.quiet(ax)

    caption = (
        f"{learner.whose(pictures)} The trained network takes away a fiftieth of the noise at each step."
    )
    return Plate(f"{learner.record.id}-condensing", title, f"{title} {caption}", table, paint, caption)
