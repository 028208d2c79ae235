"""Predictions moving to the diagonal, and how far off they are."""

from __future__ import annotations

import numpy as np

from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Array, Pictures
from ...words import shortened

SQUARES, BARS = 16, 21


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`predicted` [M, V] and `true` [V]; or only counts of both where rows are a person's own."""
    unit = shortened(str(learner.data.get("target") or "target"), 28)
    if not pictures.has("predicted", "true"):
        return {"unit": unit}
    predicted, true = pictures.take("predicted").astype(float), pictures.take("true").astype(float)
    low, high = float(np.nanmin(true)), float(np.nanmax(true))
    pad = 0.05 * (high - low) or 1.0
    ends = [low - pad, high + pad]
    errors = predicted - true
    wide = float(np.nanquantile(np.abs(errors), 0.98)) or 1.0
    about = {"unit": unit, "ends": ends, "wide": wide, "rows": len(true)}
    pack.add("half", np.array([_half(line) for line in errors]))
    if learner.aggregate:
        _counted(predicted, true, ends, wide, pack)
    else:
        pack.add("predicted", predicted, along=0)
        pack.add("true", true)
    return about


def _half(errors: Array) -> float:
    """The distance from the truth within which half of the predictions lie."""
    known = errors[np.isfinite(errors)]
    return float(np.median(np.abs(known))) if known.size else float("nan")


def _counted(predicted: Array, true: Array, ends: list[float], wide: float, pack: Pack) -> None:
    low, high = ends
    edges = np.linspace(low, high, SQUARES + 1)
    bars = np.linspace(-wide, wide, BARS + 1)
    inside = np.clip(np.nan_to_num(predicted, nan=low), low, high)
    pack.whole("counts", np.array([np.histogram2d(line, true, bins=[edges, edges])[0] for line in inside]))
    errors = np.clip(np.nan_to_num(predicted - true, nan=wide), -wide, wide)
    pack.whole("errors", np.array([np.histogram(line, bins=bars)[0] for line in errors]))
