"""Panel 2, how it changes: the metric above the loss, over feedback consumed."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate
from ..drawing.strokes import Curve
from ..reading.comparison import Shown, signal
from ..words import number, percent, shortened, tick, times

FEEDBACK = "feedback consumed (samples a replica)"
_BASE, _REFERENCE = (0, (2, 3)), (0, (6, 3))


def curve_of(learner: Shown, name: str) -> Curve | None:
    """A signal over feedback consumed, from the held-out part if it is the metric, else from training."""
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
    """Baseline and reference on the held-out part, the mean over seeds."""
    curves = learner.record.held_out
    return tuple(  # type: ignore[return-value]
        float(np.nanmean(curves[name])) if name in curves else float("nan")
        for name in ("baseline", "reference")
    )


def rises(shown: Curve | None) -> float | None:
    """How many times its early self the loss is at the end; `None` if that cannot be told."""
    if shown is None or len(shown.x) < 4:
        return None
    known = shown.middle[np.isfinite(shown.middle)]
    tenth = max(1, len(known) // 10)
    if known.size < 4:
        return None
    early, late = float(np.median(known[: 2 * tenth])), float(np.median(known[-tenth:]))
    return late / early if early > 0 else None


def plate(learner: Shown) -> Plate | None:
    """Metric above loss; `None` if the run recorded neither."""
    metric, loss = curve_of(learner, learner.record.metric), curve_of(learner, "loss")
    shown = {
        name: line for name, line in ((learner.record.metric, metric), ("loss", loss)) if line is not None
    }
    if not shown:
        return None
    title = _title(learner, metric, loss)
    ends = "range" if learner.few_seeds else "95 % interval"
    names = {signal(name).label: line for name, line in shown.items()}

    def paint(figure: Figure) -> None:
        _paint(figure, learner, shown)

    text = f"{title} Curves over {FEEDBACK}: every seed thin, the interquartile mean thick with its {ends}."
    return Plate(f"{learner.record.id}-change", title, text, strokes.as_table(FEEDBACK, names, ends), paint)


def _title(learner: Shown, metric: Curve | None, loss: Curve | None) -> str:
    words = ""
    if metric is not None and np.isfinite(metric.last):
        start = metric.middle[np.isfinite(metric.middle)][0]
        words = f"{learner.label}: {learner.signal.label} goes from {number(start, 3)} "
        words += f"to {number(metric.last, 3)}"
    ratio = rises(loss)
    if ratio is not None and loss is not None:
        verb = "falls" if ratio < 0.95 else "rises" if ratio > 1.05 else "stays"
        words += f"{', ' if words else learner.label + ': '}the loss {verb}"
        size = f"{times(ratio)} its early size" if ratio >= 2 else f"{percent(ratio)} of its early size"
        words += f" to {size}" if verb != "stays" else " as large as it was"
    return (words or learner.label) + "."


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
        ax.set_title(signal(name).label + (" (held-out)" if name == learner.record.metric else " (training)"))
    positive = xs[xs > 0]
    if positive.size:
        strokes.feedback_axis(axes[-1], float(positive.min()), float(positive.max()), FEEDBACK)
    theme.despine(*axes)
    layout.legend(figure, handles, names, at=(0.785, 0.83))


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
