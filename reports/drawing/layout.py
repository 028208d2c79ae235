"""Where things stand on a sheet: beside each other on a slide, beneath each other on the page's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import theme

_LINE = 0.051
"""Height of a legend's line, as a share of the page's sheet."""
_LETTER = 8.6
"""Points across a letter, about."""


_POINTS = 72 * theme.PAGE[0]


def width(text: str) -> float:
    """About how many points wide the text is."""
    return _LETTER * len(text)


def narrow(figure: Figure) -> bool:
    """Whether this is the page's sheet."""
    return bool(figure.get_figwidth() < theme.SLIDE[0])


def plot(figure: Figure, names: Sequence[str] = (), left: float = 0.085, right: float = 0.73) -> Axes:
    """Axes that leave room for a legend of these names; `left` and `right` are those of the slide."""
    x0, y0, x1, y1 = frame(figure, names, left, right)
    return figure.add_axes((x0, y0, x1 - x0, y1 - y0))


def frame(
    figure: Figure, names: Sequence[str] = (), left: float = 0.085, right: float = 0.73
) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what `plot` fills."""
    if not narrow(figure):
        return left, 0.125, right, 0.845
    return max(0.16, left), 0.135, 0.965, 0.95 - _LINE * _rows(names)


def _columns(names: Sequence[str]) -> int:
    longest = max(map(width, names), default=0.0)
    return max(1, min(3, int(0.97 / (0.11 + longest / _POINTS))))


def _rows(names: Sequence[str]) -> int:
    return -(-len(names) // _columns(names))


def legend(
    figure: Figure, handles: Sequence[Artist], names: Sequence[str], at: tuple[float, float] = (0.745, 0.85)
) -> None:
    """Right of the axes on a slide, at `at`; above them on the page."""
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": at, "labelspacing": 0.75}
    if narrow(figure):
        place |= {"bbox_to_anchor": (0.0, 1.0), "ncols": _columns(names), "labelspacing": 0.3}
        place |= {"handlelength": 2.3, "handletextpad": 0.5, "columnspacing": 1.0}
    else:
        place |= {"handlelength": 3.0}
    figure.legend(handles, names, **place)


def margin(figure: Figure, names: Sequence[str], slide: float) -> float:
    """Where axes begin whose ticks have these names, which need more of the page than of a slide."""
    return min(0.42, 0.04 + max(map(width, names), default=0) / _POINTS) if narrow(figure) else slide
