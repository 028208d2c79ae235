"""How figures look: the only module that knows seaborn.

Text, axes and learners are drawn in colours that exist nowhere else, so that `svg` can turn them into CSS
variables which follow the reader's light or dark style.
"""

from __future__ import annotations

import io
import struct
import textwrap
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from . import svg

SLIDE, PAGE, STRIP = (12.0, 6.75), (6.4, 5.6), (6.4, 1.7)
"""Inches of the sheets that are painted on: 16:9, one that a telephone shows whole, and a row of stills."""
DPI, PIXELS = 160, 130
"""To the inch, of a slide and of what is a picture within a figure of the page."""

INK, MUTED, GRID, PAPER = "#1c2733", "#56616f", "#dfe3e8", "#fefdfb"
_LEARNERS = ("#0072b2", "#d47b00", "#009e73", "#cc5f9c", "#c23b00", "#4a90c8", "#8a7c2e", "#7d55d0")
_THIN = (
    "#7fb8d6", "#e9bc7e", "#7fceb7", "#e5aecc", "#e09c7e", "#a4c6e2", "#c4bc94", "#bea9e5",
)  # fmt: skip
"""Learners' colours for what stands behind: single seeds."""
_CLASSES = (
    "#0173b2", "#c27400", "#029e73", "#d55e00", "#c46fb4",
    "#a87446", "#dc4f9e", "#808080", "#918a00", "#3a96d0",
)  # fmt: skip
"""Pixels cannot follow the page's scheme, so each stands out from light and from dark paper."""
BENEATH = 0.68
"""The strongest of a heat map that is written on: 3 to 1 from the paper and from the ink, in the dark too."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
DASHES: tuple[Any, ...] = (
    "-", (0, (7, 2)), (0, (1.5, 1.2)), (0, (7, 2, 1.5, 2)), (0, (10, 2, 4, 2)),
    (0, (4, 1.5)), (0, (2, 3)), (0, (5, 1, 1, 1, 1, 1)),
)  # fmt: skip
VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--line", PAPER: "--paper"} | {
    colour: f"--{kind}{number}"
    for kind, colours in (("l", _LEARNERS), ("t", _THIN))
    for number, colour in enumerate(colours)
}


def learner_colour(number: int) -> str:
    """The colour of the learner with this place in the palette."""
    return _LEARNERS[number % len(_LEARNERS)]


def thin_colour(number: int) -> str:
    """The colour of that learner's single seeds."""
    return _THIN[number % len(_THIN)]


def dash(number: int) -> Any:
    """The dash of the learner with this place; of two in one colour it differs."""
    return DASHES[(number + 3 * (number // len(_LEARNERS))) % len(DASHES)]


def marker(number: int) -> str:
    """The marker of the learner with this place; of two in one colour it differs."""
    return MARKERS[(number + 5 * (number // len(_LEARNERS))) % len(MARKERS)]


def class_colour(number: int) -> str:
    """The colour of a class or cluster; from ten on they repeat, so that labels must stand beside."""
    return _CLASSES[number % len(_CLASSES)]


def ramp(colour: str, strength: float = 1.0) -> LinearSegmentedColormap:
    """From transparent to so much of `colour`: a heat map that is right on light and on dark paper."""
    rgb = to_rgb(colour)
    return LinearSegmentedColormap.from_list("ramp", [(*rgb, 0.0), (*rgb, strength)])


STYLE: dict[str, Any] = {
    "axes.axisbelow": True, "axes.grid": False, "axes.spines.left": True, "axes.spines.bottom": True,
    "axes.spines.right": True, "axes.spines.top": True, "grid.linestyle": "-",
    "lines.solid_capstyle": "round", "patch.edgecolor": "w", "patch.force_edgecolor": True,
    "xtick.bottom": True, "xtick.top": False, "xtick.direction": "out",
    "ytick.left": True, "ytick.right": False, "ytick.direction": "out",
}  # fmt: skip
"""seaborn's `ticks` style but for what `OURS` has instead; written down, since importing it takes a tenth of
the time of drawing a page."""
OURS: dict[str, Any] = {
    "figure.facecolor": PAPER, "axes.facecolor": "none", "savefig.facecolor": PAPER,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": MUTED,
    "xtick.color": MUTED, "ytick.color": MUTED, "grid.color": GRID, "axes.titlecolor": INK,
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 14,
    "axes.titlesize": 15, "axes.labelsize": 14, "legend.fontsize": 14,
    "xtick.labelsize": 14, "ytick.labelsize": 14, "axes.titlelocation": "left",
    "axes.titlepad": 8, "axes.titley": 1.0, "axes.linewidth": 0.9,
    "xtick.major.size": 4, "ytick.major.size": 4,
    "xtick.minor.size": 0, "ytick.minor.size": 0, "legend.frameon": False,
    "svg.fonttype": "none", "svg.hashsalt": "paradigms", "text.parse_math": False,
    "axes.unicode_minus": True, "path.simplify_threshold": 0.3,
}  # fmt: skip
"""The page's colours; no text under 14 pt."""


@contextmanager
def style() -> Iterator[None]:
    """Inside, matplotlib draws in this theme."""
    rc: Any = STYLE | OURS
    with rc_context(rc):
        yield


def blank(size: tuple[float, float] = SLIDE) -> Figure:
    """An empty figure, by default a slide."""
    figure = Figure(figsize=size, dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def despine(*axes: Axes) -> None:
    """Only the two axis lines that carry numbers."""
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)


def heatmap(
    ax: Axes, values: NDArray[np.float64], words: NDArray[Any], bar: Axes, size: float, **more: Any
) -> None:
    """Cells [rows, columns] in colour with their words on them, and the scale in `bar`; NaN stays empty."""
    import seaborn

    style = {"size": size, "color": INK}
    seaborn.heatmap(values, ax=ax, cbar_ax=bar, annot=words, fmt="", annot_kws=style, linewidths=0, **more)
    ax.tick_params(axis="y", rotation=0)
    for spine in (*ax.spines.values(), *bar.spines.values()):
        spine.set_visible(True)


def quiet(*axes: Axes) -> None:
    """A picture without axis numbers: a thin frame and nothing else."""
    for ax in axes:
        ax.xaxis.set_major_locator(NullLocator())
        ax.yaxis.set_major_locator(NullLocator())
        for spine in ax.spines.values():
            spine.set_color(GRID)


def bare(*axes: Axes) -> None:
    """A picture without a frame."""
    for ax in axes:
        ax.set_axis_off()


def to_svg(figure: Figure, prefix: str, text: str) -> str:
    """The figure as an inline SVG whose ids start with `prefix` and whose text for readers is `text`."""
    file = io.StringIO()
    figure.patch.set_visible(False)
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(file, format="svg", dpi=PIXELS, metadata=metadata)
    return svg.inline(file.getvalue(), prefix, text, VARIABLES)


def slide(figure: Figure, title: str) -> NDArray[np.uint8]:
    """The figure as the pixels [1080, 1920, RGBA] of a slide, its finding as the title."""
    entitle(figure, title)
    return pixels(figure)


def pixels(figure: Figure) -> NDArray[np.uint8]:
    """The figure as it is, [height, width, RGBA], in its own dots to the inch."""
    canvas: Any = figure.canvas
    canvas.draw()
    return np.array(canvas.buffer_rgba())


def to_png(pixels: NDArray[np.uint8]) -> bytes:
    """A slide as the content of a file (PNG, RFC 2083).

    Rows are not filtered, since flat ground packs as well without: half the time of Pillow, a smaller file.
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter: none
    for colour in range(3):  # three wide strides instead of a narrow one a pixel
        rows[:, 1 + colour :: 3] = pixels[..., colour]
    metre = round(DPI / 0.0254)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", metre, metre, 1)),
        (b"IDAT", zlib.compress(rows.data, 1)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def entitle(figure: Figure, title: str) -> None:
    """The title of a slide, above what is painted of the figure."""
    size, lines = _fitted(title)
    figure.text(
        0.035, 0.965, "\n".join(lines), size=size, weight="bold", va="top", ha="left", linespacing=1.15
    )


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size in which the title takes two lines; three lines of the smallest at worst."""
    for size, width in ((20, 62), (17, 74), (15, 84)):
        lines = textwrap.wrap(title, width)
        if len(lines) <= 2:
            return size, lines
    return 15, textwrap.wrap(title, 84, max_lines=3, placeholder=" …")
