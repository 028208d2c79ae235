"""Curves of all seeds for the player: the metric, the loss, and the three strips every panel has."""

from __future__ import annotations

import numpy as np

from ..drawing.strokes import Curve
from ..panels import change
from ..reading.comparison import Shown, signal
from ..reading.folder import Json
from ..reading.records import Floats
from .pack import Pack

NOUGHT = -4.0
STRIPS = ("gradient_norm", "update_ratio", "drift")


def curves(learner: Shown, film: Pack) -> list[Json]:
    """Adds every curve to `film`; returns what must be known to draw each, in the order of drawing."""
    told = []
    strips = STRIPS[-1:] if learner.spec.get("gradientless") else STRIPS
    for name in (learner.record.metric, "loss", *strips):
        line = change.curve_of(learner, name)
        about = _about(learner, name)
        told.append(about | ({"missing": True} if line is None else _added(learner, name, line, film)))
    return told


def _about(learner: Shown, name: str) -> Json:
    what = signal(name)
    kind = "metric" if name == learner.record.metric else "loss" if name == "loss" else "strip"
    return {"name": name, "kind": kind, "label": what.label, "symbol": what.symbol, "unit": what.measured}


def _added(learner: Shown, name: str, line: Curve, film: Pack) -> Json:
    levels = [level for level in _levels(learner, name) if np.isfinite(level)]
    log, low, high = _scale(line, levels)
    seeds = np.where(np.isfinite(line.seeds), line.seeds, np.nan)
    for part, values in (("seeds", seeds), ("low", line.low), ("middle", line.middle), ("high", line.high)):
        if part == "middle":
            values = np.where(np.isfinite(values), values, np.nan)
        film.add(f"{name}/{part}", _height(values, log, low, high), along=-1)
    film.add(f"{name}/x", line.x)
    base, reference = (_one(level, log, low, high) for level in _levels(learner, name))
    return {"log": log, "low": low, "high": high, "baseline": base, "reference": reference}


def _levels(learner: Shown, name: str) -> tuple[float, float]:
    return change.levels(learner) if name == learner.record.metric else (float("nan"), float("nan"))


def _scale(line: Curve, levels: list[float]) -> tuple[bool, float, float]:
    """Whether the axis is logarithmic, and its two ends (powers of ten then)."""
    values = line.seeds[np.isfinite(line.seeds)]
    positive = values[values > 0]
    if not levels and positive.size and positive.size >= 0.9 * values.size:
        low, high = (float(end) for end in np.quantile(positive, [0.005, 0.995]))
        if high > 12 * low:
            return True, float(np.log10(low / 1.4)), float(np.log10(high * 1.4))
    inner = [part[np.isfinite(part)] for part in (line.low, line.high, line.middle)]
    inner += [np.quantile(values, [0.01, 0.99])] if values.size else []
    known = np.concatenate([*inner, np.array(levels)])
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    pad = 0.06 * (high - low) or 0.05 * max(abs(high), 1.0)
    return False, low - pad, high + pad


def _height(values: Floats, log: bool, low: float, high: float) -> Floats:
    """Shares of the axis' height; what runs out of the picture is cut some heights away from it.

    On a logarithmic axis exactly `NOUGHT` is a value of zero.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        shown = np.log10(values) if log else values
        share = np.clip((shown - low) / (high - low), NOUGHT + 1.0, -NOUGHT)
        return np.asarray(np.where(values <= 0, NOUGHT, share) if log else share)


def _one(level: float, log: bool, low: float, high: float) -> float | None:
    return round(float(_height(np.array(level), log, low, high)), 5) if np.isfinite(level) else None
