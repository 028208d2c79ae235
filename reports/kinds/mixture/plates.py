"""Clouds among their rows: where they lie, how wide, and which way they are stretched."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import plane, theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, stage
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import number, percent

ROUND = 1.05
"""Length over width below which a cloud looks round."""
_TURN = np.linspace(0, 2 * np.pi, 73)


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """The plane with its clouds, if it was recorded."""
    if not pictures.has("plane_centres", "plane_clouds", "cloud_shares", "plane_axes"):
        return []
    return [_clouds(learner, pictures)]


def _clouds(learner: Shown, pictures: Pictures) -> Plate:
    moments = pictures.moments()
    middles = plane.walk(learner, pictures)
    clouds, shares, ends = (
        pictures.take(name).astype(float) for name in ("plane_clouds", "cloud_shares", "plane_axes")
    )
    held = pictures.has("plane_points", "assigned")
    points = pictures.take("plane_points").astype(float) if held else np.empty((0, 2))
    assigned = pictures.take("assigned").astype(int) if held else np.zeros((len(middles), 0), int)
    longest = [float(stretched(clouds[m.index]).max()) for m in moments]
    last, first = (_long(longest[at]) for at in (-1, 0))
    title = f"{learner.label}: its longest cloud begins {first} and ends {last}."
    named = plane.name(learner)

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments))
        for ax, moment in zip(axes, moments, strict=True):
            now = moment.index
            plane.rows(ax, points, assigned[now], ends, learner, large=ax is axes[-1])
            _rings(ax, middles[now], clouds[now], large=ax is axes[-1])
            ax.set_xlim(ends[0], ends[1])
            ax.set_ylim(ends[2], ends[3])
            head(ax, moment)
        theme.quiet(*axes)
        axes[-1].set_xlabel(named.axes[0])
        axes[-1].set_ylabel(named.axes[1])

    rows = [
        [
            m.words,
            number(m.samples),
            number(length, 2),
            *(percent(float(end(shares[m.index]))) for end in (min, max)),
        ]
        for m, length in zip(moments, longest, strict=True)
    ]
    columns = ["moment", "samples", "length over width of the longest", "smallest share", "largest share"]
    what = "Shading counts rows" if learner.aggregate else "Dots are test rows in the colour of their cloud"
    caption = f"{learner.whose(pictures)} {named.words} {what}; a ring is two standard deviations."
    caption += plane.starts(learner)
    table = Table(columns, rows, learner.whose(pictures))
    return Plate(f"{learner.record.id}-clouds", title, f"{title} {caption}", table, paint, caption)


def _long(times: float) -> str:
    return f"{number(times, 2)} times as long as wide" if times >= ROUND else "round"


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The plane with its clouds at one moment."""
    ends = pictures.take("plane_axes").astype(float)
    if pictures.has("plane_points", "assigned"):
        points, assigned = pictures.take("plane_points").astype(float), pictures.take("assigned").astype(int)
        plane.rows(ax, points, assigned[index], ends, learner, large=False)
    middles, clouds = plane.walk(learner, pictures), pictures.take("plane_clouds").astype(float)
    _rings(ax, middles[index], clouds[index], large=False)
    ax.set_xlim(ends[0], ends[1])
    ax.set_ylim(ends[2], ends[3])


def stretched(clouds: Array) -> Array:
    """Length over width of clouds [..., 2, 2] in the plane."""
    low, high = np.moveaxis(np.linalg.eigvalsh(clouds), -1, 0)
    return np.sqrt(high / np.maximum(low, 1e-12 * high))


def ring(middle: Array, cloud: Array) -> Array:
    """Two standard deviations around the middle, [T, 2]."""
    values, ways = np.linalg.eigh(cloud)
    circle = np.stack([np.cos(_TURN), np.sin(_TURN)], 1)
    return np.asarray(middle + 2 * circle * np.sqrt(np.maximum(values, 0)) @ ways.T)


def _rings(ax: Axes, middles: Array, clouds: Array, large: bool) -> None:
    for k, (middle, cloud) in enumerate(zip(middles, clouds, strict=True)):
        around = ring(middle, cloud)
        ax.plot(*around.T, color=theme.PAPER, linewidth=5.5 if large else 3)
        ax.plot(*around.T, color=theme.class_colour(k), linewidth=2.8 if large else 1.5)
        ax.plot(*middle, "X", markersize=12 if large else 6, color=theme.INK, markeredgecolor=theme.PAPER)
