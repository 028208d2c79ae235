"""Centres walking to their clusters, and what the centres look like."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from ...drawing import plane, theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, montage, row_label, stage, strip
from ...drawing.vectors import table_of
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import NOTHING, number, percent

_MOST = 12
"""No more centres than this are drawn as images."""


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """The plane with its centres, and the centres themselves, as far as they were recorded."""
    made = []
    if pictures.has("plane_centres", "plane_axes"):
        made.append(_walk(learner, pictures))
    if "centres" in pictures:
        made.append(_centres(learner, pictures))
    return made


def _walk(learner: Shown, pictures: Pictures) -> Plate:
    centres, ends, moments = (
        plane.walk(learner, pictures),
        pictures.take("plane_axes").astype(float),
        pictures.moments(),
    )
    held = pictures.has("plane_points", "assigned")
    points = pictures.take("plane_points").astype(float) if held else np.empty((0, 2))
    assigned = pictures.take("assigned").astype(int) if held else np.zeros((len(centres), 0), int)
    table = listed(learner, pictures)
    title = _title(learner, table)
    named = plane.name(learner)

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments))
        for ax, moment, row in zip(axes, moments, table.rows, strict=True):
            plane.rows(ax, points, assigned[moment.index], ends, learner, large=ax is axes[-1])
            _markers(ax, centres[: moment.index + 1], large=ax is axes[-1])
            ax.set_xlim(ends[0], ends[1])
            ax.set_ylim(ends[2], ends[3])
            head(ax, moment, f"{row[CHANGE]} to change" if ax is not axes[-1] and held else "")
        theme.quiet(*axes)
        axes[-1].set_xlabel(named.axes[0])
        axes[-1].set_ylabel(named.axes[1])

    what = "Shading counts rows" if learner.aggregate else "Dots are test rows in the colour of their cluster"
    caption = f"{learner.whose(pictures)} {named.words} {what}; lines are the ways of the centres."
    caption += plane.starts(learner)
    return Plate(f"{learner.record.id}-plane", title, f"{title} {caption}", table, paint, caption)


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The plane with its centres at one moment."""
    ends = pictures.take("plane_axes").astype(float)
    if pictures.has("plane_points", "assigned"):
        points, assigned = pictures.take("plane_points").astype(float), pictures.take("assigned").astype(int)
        plane.rows(ax, points, assigned[index], ends, learner, large=False)
    _markers(ax, plane.walk(learner, pictures)[: index + 1], large=False)
    ax.set_xlim(ends[0], ends[1])
    ax.set_ylim(ends[2], ends[3])


CENTRES, CHANGE = 2, 3
"""Columns of the table."""


def listed(learner: Shown, pictures: Pictures) -> Table:
    """How many test rows still change their cluster after each moment; the question quotes it too."""
    assigned = pictures.take("assigned").astype(int) if "assigned" in pictures else np.zeros((0, 0), int)
    sizes = pictures.take("sizes") if "sizes" in pictures else None
    centres = number(pictures.take("plane_centres").shape[1]) if "plane_centres" in pictures else NOTHING
    rows = [
        [
            m.words,
            number(m.samples),
            centres,
            percent(_changed(assigned, m.index)),
            *((number(sizes[m.index].min()), number(sizes[m.index].max())) if sizes is not None else ()),
        ]
        for m in pictures.moments()
    ]
    head = ["moment", "samples", "centres", "test rows that will still change cluster"]
    head += ["rows in the smallest cluster", "in the largest"] if sizes is not None else []
    return Table(head, rows, learner.whose(pictures))


def _changed(assigned: Array, now: int) -> float | None:
    """The share of rows that are in another cluster at the end."""
    return float((assigned[now] != assigned[-1]).mean()) if assigned.size else None


def _title(learner: Shown, table: Table) -> str:
    first, *between, _ = [*table.rows, table.rows[-1]] if len(table.rows) == 1 else table.rows
    if first[CHANGE] == NOTHING:
        return f"{learner.label}: {first[CENTRES]} centres and the ways they went."
    later = f"; {between[-1][CHANGE]} do after {between[-1][0]} of the feedback" if between else ""
    return f"{learner.label}: {first[CHANGE]} of the test rows change cluster after the start{later}."


def _markers(ax: Axes, centres: Array, large: bool) -> None:
    """Where the centres are, and on the large picture the way they came."""
    if large and len(centres) > 1:
        ways = LineCollection(list(centres.transpose(1, 0, 2)), colors=theme.INK, linewidths=1.6, alpha=0.8)
        ax.add_collection(ways, autolim=False)
    now = centres[-1]
    ax.plot(
        now[:, 0],
        now[:, 1],
        linestyle="",
        marker="X",
        markersize=15 if large else 8,
        markerfacecolor=theme.INK,
        markeredgecolor=theme.PAPER,
        markeredgewidth=1.5 if large else 0.8,
    )


def _centres(learner: Shown, pictures: Pictures) -> Plate:
    centres, moments = plane.walk(learner, pictures, "centres"), pictures.moments()
    shape = learner.data.get("image_shape")
    way = [float(np.sqrt(((centres[-1] - centres[m.index]) ** 2).sum(axis=-1)).mean()) for m in moments]
    rows = [[m.words, number(m.samples), number(d, 3)] for m, d in zip(moments, way, strict=True)]
    whose = learner.whose(pictures, "Centres")
    table = Table(["moment", "samples", "mean distance to where they end"], rows, whose)
    since = next((row for row in rows if row[2] != NOTHING), rows[-1])
    where = "its start" if since is rows[0] else f"where it was at {since[0]} of the feedback"
    title = (
        f"{learner.label}: on average a centre ends {since[2]} away from {where}, in scaled feature units."
    )
    colour, low, high = (
        theme.learner_colour(learner.place),
        float(np.nanmin(centres)),
        float(np.nanmax(centres)),
    )

    def paint(figure: Figure) -> None:
        if shape:
            for ax, m in zip(strip(figure, len(moments), 0.1), moments, strict=True):
                images = centres[m.index][:_MOST].reshape(-1, *shape)
                heat(ax, montage(images), colour, low, high, aspect="equal")
                theme.bare(ax)
                row_label(ax, m.words)
        else:
            table_of(figure, centres[-1], learner, "centre")

    caption = f"{whose} {_IMAGES if shape else _REST}{plane.starts(learner)}"
    return Plate(f"{learner.record.id}-centres", title, f"{title} {caption}", table, paint, caption)


_IMAGES = "Each centre is the mean of its rows, so it can be looked at as if it were one."
_REST = "One row a centre, one column a feature; colour is the scaled value, the other colour below zero."
