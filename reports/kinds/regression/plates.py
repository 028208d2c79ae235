"""Predicted against true values of test rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, stage
from ...panels import silence
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import number, shortened, tick

_MANY = 150
"""From so many rows on they are one picture in the figure instead of a stroke each."""


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Predicted against true, if that was recorded, and who fell silent."""
    if not pictures.has("predicted", "true"):
        return []
    predicted, true = pictures.take("predicted").astype(float), pictures.take("true").astype(float)
    moments, table = pictures.moments(), listed(learner, pictures)
    unit = shortened(str(learner.data.get("target") or "target"), 28)
    title = (
        f"{learner.label}: half of the predictions end within {table.rows[-1][ERROR]} of the truth; "
        f"at the start it was {table.rows[0][ERROR]}."
    )

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), left=0.05, gap=0.11)
        for ax, moment, row in zip(axes, moments, table.rows, strict=True):
            _one(ax, true, predicted[moment.index], learner)
            head(ax, moment, f"R² {row[R2]}")
        _label(axes, unit)

    caption = f"{learner.whose(pictures)} On the line, predicted equals true."
    if learner.aggregate:
        caption += " Counts in squares instead of rows: these are a person's own data."
    scatter = Plate(f"{learner.record.id}-learned", title, title + " " + caption, table, paint, caption)
    return [scatter, *silence.plates(learner)]


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """Predicted against true at one moment."""
    predicted, true = (pictures.take(name).astype(float) for name in ("predicted", "true"))
    _one(ax, true, predicted[index], learner)


R2, ERROR = 2, 3
"""Columns of the table."""


def listed(learner: Shown, pictures: Pictures) -> Table:
    """How good the predictions are at each moment; the question quotes it too."""
    predicted, true = pictures.take("predicted").astype(float), pictures.take("true").astype(float)
    rows = [
        [
            m.words,
            number(m.samples),
            number(round(_r2(predicted[m.index], true), 3), 3),
            number(float(np.nanmedian(np.abs(predicted[m.index] - true))), 3),
            number(float(np.nanstd(predicted[m.index])), 3),
        ]
        for m in pictures.moments()
    ]
    note = f"{learner.whose(pictures)} The truth spreads by {number(float(np.std(true)), 3)}."
    return Table(
        ["moment", "samples", "R² of these rows", "median |error|", "spread of predictions"], rows, note
    )


def _r2(predicted: Array, true: Array) -> float:
    spread = float(((true - true.mean()) ** 2).sum())
    return 1 - float(((true - predicted) ** 2).sum()) / spread if spread > 0 else float("nan")


def _one(ax: Axes, true: Array, predicted: Array, learner: Shown) -> None:
    low, high = float(true.min()), float(true.max())
    pad = 0.05 * (high - low) or 1.0
    ends = (low - pad, high + pad)
    colour = theme.learner_colour(learner.place)
    if learner.aggregate:
        bins: Any = np.linspace(*ends, 17)
        counts = np.histogram2d(np.clip(predicted, *ends), true, bins=bins)[0]
        heat(ax, counts, colour, 0, float(counts.max()), origin="lower", extent=(*ends, *ends))
    else:
        inside = np.clip(predicted, *ends)
        size = 24 if ax.get_position().width > 0.4 else 8
        ax.scatter(true, inside, s=size, color=colour, linewidths=0, rasterized=len(true) > _MANY)
    ax.plot(ends, ends, color=theme.MUTED, linewidth=1.4, linestyle=(0, (6, 3)))
    ax.set_xlim(ends)
    ax.set_ylim(ends)


def _label(axes: list[Axes], unit: str) -> None:
    for ax in axes[:-1]:
        theme.quiet(ax)
    axes[-1].set_xlabel(f"true {unit}")
    axes[-1].set_ylabel(f"predicted {unit}")
    for axis in (axes[-1].xaxis, axes[-1].yaxis):
        axis.set_major_formatter(tick)
    axes[-1].locator_params(nbins=6)
    theme.despine(axes[-1])
