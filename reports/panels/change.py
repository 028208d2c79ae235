"""Panel 2, how it changes: the metric above the loss, over feedback consumed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .. import words
from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..drawing.strokes import Curve
from ..reading.comparison import Shown, signal
from ..reading.phases import phases
from ..words import number, shortened, tick
from . import listed as listing
from .listed import FEEDBACK

_BASE, _REFERENCE = (0, (2, 3)), (0, (6, 3))


@lru_cache(maxsize=256)
def curve_of(learner: Shown, name: str) -> Curve | None:
    """A signal over feedback consumed, from the validation part if it is the metric, else from training."""
    record = learner.record
    if name == record.metric:
        if name not in record.held_out:
            return None
        curves = record.held_out
        return strokes.curve(curves.samples, curves[name], record.lower_is_better, average=False)
    if name not in record.train:
        return None
    return strokes.curve(record.train.samples, record.train[name], None, average=True)


def levels(learner: Shown) -> tuple[float, float]:
    """Baseline and reference on the validation part, the mean over seeds."""
    curves = learner.record.held_out
    return tuple(  # type: ignore[return-value]
        float(np.nanmean(curves[name])) if name in curves else float("nan")
        for name in ("baseline", "reference")
    )


def named(learner: Shown) -> dict[str, Curve]:
    """The metric and the loss, as far as they were recorded."""
    found = {name: curve_of(learner, name) for name in dict.fromkeys((learner.record.metric, "loss"))}
    return {name: line for name, line in found.items() if line is not None}


@lru_cache(maxsize=256)
def listed(learner: Shown) -> Table:
    """The figure's table: the one place that titles, sentences and questions about both curves quote."""
    return listing.table(learner, named(learner))


def plate(learner: Shown) -> Plate | None:
    """Metric above loss; `None` if the run recorded neither."""
    shown, table = named(learner), listed(learner)
    if not table.rows:
        return None
    title = _title(learner, table)
    caption = begun(learner)

    def paint(figure: Figure) -> None:
        _paint(figure, learner, shown)

    text = f"{title} Curves over {FEEDBACK}: {read(learner)}. {caption}".strip()
    return Plate(f"{learner.record.id}-change", title, text, table, paint, caption)


def read(learner: Shown) -> str:
    """What thin and thick lines are."""
    if len(learner.record.seeds) == 1:
        return "the one seed's"
    ends = "range" if learner.few_seeds else "95 % interval"
    return f"every seed thin, the interquartile mean over seeds (IQM) thick with its {ends}"


def begun(learner: Shown) -> str:
    """The phases that the vertical lines of a figure stand for."""
    later = phases(learner.record)[1:]
    if not later:
        return ""
    parts = words.listing([f"{number(one.samples)} samples ({one.name})" for one in later])
    return f"A vertical line marks where a phase begins: at {parts}."


def mark(axes: Sequence[Axes], learner: Shown) -> None:
    """A line across where a phase begins."""
    for ax, one in product(axes, phases(learner.record)[1:]):
        ax.axvline(one.samples, color=theme.MUTED, linewidth=1, linestyle=(0, (1, 2)), zorder=0)


def _title(learner: Shown, table: Table) -> str:
    own = learner.record.metric
    metric, loss = (listing.course(table, name, own) for name in (own, "loss"))
    parts = []
    if metric:
        lost = (
            "" if np.isfinite(named(learner)[learner.record.metric].middle[-1]) else ", until most diverged"
        )
        parts.append(f"{learner.signal.label} on the validation part {listing.told(*metric)}{lost}")
    if loss:
        parts.append(f"the training loss {listing.told(*loss)}")
    if not parts:
        first = listing.rows(table, learner.record.metric) or listing.rows(table, "loss")
        parts = [f"one record alone, {first[0].value}"]
    return f"{learner.label}: {'; '.join(parts)}."


def _paint(figure: Figure, learner: Shown, shown: dict[str, Curve]) -> None:
    handles, names = _key(learner)
    left, bottom, right, top = layout.frame(figure, names, 0.105, 0.775)
    grid = {"left": left, "bottom": bottom, "right": right, "top": top - 0.04, "hspace": 0.32}
    axes = figure.subplots(len(shown), 1, squeeze=False, sharex=True, gridspec_kw=grid)[:, 0]
    xs = np.concatenate([line.x for line in shown.values()])
    for ax, (name, line) in zip(axes, shown.items(), strict=True):
        _scale(ax, learner, name, line)
        strokes.draw(ax, line, learner.place)
        if learner.entry["diverged"]:
            strokes.cross_out(ax, line)
        told = "training batches" if _batched(learner) else "training rows"
        where = "validation part" if name == learner.record.metric else told
        ax.set_title(_headed(ax, name, where))
    positive = xs[xs > 0]
    if positive.size:
        strokes.feedback_axis(axes[-1], float(positive.min()), float(positive.max()), FEEDBACK)
    mark(list(axes), learner)
    theme.despine(*axes)
    layout.legend(figure, handles, names, at=(0.785, 0.83))


def _batched(learner: Shown) -> bool:
    """Whether a step is told some of the rows, not all, or what was met since the last."""
    return not learner.data.get("split") or "batch_size" in (learner.spec.get("options") or {})


def _headed(ax: Axes, name: str, where: str) -> str:
    """What is drawn, in its unit if it has one of its own and there is room, and on which rows."""
    what = signal(name)
    own = what.unit not in ("", "share") and not what.unit.startswith("the ")
    whole = f"{what.label} in {what.unit}, {where}"
    room = 72 * ax.figure.get_figwidth() * ax.get_position().width  # type: ignore[union-attr]
    return whole if own and layout.width(whole) < room else f"{what.label}, {where}"


def _scale(ax: Axes, learner: Shown, name: str, line: Curve) -> None:
    """The y-axis, and on the metric's the levels of baseline and reference."""
    if name == learner.record.metric:
        base, reference = levels(learner)
        strokes.level(ax, base, _BASE)
        strokes.level(ax, reference, _REFERENCE)
        strokes.limits(ax, [line], [base, reference])
    elif strokes.log_limits(ax, line):
        return
    else:
        strokes.limits(ax, [line], [])
    ax.yaxis.set_major_formatter(tick)
    ax.locator_params(axis="y", nbins=5)


def _key(learner: Shown) -> tuple[list[Line2D], list[str]]:
    """What the strokes are, with their names."""
    colour = theme.learner_colour(learner.place)
    many = len(learner.record.seeds) > 1
    base, reference = levels(learner)
    entries = [(Line2D([], [], color=colour, linewidth=2.6), "IQM over seeds" if many else "the one seed")]
    if many:
        ends = "range" if learner.few_seeds else "95 % interval"
        entries += [
            (Line2D([], [], color=colour, linewidth=9, alpha=0.2), ends),
            (Line2D([], [], color=theme.thin_colour(learner.place), linewidth=1.2), "each seed"),
        ]
    if np.isfinite(reference):
        entries.append((Line2D([], [], color=theme.MUTED, linestyle=_REFERENCE), "reference"))
    if np.isfinite(base):
        entries.append((Line2D([], [], color=theme.MUTED, linestyle=_BASE), "baseline"))
    if learner.entry["diverged"]:
        cross = Line2D([], [], color=theme.INK, marker="x", linestyle="", markersize=9, markeredgewidth=2)
        entries.append((cross, "diverged"))
    return [handle for handle, _ in entries], [shortened(name, 22) for _, name in entries]
