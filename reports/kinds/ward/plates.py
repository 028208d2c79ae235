"""The last merges as a dendrogram, and the clusters in the plane as they came about."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import layout, plane, theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, stage
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import count, number, percent, tick
from .hierarchy import Merge, merges


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Dendrogram and plane, as far as they were recorded."""
    made = [_dendrogram(learner, pictures)] if pictures.has("branches", "plane_centres") else []
    if pictures.has("plane_centres", "plane_axes"):
        made.append(_plane(learner, pictures))
    return made


def clusters_of(pictures: Pictures) -> int:
    """K, at which the hierarchy is cut."""
    return int(pictures.take("plane_centres").shape[-2])


def _dendrogram(learner: Shown, pictures: Pictures) -> Plate:
    clusters = clusters_of(pictures)
    made = merges(pictures.take("branches").astype(float), clusters)
    last = made[::-1][: clusters + 2]
    rows: list[list[str]] = [
        [number(k + 1), number(merge.height, 3), number(merge.rows)] for k, merge in enumerate(last)
    ]
    agreement = _agreement(learner, pictures)
    rows += [[name, number(value, 3), ""] for name, value in agreement]
    table = Table(
        ["clusters that were left", "distance at which they became one", "rows of the new cluster"],
        rows,
        learner.whose(pictures, "Hierarchy"),
    )
    title = f"{learner.label}: {rows[0][2]} rows become one at a distance of {rows[0][1]}" + (
        f", {clusters} clusters become {rows[clusters - 2][0]} at {rows[clusters - 2][1]}."
        if 2 < clusters <= len(rows)
        else "."
    )
    if len(agreement) == 2:
        (_, own), (_, other) = agreement
        title = (
            f"{learner.label}: its clusters agree with the classes by {number(own, 3)} (adjusted Rand "
            f"index), those of k-means by {number(other, 3)}."
        )

    def paint(figure: Figure) -> None:
        narrow = layout.narrow(figure)
        left = 0.14 if narrow else 0.085
        ax = figure.add_axes((left, 0.1, 0.97 - left, 0.86 if narrow else 0.72))
        draw(ax, made, large=True)
        _cut(ax, made, clusters)
        ax.set_ylabel("distance of what becomes one")
        ax.yaxis.set_major_formatter(tick)
        ax.set_xticks([])
        ax.set_xlabel(f"the last {len(made)} merges")
        theme.despine(ax)

    caption = f"{learner.whose(pictures, 'Hierarchy')} What was merged before stands at the bottom; "
    caption += f"the broken line cuts it where {clusters} clusters are left."
    return Plate(f"{learner.record.id}-dendrogram", title, f"{title} {caption}", table, paint, caption)


def _agreement(learner: Shown, pictures: Pictures) -> list[tuple[str, float]]:
    """By how much clusters agree with the classes, where there are some: its own, and those of k-means."""
    name = "adjusted_rand"
    own = dict(zip(learner.record.seeds, learner.record.last(name), strict=True)).get(pictures.seed)
    if f"reference_{name}" not in pictures or own is None:
        return []
    other = float(pictures.take(f"reference_{name}").ravel()[0])
    return [("agreement with the classes", float(own)), ("that of k-means", other)]


def draw(ax: Axes, made: list[Merge], large: bool) -> None:
    """Every bracket in the colour of its cluster."""
    for merge in made:
        (x0, y0), (x1, y1) = merge.left, merge.right
        colour = theme.MUTED if merge.cluster < 0 else theme.class_colour(merge.cluster)
        line = ([x0, x0, x1, x1], [y0, merge.height, merge.height, y1])
        ax.plot(*line, color=colour, linewidth=2.0 if large else 1.0)
    ax.set_xlim(-1, len(made) + 1)
    ax.set_ylim(0, 1.05 * max(merge.height for merge in made))


def _cut(ax: Axes, made: list[Merge], clusters: int) -> None:
    if 2 <= clusters <= len(made):
        between = (made[-clusters].height + made[-clusters + 1].height) / 2
        ax.axhline(between, color=theme.INK, linewidth=1.2, linestyle=(0, (6, 4)))


def _plane(learner: Shown, pictures: Pictures) -> Plate:
    centres, ends = plane.walk(learner, pictures), pictures.take("plane_axes").astype(float)
    moments, clusters = pictures.moments(), clusters_of(pictures)
    held = pictures.has("plane_points", "assigned")
    points = pictures.take("plane_points").astype(float) if held else np.empty((0, 2))
    assigned = pictures.take("assigned").astype(int) if held else np.zeros((len(centres), 0), int)
    rows = int((learner.data.get("split") or {}).get("train") or 0)
    changed = [float((assigned[m.index] != assigned[-1]).mean()) if held else float("nan") for m in moments]
    table = Table(
        ["moment", "samples", "clusters", "test rows that will still change cluster"],
        [
            [
                m.words,
                number(m.samples),
                number(max(clusters, rows - int(m.samples)) if rows else None),
                percent(share) if held else "–",
            ]
            for m, share in zip(moments, changed, strict=True)
        ],
        learner.whose(pictures),
    )
    title = f"{learner.label}: it ends with {count(clusters, 'cluster')}"
    if held and len(moments) > 2:
        title += (
            f"; {table.rows[0][3]} of the test rows change theirs after the start, {table.rows[1][3]} after "
        )
        title += f"{moments[1].words} of the way"
    title += "."
    name = plane.name(learner)

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments))
        for ax, moment in zip(axes, moments, strict=True):
            _one(ax, learner, points, assigned[moment.index], centres[moment.index], ends, ax is axes[-1])
            head(ax, moment)
        theme.quiet(*axes)
        axes[-1].set_xlabel(name.axes[0])
        axes[-1].set_ylabel(name.axes[1])

    what = "Shading counts rows" if learner.aggregate else "Dots are test rows in the colour of their cluster"
    caption = f"{learner.whose(pictures)} {name.words} {what}; crosses are the means of the largest clusters."
    caption += plane.starts(learner)
    return Plate(f"{learner.record.id}-plane", title, f"{title} {caption}", table, paint, caption)


def _one(
    ax: Axes, learner: Shown, points: Array, assigned: Array, centres: Array, ends: Array, large: bool
) -> None:
    plane.rows(ax, points, assigned, ends, learner, large=large)
    style: dict[str, Any] = {
        "linestyle": "",
        "marker": "X",
        "markeredgecolor": theme.PAPER,
        "color": theme.INK,
    }
    ax.plot(centres[:, 0], centres[:, 1], markersize=13 if large else 7, **style)
    ax.set_xlim(ends[0], ends[1])
    ax.set_ylim(ends[2], ends[3])


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The plane at one moment."""
    centres, ends = plane.walk(learner, pictures), pictures.take("plane_axes").astype(float)
    held = pictures.has("plane_points", "assigned")
    points = pictures.take("plane_points").astype(float) if held else np.empty((0, 2))
    assigned = pictures.take("assigned").astype(int)[index] if held else np.zeros(0, int)
    _one(ax, learner, points, assigned, centres[index], ends, False)
