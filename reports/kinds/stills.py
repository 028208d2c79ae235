"""A row of stills: what a learner looked like at four moments, as its kind paints one."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from ..drawing import theme
from ..reading.comparison import Shown
from . import kind_of


def of(learner: Shown) -> Callable[[Figure], str] | None:
    """Paints the row and says what it shows; `None` where nothing was recorded or the kind has no stills."""
    kind, pictures = kind_of(learner), learner.pictures
    if kind is None or kind.still is None or pictures is None or not kind.stilled(pictures):
        return None
    still, moments = kind.still, pictures.moments()

    def paint(figure: Figure) -> str:
        gap = 0.015
        wide = (1 + gap) / len(moments) - gap
        for n, moment in enumerate(moments):
            ax = figure.add_axes((n * (wide + gap) + 0.002, 0.02, wide - 0.004, 0.78))
            still(ax, learner, pictures, moment.index)
            ax.set_title(moment.words, pad=4)
            if ax.axison:
                theme.quiet(ax)
        names = ", ".join(moment.words for moment in moments)
        return f"{learner.label}, seed {pictures.seed}: {names}."

    return paint
