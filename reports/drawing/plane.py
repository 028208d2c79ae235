"""The named plane in which data of many features are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..reading.comparison import Shown
from ..reading.pictures import Array, Pictures
from ..words import shortened
from . import theme
from .stage import heat


@dataclass(frozen=True)
class Named:
    """What the plane is, in a sentence, and what its two axes are."""

    words: str
    axes: tuple[str, str]


def name(learner: Shown) -> Named:
    """The plane of the first two components, or the data themselves where there are two features."""
    features = [str(feature) for feature in learner.data.get("features") or []]
    if len(features) == 2:
        first, second = (shortened(feature, 30) for feature in features)
        return Named("The plane is that of the two features themselves.", (first, second))
    if len(features) == 1:
        return Named("The data have one feature; the second axis is empty.", (shortened(features[0], 30), ""))
    many = f"{len(features)} features" if features else "features"
    return Named(
        f"The plane is that of the first two principal components of the training part ({many}).",
        ("1st principal component", "2nd principal component"),
    )


def walk(learner: Shown, pictures: Pictures, centres: str = "plane_centres") -> Array:
    """Centres at every moment [M, K, ...]; of a person's own data not where they start, which is on rows."""
    found = pictures.take(centres).astype(float)
    if learner.aggregate:
        found[0] = np.nan
    return found


def starts(learner: Shown) -> str:
    """What a caption says of a start that is left out."""
    return " Where they start is left out: they start on rows." if learner.aggregate else ""


def rows(ax: Axes, points: Array, labels: Array, ends: Array, learner: Shown, large: bool) -> None:
    """Held-out rows as dots in their class's colour; for a person's own data counts in squares."""
    if not len(points):
        return
    ax.set_xlim(ends[0], ends[1])
    ax.set_ylim(ends[2], ends[3])
    if learner.aggregate:
        counts, _, _ = np.histogram2d(
            points[:, 1], points[:, 0], bins=14, range=[[ends[2], ends[3]], [ends[0], ends[1]]]
        )
        heat(ax, counts, theme.MUTED, 0, 1.2 * counts.max(), origin="lower", extent=tuple(ends))
        return
    colours = [theme.class_colour(int(label)) for label in labels]
    ax.scatter(
        points[:, 0],
        points[:, 1],
        s=30 if large else 9,
        c=colours,
        linewidths=0.4 if large else 0,
        edgecolors=theme.PAPER,
        rasterized=True,
    )


def written(ax: Axes, points: Array, labels: Array, names: list[str]) -> None:
    """Each class's name at the middle of its rows, so that colour is not needed."""
    classes = [int(label) for label in np.unique(labels)]
    texts = [names[label] if label < len(names) else str(label) for label in classes]
    middles = np.array([np.median(points[labels == label], axis=0) for label in classes]).reshape(-1, 2)
    low = np.array([ax.get_xlim()[0], ax.get_ylim()[0]])
    size = np.array([ax.get_xlim()[1], ax.get_ylim()[1]]) - low
    for label, text, (x, y) in zip(classes, texts, _apart((middles - low) / size, texts), strict=True):
        box: Any = {"boxstyle": "round,pad=0.22", "facecolor": theme.PAPER, "alpha": 0.9}
        box["edgecolor"] = theme.class_colour(label)
        style: Any = {"ha": "center", "va": "center", "weight": "bold", "color": theme.INK}
        ax.text(x, y, text, transform=ax.transAxes, bbox=box, **style)


def _apart(spots: Array, texts: list[str], height: float = 0.075) -> Array:
    """Places of labels in shares of the axes, moved up or down until none covers another."""
    spots = np.clip(spots, 0.04, 0.96)
    widths = [0.02 + 0.0145 * len(text) for text in texts]
    for _ in range(60):
        still = True
        for i in range(len(spots)):
            for j in range(i):
                way = spots[i] - spots[j]
                near = abs(way[0]) < (widths[i] + widths[j]) / 2
                if near and abs(way[1]) < height:
                    push = (height - abs(way[1])) / 2 + 0.002
                    up = 1.0 if way[1] >= 0 else -1.0
                    spots[i, 1], spots[j, 1], still = spots[i, 1] + up * push, spots[j, 1] - up * push, False
        if still:
            break
    return spots
