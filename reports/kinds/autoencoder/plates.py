"""Errors of normal and of odd rows as they part, and rows with what comes back of them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, montage, row_label, stage, strip
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import number, percent

BARS = 36
NORMAL, ODD = 0, 1
"""Colours of classes."""


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """The errors, and the rows where they are pictures that may be shown."""
    made = []
    if pictures.has("errors_normal", "errors_odd", "threshold"):
        made.append(_errors(learner, pictures))
    if pictures.has("originals", "rebuilt") and learner.data.get("image_shape") and not learner.aggregate:
        made.append(_rebuilt(learner, pictures))
    return made


def left_out(learner: Shown, pictures: Pictures) -> str:
    """The name of the class that was never shown."""
    place = int(pictures.take("odd_class").ravel()[0]) if "odd_class" in pictures else 0
    return learner.classes(place + 1)[place]


def counted(pictures: Pictures) -> tuple[Array, Array, Array]:
    """Shares of normal and of odd rows [M, B] by their error, the last bar with all beyond; the edges."""
    normal, odd = (pictures.take(f"errors_{name}").astype(float) for name in ("normal", "odd"))
    limit = float(pictures.take("threshold")[-1].ravel()[0])
    wide = max(1.2 * float(np.nanquantile(odd[-1], 0.99)), 1.5 * limit)
    edges = np.linspace(0, wide, BARS + 1)

    def shares(each: Array) -> Array:
        lines = [np.minimum(line[np.isfinite(line)], wide) for line in each]
        return np.stack([np.histogram(line, edges)[0] / max(line.size, 1) for line in lines])

    return shares(normal), shares(odd), edges


def caught(errors: Array, limit: float) -> float:
    """The share of rows above the threshold."""
    known = errors[np.isfinite(errors)]
    return float((known > limit).mean()) if known.size else float("nan")


def _errors(learner: Shown, pictures: Pictures) -> Plate:
    normal, odd, limits = (pictures.take(name) for name in ("errors_normal", "errors_odd", "threshold"))
    moments, name = pictures.moments(), left_out(learner, pictures)
    rows = [
        [
            m.words,
            number(m.samples),
            number(float(np.nanmedian(normal[m.index])), 2),
            number(float(np.nanmedian(odd[m.index])), 2),
            percent(caught(normal[m.index], float(limits[m.index].ravel()[0]))),
            percent(caught(odd[m.index], float(limits[m.index].ravel()[0]))),
        ]
        for m in moments
    ]
    heads = [
        "moment",
        "samples",
        "median error, normal",
        "odd",
        "normal rows above the threshold",
        "odd rows",
    ]
    table = Table(heads, rows, learner.whose(pictures))
    title = (
        f"{learner.label}: {rows[-1][5]} of the rows of “{name}”, which it never met, pass the threshold, "
        f"and {rows[-1][4]} of the others."
    )
    shares = counted(pictures)

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), gap=0.09)
        for ax, moment in zip(axes, moments, strict=True):
            _bars(ax, shares, moment.index, float(limits[moment.index].ravel()[0]))
            head(ax, moment)
            if ax is not axes[-1]:
                theme.quiet(ax)
        axes[-1].set_xlabel("squared error a feature")
        axes[-1].set_yticks([])
        axes[-1].set_ylabel("share of the rows")
        axes[-1].legend(["normal", f"{name}, never met", "threshold"], loc="upper right")
        theme.despine(axes[-1])

    caption = (
        f"{learner.whose(pictures)} The broken line is the error that one normal row of the validation part "
        "in a hundred passes; the last bar holds all beyond."
    )
    return Plate(f"{learner.record.id}-errors", title, f"{title} {caption}", table, paint, caption)


def _bars(ax: Axes, shares: tuple[Array, Array, Array], index: int, limit: float) -> None:
    normal, odd, edges = shares
    for values, colour in ((normal, NORMAL), (odd, ODD)):
        ax.stairs(values[index], edges, fill=True, color=theme.class_colour(colour), alpha=0.6)
    ax.axvline(limit, color=theme.INK, linewidth=1.4, linestyle=(0, (5, 3)))
    ax.set_xlim(0, edges[-1])
    ax.set_ylim(0, 1.05 * max(float(normal[index].max()), float(odd[index].max()), 1e-9))


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The errors at one moment."""
    _bars(ax, counted(pictures), index, float(pictures.take("threshold")[index].ravel()[0]))


def _rebuilt(learner: Shown, pictures: Pictures) -> Plate:
    originals, rebuilt = pictures.take("originals").astype(float), pictures.take("rebuilt").astype(float)
    moments, shape, half = pictures.moments(), learner.data["image_shape"], len(originals) // 2
    name = left_out(learner, pictures)
    off = ((rebuilt - originals) ** 2).mean(-1)
    rows = [
        [
            m.words,
            number(m.samples),
            number(float(off[m.index, :half].mean()), 2),
            number(float(off[m.index, half:].mean()), 2),
        ]
        for m in moments
    ]
    table = Table(
        ["moment", "samples", "mean error of the normal", "of the odd"], rows, learner.whose(pictures)
    )
    title = (
        f"{learner.label}: of these rows the odd ones come back with an error of {rows[-1][3]}, the normal "
        f"ones of {rows[-1][2]}."
    )
    colour, high = theme.learner_colour(learner.place), float(originals.max())

    def paint(figure: Figure) -> None:
        axes = strip(figure, 1 + len(moments), 0.1)
        shown = [("went in", originals), *((m.words, rebuilt[m.index]) for m in moments)]
        for ax, (words, images) in zip(axes, shown, strict=True):
            own = colour if images is not originals else theme.INK
            heat(ax, montage(images.reshape(-1, *shape)), own, 0.0, high, aspect="equal")
            theme.bare(ax)
            row_label(ax, words)

    caption = (
        f"{learner.whose(pictures)} The left half is normal, the right half “{name}”, which it never met."
    )
    return Plate(f"{learner.record.id}-rebuilt", title, f"{title} {caption}", table, paint, caption)
