"""Where the pictures of a process stand: the small ones in a column, the last one large beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..reading.pictures import Array, Moment
from . import theme
from .layout import margin, narrow

_BOTTOM, _TOP = 0.115, 0.805


def stage(
    figure: Figure,
    moments: int,
    left: float = 0.05,
    right: float = 0.96,
    gap: float = 0.07,
    bottom: float = _BOTTOM,
    names: Sequence[str] = (),
) -> list[Axes]:
    """Axes for each moment, the last one large; alone if there is only one; `bottom` is where it ends.

    `left` and `gap` are those of a slide, where the small ones stand in a column; on the page they stand in a
    row, and `names` are what is written left of the large one.
    """
    small = moments - 1
    if narrow(figure):
        return _in_a_row(figure, small, right, bottom, names)
    if small == 0:
        return [figure.add_axes((left + 0.12, bottom, right - left - 0.24, _TOP - bottom))]
    between = 0.075
    height = (_TOP - _BOTTOM - between * 2) / 3
    width = 0.215
    axes = [
        figure.add_axes((left, _TOP - height - i * (height + between), width, height)) for i in range(small)
    ]
    start = left + width + gap
    return [*axes, figure.add_axes((start, bottom, right - start, _TOP - bottom))]


def _in_a_row(figure: Figure, small: int, right: float, bottom: float, names: Sequence[str]) -> list[Axes]:
    left, top, between = max(0.15, margin(figure, names, 0.0) + 0.05), 0.895, 0.025
    if small == 0:
        return [figure.add_axes((left, bottom + 0.02, right - left, top - bottom))]
    width = (0.98 - 0.02 - between * (small - 1)) / max(small, 3)
    low = 0.7
    axes = [figure.add_axes((0.02 + i * (width + between), low, width, top - low)) for i in range(small)]
    return [*axes, figure.add_axes((left, bottom + 0.02, right - left, low - 0.085 - bottom))]


def head(ax: Axes, moment: Moment, words: str = "") -> None:
    """The moment above its picture, with a number that was reached by then."""
    between = "\n" if narrow(ax.figure) and ax.get_position().width < 0.4 else ": "  # type: ignore[arg-type]
    ax.set_title(f"{moment.words}{between}{words}" if words else moment.words)


def montage(images: Array, gap: int = 1) -> Array:
    """Images [n, h, w] in one row with `gap` empty pixels between: [h, n (w + gap) − gap], gaps NaN."""
    n, height, width = images.shape
    wide = np.full((n, height, width + gap), np.nan)
    wide[:, :, :width] = images
    return wide.transpose(1, 0, 2).reshape(height, n * (width + gap))[:, : n * (width + gap) - gap]


def strip(figure: Figure, rows: int, left: float = 0.12) -> list[Axes]:
    """Full-width rows, one for each moment; `left` leaves room for their labels on a slide."""
    if narrow(figure):
        height = 0.98 / rows
        return [figure.add_axes((0.02, 1 - (i + 1) * height, 0.96, height - 0.065)) for i in range(rows)]
    height = (_TOP + 0.03 - _BOTTOM + 0.06) / rows
    return [
        figure.add_axes((left, _TOP + 0.03 - (i + 1) * height + 0.02, 0.97 - left, height - 0.035))
        for i in range(rows)
    ]


def row_label(ax: Axes, text: str) -> None:
    """Words to the left of a row; on the page above it, on one line."""
    if narrow(ax.figure):  # type: ignore[arg-type]
        ax.set_title(text.replace("\n", ": "), pad=3)
        return
    ax.text(
        -0.012, 0.5, text, transform=ax.transAxes, ha="right", va="center", color=theme.INK, linespacing=1.3
    )


def heat(
    ax: Axes, values: Array, colour: str, low: float, high: float, beneath: bool = False, **more: Any
) -> None:
    """A heat map from nothing (transparent) to `colour`; paler where it lies `beneath` words or arrows."""
    shown = np.ma.masked_invalid(values)
    high = low + (high - low) / theme.BENEATH if beneath else high
    more = {"aspect": "auto", "interpolation": "nearest", "origin": "upper"} | more
    ax.imshow(shown, cmap=theme.ramp(colour), vmin=low, vmax=high if high > low else low + 1, **more)


def signed(ax: Axes, values: Array, up: str, down: str, **more: Any) -> None:
    """A heat map of signed values: `up` above zero, `down` below, transparent at zero."""
    size = float(np.nanmax(np.abs(values))) or 1.0
    heat(ax, np.where(values >= 0, values, np.nan), up, 0, size, **more)
    heat(ax, np.where(values < 0, -values, np.nan), down, 0, size, **more)
