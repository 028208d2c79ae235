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
    title = f"{learner.label}: {_worst(end, names)}"
    gap, bottom = 0.17 if max(map(len, names)) > 4 else 0.11, 0.24 if _turned(names) else 0.115
    right = [float(np.trace(counts[m.index]) / max(counts[m.index].sum(), 1)) for m in moments]

    def paint(figure: Figure) -> None:
        *small, large = stage(figure, len(moments), right=0.80, gap=gap, bottom=bottom, names=names)
        for ax, moment, share in zip([*small, large], moments, right, strict=True):
            head(ax, moment, f"{percent(share)} right")
            _cells(ax, counts[moment.index], learner, names if ax is large else None)
        theme.quiet(*small)
        _bars(figure, large, _recall(end), learner)

    rows = [
        [name, *(number(n) for n in line), percent(r)]
        for name, line, r in zip(names, end, _recall(end), strict=True)
    ]
    note = (
        f"Counts at the end on the test part of seed {pictures.seed}, the median seed; a row is a true class."
    )
    caption = f"Test part of seed {pictures.seed} (the median seed). "
    caption += "A row is a true class; shading is the share of its row."
    text = f"{title} Shares of right answers: " + ", ".join(
        f"{m.words} {percent(s)}" for m, s in zip(moments, right, strict=True)
    )
    table = Table(["true class", *(f"taken for {name}" for name in names), "recall"], rows, note)
    return Plate(f"{learner.record.id}-confusion", title, text + ".", table, paint, caption)


def _worst(counts: Array, names: list[str]) -> str:
    """The most frequent confusion in words."""
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return "no held-out row is taken for another class."
    true, taken = np.unravel_index(int(wrong.argmax()), wrong.shape)
    share = f"{number(wrong[true, taken])} of {number(counts[true].sum())} rows"
    return f"the most frequent mistake takes {names[true]} for {names[taken]} ({share})."


def _cells(ax: Axes, counts: Array, learner: Shown, names: list[str] | None) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    heat(ax, shares, theme.learner_colour(learner.place), 0, 1.5)
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
    ax.get_xticklabels()[-1].set_ha("right")
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
    shown = [len(np.unique(surface[m.index])) for m in moments]
    title = (
        f"{learner.label}: it divides the plane among {shown[-1]} classes and is {percent(means[-1])} sure "
        f"on average; at the start it was {percent(means[0])}."
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

    rows = [
        [m.words, number(m.samples), str(n), percent(s)]
        for m, n, s in zip(moments, shown, means, strict=True)
    ]
    table = Table(["moment", "samples", "classes in the plane", "mean sureness"], rows, named.words)
    dots = "grey squares count held-out rows" if learner.aggregate else "dots are held-out rows"
    caption = f"{named.words} Colour is the class it answers there, strength how sure it is; {dots}."
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
