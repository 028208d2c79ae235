"""Vectors of features that are no images: one row each, one column a feature."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from ..reading.comparison import Shown
from ..reading.pictures import Array
from . import theme
from .layout import narrow
from .stage import signed


def table_of(figure: Figure, values: Array, learner: Shown, what: str) -> None:
    """Vectors as a heat map: one row each, features as columns."""
    ax = figure.add_axes((0.12, 0.3, 0.84, 0.62 if narrow(figure) else 0.5))
    signed(
        ax, values, theme.learner_colour(learner.place), theme.learner_colour(4 if learner.place != 4 else 0)
    )
    features = learner.features()
    ax.set_yticks(range(len(values)), [str(i + 1) for i in range(len(values))]) if len(values) <= 12 else None
    if features and len(features) <= (16 if narrow(figure) else 32):
        flat = max(map(len, features)) * len(features) <= (36 if narrow(figure) else 80)
        turned: Any = {} if flat else {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
        ax.set_xticks(range(len(features)), features, **turned)
    ax.set_ylabel(what)
    ax.tick_params(length=0)
