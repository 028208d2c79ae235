"""Panel 3, what the gradient does: its norm, the size of a step, its alignment, the drift of the target."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..drawing.strokes import Curve
from ..reading.comparison import Shown, signal
from ..reading.records import Curves
from ..words import Told, number, percent, tick
from . import listed as listing
from .change import begun, curve_of, mark, read
from .listed import FEEDBACK

_SLIDE_GRID = {"left": 0.085, "right": 0.965, "top": 0.80, "bottom": 0.125, "hspace": 0.36, "wspace": 0.24}
_PAGE_GRID = {"left": 0.12, "right": 0.955, "top": 0.93, "bottom": 0.13, "hspace": 0.32, "wspace": 0.38}
SIGNALS = ("gradient_norm", "update_ratio", "alignment", "drift")
AGREE, CONTRADICT = 0.3, -0.1
"""The cosine above which successive gradients are said to agree, and below which to contradict each other."""
DRIFT = {"whole": "target drift, whole training", "late": "target drift, last quarter"}
_SAID = {"agree": "agree", "apart": "are unrelated", "against": "contradict each other"}


@lru_cache(maxsize=256)
def curves(learner: Shown) -> dict[str, Curve]:
    """Of the four signals those that were recorded."""
    found = {name: curve_of(learner, name) for name in SIGNALS}
    return {name: line for name, line in found.items() if line is not None}


@lru_cache(maxsize=256)
def listed(learner: Shown) -> Table:
    """The figure's table: curves, the shares of the feedback by alignment, and the target's moves."""
    return listing.table(learner, curves(learner), [*_aligned(learner), *_moved(learner)])


def _aligned(learner: Shown) -> list[list[str]]:
    """For which share of the feedback successive gradients agree, are unrelated, contradict each other."""
    line = curves(learner).get("alignment")
    if line is None:
        return []
    there = np.isfinite(line.middle)
    cosine, until = line.middle[there], line.x[there]
    spent = np.diff(until, prepend=line.x[0])  # no gradient is known before the first
    kinds = np.where(cosine > AGREE, "agree", np.where(cosine < CONTRADICT, "against", "apart"))
    whole = float(spent.sum())
    if whole <= 0:
        return []
    return [
        [
            f"gradients {words}",
            "share of the feedback since the first update",
            percent(float(spent[kinds == kind].sum()) / whole),
            "",
        ]
        for kind, words in _SAID.items()
    ]


def _moved(learner: Shown) -> list[list[str]]:
    """How far the target moves per 1,000 samples, in all and over the last quarter, of all seeds."""
    train = learner.record.train
    if "target_drift" not in train:
        return []
    found = (("whole", _rate(train, 0.0)), ("late", _rate(train, 0.75)))
    rows = [(DRIFT[when], rate) for when, rate in found if np.isfinite(rate)]
    return [[name, "per 1,000 samples", number(rate, 2), ""] for name, rate in rows]


def _rate(train: Curves, share: float) -> float:
    """What the targets moved from this share of the feedback on, over the thousands of samples since."""
    moved = spent = 0.0
    for line in train["target_drift"]:
        at = train.samples[np.isfinite(line)]
        late = at > share * train.samples[-1]
        moved += float(line[np.isfinite(line)][late].sum())
        spent += float(np.diff(at, prepend=0.0)[late].sum())
    return 1000 * moved / spent if spent else float("nan")


def _cell(learner: Shown, name: str) -> Told | None:
    """What the table says in the row of this name."""
    cells = (row[2] for row in listed(learner).rows if row[0] == name)
    return next((cell for cell in cells if isinstance(cell, Told)), None)


def drift(learner: Shown) -> tuple[Told, Told] | None:
    """How far the target moves per 1,000 samples, in all and late; `None` if it was not recorded."""
    whole, late = (_cell(learner, DRIFT[when]) for when in ("whole", "late"))
    return None if whole is None or late is None else (whole, late)


def agreement(learner: Shown) -> tuple[str, Told] | None:
    """What successive gradients do for most of the feedback, and for which share of it."""
    cells = {words: _cell(learner, f"gradients {words}") for words in _SAID.values()}
    shares = {words: cell for words, cell in cells.items() if cell is not None}
    most = max(shares, key=lambda words: shares[words].value, default=None)
    return None if most is None else (most, shares[most])


def plate(learner: Shown) -> Plate | None:
    """Four small plots; `None` if the run recorded none of them, or nothing goes down a gradient."""
    shown, table = curves(learner), listed(learner)
    if not shown or learner.spec.get("gradientless"):
        return None
    title = _title(learner, table)
    caption = f"Curves: {read(learner)}. {begun(learner)}".strip()

    def paint(figure: Figure) -> None:
        _paint(figure, learner, shown)

    text = f"{title} Small plots over {FEEDBACK} of " + ", ".join(signal(name).label for name in shown) + "."
    return Plate(f"{learner.record.id}-gradient", title, text, table, paint, caption)


def _title(learner: Shown, table: Table) -> str:
    parts = []
    norm, cosine = listing.course(table, "gradient_norm"), listing.way(table, "alignment")
    if norm:
        parts.append(f"the gradient's norm {listing.told(*norm)}")
    most = agreement(learner)
    if most is not None and cosine is not None:
        words, share = most
        parts.append(
            f"successive gradients {words} over {share} of the feedback (cosine at the end {cosine[1].value})"
        )
    moved = drift(learner)
    if moved is not None:
        parts.append(
            f"the target moves by {moved[0]} per 1,000 samples, late by {moved[1]}"
            if moved[0].value > 0
            else "the target never moves"
        )
    return f"{learner.label}: {'; '.join(parts)}." if parts else f"{learner.label}: the gradient."


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
        if ax in axes[-2:] or len(shown) <= 2:
            ax.set_xlabel("feedback (samples)")
    most = 2 if layout.narrow(figure) else 3
    strokes.feedback_axis(axes[1], float(positive.min()), float(positive.max()), None, most)  # all share it
    mark(list(axes[: len(shown)]), learner)
    theme.despine(*axes)


def _one(ax: Axes, learner: Shown, name: str, line: Curve, whole: bool) -> None:
    """`whole`: there is room for the symbol too."""
    what = signal(name)
    ax.set_title(f"{what.label}  {what.symbol}" if what.symbol and whole else what.label)
    if name == "alignment":
        ax.set_ylim(-1.08, 1.08)
        ax.set_yticks([-1, 0, 1], ["−1", "0", "1"])
        ax.axhline(0, color=theme.GRID, linewidth=1, zorder=0)
    elif name == "drift" and not np.nanmax(line.seeds) > 0:
        ax.set_ylim(-0.05, 1)
        ax.set_yticks([0], ["0"])
        ax.text(0.5, 0.5, "never moves", transform=ax.transAxes, ha="center", color=theme.MUTED, size=16)
    elif not strokes.log_limits(ax, line):
        strokes.limits(ax, [line], [])
        ax.yaxis.set_major_formatter(tick)
        ax.locator_params(axis="y", nbins=4)
    strokes.draw(ax, line, learner.place)
