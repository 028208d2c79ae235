"""How far back through time the gradient reaches: what the answer owes to the state after each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..reading.comparison import Shown
from ..reading.pictures import Array
from ..words import count, percent, tick

_READ = (
    "The length of the answer's gradient along each state, as a share of that along the last one. "
    "A line that falls straight fades by the same factor at every step."
)
FLOOR = 1e-12


def plate(learner: Shown) -> Plate | None:
    """One plot over the steps back, a line for each moment; `None` for what has no steps."""
    pictures = learner.pictures
    if pictures is None or "through_time" not in pictures:
        return None
    found = pictures.take("through_time").astype(float)  # [moment, step]
    if found.shape[1] < 2:
        return None
    moments = pictures.moments()
    shares = {one.words: _share(found[one.index]) for one in moments}
    back, first, last = found.shape[1] - 1, *(list(shares.values())[at][-1] for at in (0, -1))
    some = sorted({*np.linspace(0, back, min(back + 1, 7)).astype(int).tolist()})
    said = _form([float(share[lag]) for share in shares.values() for lag in some])
    rows = [[f"{lag} back", *(said(share[lag]) for share in shares.values())] for lag in some]
    title = (
        f"{learner.label}: at the start the state {count(back, 'step')} back pulled on the answer "
        f"{said(first)} as strongly as the last, at the end {said(last)}."
    )

    def paint(figure: Figure) -> None:
        ax = layout.plot(figure, list(shares), right=0.82)
        colour = theme.learner_colour(learner.place)
        low = min(share.min() for share in shares.values()) / 2
        lines = [
            ax.plot(share, color=colour, alpha=place / len(shares), linewidth=2.6)[0]
            for place, share in enumerate(shares.values(), start=1)
        ]
        layout.legend(figure, lines, list(shares), at=(0.835, 0.85))
        ax.set_yscale("log")
        ax.set_ylim(low, 3 * max(share.max() for share in shares.values()))
        ax.set_yticks(*strokes.log_ticks(*ax.get_ylim()))
        ax.minorticks_off()
        ax.set_xlabel("steps back from the last")
        ax.set_ylabel("pull on the answer")
        ax.xaxis.set_major_formatter(tick)
        theme.despine(ax)

    caption = f"{learner.whose(pictures)} {_READ}"
    table = Table(["state", *shares], rows, learner.whose(pictures))
    return Plate(f"{learner.record.id}-through-time", title, f"{title} {caption}", table, paint, caption)


def _share(pull: Array) -> Array:
    """By steps back, as a share of the last state's."""
    return np.maximum(pull[::-1] / max(float(pull[-1]), FLOOR), FLOOR)


def _form(shares: Sequence[float]) -> Callable[[float], str]:
    """How all of a figure are said: as per cent, as times where one is too small or too large for that."""
    return percent if all(0.001 <= share < 2 for share in shares) else _times


def _times(share: float) -> str:
    """Of what the last state pulls, to be read before "as strongly".

    >>> _times(5.2e-11), _times(0.617), _times(3.0)
    ('5.2×10⁻¹¹ times', '0.62 times', '3 times')
    """
    return f"{strokes.power(float(f'{share:.1e}'))} times"
