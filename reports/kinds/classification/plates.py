"""Which classes are taken for which, and the regions of the plane that belong to each class."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from ...drawing import plane, theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, stage
from ...panels import silence
from ...reading.comparison import Shown
from ...reading.mistakes import clearest, mistakes
from ...reading.pictures import Array, Pictures
from ...words import number, percent

_WRITABLE = 12
"""No more classes than this can be written into the cells."""


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """The confusion, the surface, and who fell silent, as far as they were recorded."""
    made = []
    if "confusion" in pictures:
        made.append(_confusion(learner, pictures))
    if pictures.has("surface", "sureness", "plane_axes"):
        made.append(_surface(learner, pictures))
    return [*made, *silence.plates(learner)]


def _recall(counts: Array) -> Array:
    total = counts.sum(axis=1)
    return np.where(total > 0, np.diag(counts) / np.maximum(total, 1), np.nan)


def _confusion(learner: Shown, pictures: Pictures) -> Plate:
    counts, moments = pictures.take("confusion").astype(float), pictures.moments()
    names = learner.classes(counts.shape[-1])
    end = counts[moments[-1].index]
    table = listed(learner, pictures)
    title = f"{learner.label}: {_worst(end, table)}"
    gap, bottom = 0.17 if max(map(len, names)) > 4 else 0.11, 0.24 if _turned(names) else 0.115
    right = [float(np.trace(counts[m.index]) / max(counts[m.index].sum(), 1)) for m in moments]

    def paint(figure: Figure) -> None:
        *small, large = stage(figure, len(moments), right=0.80, gap=gap, bottom=bottom, names=names)
        for ax, moment, share in zip([*small, large], moments, right, strict=True):
            head(ax, moment, f"{percent(share)} right")
            _cells(ax, counts[moment.index], learner, names if ax is large else None)
        theme.quiet(*small)
        _bars(figure, large, _recall(end), learner)

    caption = f"{learner.whose(pictures)} A row is a true class; shading is the share of its row."
    text = f"{title} Shares of right answers: " + ", ".join(
        f"{m.words} {percent(s)}" for m, s in zip(moments, right, strict=True)
    )
    return Plate(f"{learner.record.id}-confusion", title, text + ".", table, paint, caption)


def listed(learner: Shown, pictures: Pictures) -> Table:
    """Who is taken for whom at the end, and in the last row how many rows and mistakes there are in all."""
    counts = pictures.take("confusion")[-1].astype(float)
    names = learner.classes(len(counts))
    right = np.diag(counts)
    rows = [
        [name, *map(number, line), number(line.sum()), number(line.sum() - own), percent(recall)]
        for name, line, own, recall in zip(names, counts, right, _recall(counts), strict=True)
    ]
    whole, good = counts.sum(), right.sum()
    share = percent(good / whole if whole else None)
    rows.append(["all", *map(number, counts.sum(axis=0)), number(whole), number(whole - good), share])
    head = ["true class", *(f"taken for {name}" for name in names), "rows", "mistakes", "recall"]
    return Table(head, rows, f"Counts at the end; a row is a true class. {learner.whose(pictures)}")


ROWS, MISTAKES = -3, -2
"""Columns of the table."""


def _worst(counts: Array, table: Table) -> str:
    """The most frequent confusion in words, if one stands out."""
    made, clear = mistakes(counts), clearest(counts)
    if not made:
        return "no row of the test part is taken for another class."
    if clear is None:
        most = table.rows[made[0].true][1 + made[0].taken]
        return f"no mistake stands out; none is made by more than {most} of the test rows."
    row = table.rows[clear.true]
    share = f"{row[1 + clear.taken]} of {row[ROWS]} test rows"
    return f"the most frequent mistake takes {row[0]} for {table.rows[clear.taken][0]} ({share})."


def _cells(ax: Axes, counts: Array, learner: Shown, names: list[str] | None) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    heat(ax, shares, theme.learner_colour(learner.place), 0, 1, beneath=True)
    for spine in ax.spines.values():
        spine.set_color(theme.GRID)
    if names is None:
        return
    places = range(len(names))
    turned: Any = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if _turned(names) else {}
    if len(names) <= 24:
        ax.set_xticks(places, names, **turned)
        ax.set_yticks(places, names)
    ax.tick_params(length=0)
    ax.set_xlabel("" if turned else "taken for")
    ax.set_ylabel("true class")
    if len(names) <= _WRITABLE:
        for y, x in zip(*np.nonzero(counts), strict=True):
            ax.text(x, y, number(counts[y, x]), ha="center", va="center", color=theme.INK)


def _turned(names: list[str]) -> bool:
    """Whether the names have to be turned to stand under the columns."""
    return len(names) > 4 and max(map(len, names)) > 4


def _bars(figure: Figure, beside: Axes, recall: Array, learner: Shown) -> None:
    """Recall of each class, on the rows of the confusion."""
    place = beside.get_position()
    ax = figure.add_axes((place.x1 + 0.02, place.y0, 0.975 - place.x1 - 0.045, place.height))
    ax.barh(range(len(recall)), np.nan_to_num(recall), color=theme.learner_colour(learner.place), height=0.6)
    ax.set_ylim(len(recall) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 1], ["0", "100 %"])
    ax.get_xticklabels()[-1].set_horizontalalignment("right")
    ax.set_yticks([])
    ax.set_title("recall")
    theme.despine(ax)


def _surface(learner: Shown, pictures: Pictures) -> Plate:
    surface, sure, moments = pictures.take("surface"), pictures.take("sureness") / 255.0, pictures.moments()
    axes_ends = pictures.take("plane_axes").astype(float)
    held = pictures.has("plane_points", "plane_labels")
    points = pictures.take("plane_points").astype(float) if held else np.empty((0, 2))
    labels = pictures.take("plane_labels").astype(int) if held else np.empty(0, int)
    names = learner.classes(int(max(surface.max(), labels.max(initial=0))) + 1)
    means = [float(sure[m.index].mean()) for m in moments]
    table = Table(
        ["moment", "samples", "classes in the plane", "mean sureness"],
        [
            [m.words, number(m.samples), number(len(np.unique(surface[m.index]))), percent(mean)]
            for m, mean in zip(moments, means, strict=True)
        ],
        plane.name(learner).words,
    )
    first, last = table.rows[0], table.rows[-1]
    title = (
        f"{learner.label}: it divides the plane among {last[2]} classes and is {last[3]} sure "
        f"on average; at the start it was {first[3]}."
    )
    named = plane.name(learner)

    def paint(figure: Figure) -> None:
        drawn = stage(figure, len(moments))
        for ax, moment, mean in zip(drawn, moments, means, strict=True):
            _regions(ax, surface[moment.index], sure[moment.index], axes_ends)
            plane.rows(ax, points, labels, axes_ends, learner, large=ax is drawn[-1])
            head(ax, moment, f"{percent(mean)} sure")
        plane.written(drawn[-1], points, labels, names)
        theme.quiet(*drawn)
        drawn[-1].set_xlabel(named.axes[0])
        drawn[-1].set_ylabel(named.axes[1])

    dots = "grey squares count test rows" if learner.aggregate else "dots are test rows"
    caption = (
        f"{learner.whose(pictures)} {named.words} Colour is the class it answers there, strength "
        f"how sure it is; {dots}."
    )
    return Plate(f"{learner.record.id}-surface", title, f"{title} {named.words}", table, paint, caption)


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The plane at one moment."""
    ends = pictures.take("plane_axes").astype(float)
    _regions(ax, pictures.take("surface")[index], pictures.take("sureness")[index] / 255.0, ends)
    if pictures.has("plane_points", "plane_labels"):
        points, labels = (
            pictures.take("plane_points").astype(float),
            pictures.take("plane_labels").astype(int),
        )
        plane.rows(ax, points, labels, ends, learner, large=False)


def _regions(ax: Axes, surface: Array, sure: Array, ends: Array) -> None:
    classes = int(surface.max()) + 1
    colours = np.array([to_rgb(theme.class_colour(i)) for i in range(classes)])
    floor = 1 / max(classes, 2)
    strength = 0.08 + 0.5 * np.clip((sure - floor) / (1 - floor), 0, 1)
    image = np.concatenate([colours[surface.astype(int)], strength[..., None]], axis=-1)
    ax.imshow(image, extent=tuple(ends), origin="lower", aspect="auto", interpolation="nearest")
