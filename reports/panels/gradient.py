"""Panel 3, what the gradient does: its norm, the size of a step, its alignment, the drift of the target."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate
from ..drawing.strokes import Curve
from ..reading.comparison import Shown, signal
from ..words import number, percent, tick, times
from .change import FEEDBACK, curve_of

_READ = "Every seed thin, the interquartile mean over seeds thick, with its spread."
_SLIDE_GRID = {"left": 0.085, "right": 0.965, "top": 0.80, "bottom": 0.125, "hspace": 0.36, "wspace": 0.24}
_PAGE_GRID = {"left": 0.12, "right": 0.97, "top": 0.93, "bottom": 0.13, "hspace": 0.32, "wspace": 0.38}
SIGNALS = ("gradient_norm", "update_ratio", "alignment", "target_drift")


def drift(learner: Shown) -> tuple[float, float] | None:
    """Median and largest of how far the target moved between records; `None` if it was not recorded."""
    train = learner.record.train
    if "target_drift" not in train:
        return None
    return float(np.nanmedian(train["target_drift"])), float(np.nanmax(train["target_drift"]))


def plate(learner: Shown) -> Plate | None:
    """Four small plots; `None` if the run recorded none of them."""
    found = {name: curve_of(learner, name) for name in SIGNALS}
    shown = {name: line for name, line in found.items() if line is not None}
    if not shown:
        return None
    ends = "range" if learner.few_seeds else "95 % interval"
    title = _title(learner, shown)
    names = {signal(name).label: line for name, line in shown.items()}

    def paint(figure: Figure) -> None:
        _paint(figure, learner, shown)

    text = f"{title} Small plots over {FEEDBACK} of " + ", ".join(names) + "."
    table = strokes.as_table(FEEDBACK, names, ends)
    return Plate(f"{learner.record.id}-gradient", title, text, table, paint, _READ)


def _title(learner: Shown, shown: dict[str, Curve]) -> str:
    parts = []
    if "gradient_norm" in shown:
        line = shown["gradient_norm"].middle
        known = line[np.isfinite(line)]
        if known.size and known[0] > 0:
            ratio = float(known[-1] / known[0])
            verb = "shrinks to" if ratio < 0.9 else "grows to" if ratio > 1.1 else "stays at"
            size = (
                f"{times(ratio)}"
                if ratio >= 2
                else f"{percent(ratio)} of"
                if ratio > 1e-3
                else "under 0.1 % of"
            )
            parts.append(f"the gradient {verb} {size} its first size")
    if "alignment" in shown:
        typical = float(np.nanmedian(shown["alignment"].middle))
        word = "agree" if typical > 0.3 else "contradict each other" if typical < -0.1 else "are mostly noise"
        parts.append(f"successive gradients {word} (cosine {number(round(typical, 2), 2)})")
    moved = drift(learner)
    if moved is not None and moved[1] == 0:
        parts.append("the target never moves")
    elif moved is not None:
        parts.append(f"the target drifts by up to {number(moved[1], 2)}")
    return f"{learner.label}: " + "; ".join(parts) + "." if parts else f"{learner.label}: the gradient."


def _paint(figure: Figure, learner: Shown, shown: dict[str, Curve]) -> None:
    rows = 2 if len(shown) > 2 else 1
    axes = figure.subplots(
        rows,
        2,
        squeeze=False,
        sharex=True,
        gridspec_kw=_PAGE_GRID if layout.narrow(figure) else _SLIDE_GRID,
    ).ravel()
    xs = np.concatenate([line.x for line in shown.values()])
    positive = xs[xs > 0]
    for ax, name in zip_longest(axes, shown):
        if name is None:
            ax.set_visible(False)
            continue
        _one(ax, learner, name, shown[name], whole=not layout.narrow(figure))
        label = "feedback (samples)" if ax in axes[-2:] or len(shown) <= 2 else None
        strokes.feedback_axis(
            ax, float(positive.min()), float(positive.max()), label, most=2 if layout.narrow(figure) else 3
        )
    theme.despine(*axes)


def _one(ax: Axes, learner: Shown, name: str, line: Curve, whole: bool) -> None:
    """`whole`: there is room for the symbol too."""
    what = signal(name)
    ax.set_title(f"{what.label}  {what.symbol}" if what.symbol and whole else what.label)
    if name == "alignment":
        ax.set_ylim(-1.08, 1.08)
        ax.set_yticks([-1, 0, 1], ["−1", "0", "1"])
        ax.axhline(0, color=theme.GRID, linewidth=1, zorder=0)
    elif name == "target_drift" and drift(learner) == (0.0, 0.0):
        ax.set_ylim(-0.05, 1)
        ax.set_yticks([0], ["0"])
        ax.text(0.5, 0.5, "never moves", transform=ax.transAxes, ha="center", color=theme.MUTED, size=16)
    elif not strokes.log_limits(ax, line):
        strokes.limits(ax, [line], [])
        ax.yaxis.set_major_formatter(tick)
        ax.locator_params(axis="y", nbins=4)
    strokes.draw(ax, line, learner.place)
