"""The gradient noise scale of a learner: noise and signal averaged apart, over seeds and moments."""

from __future__ import annotations

import numpy as np

from paradigms import measures

from .records import Floats, Record

_NAMES = ("gradient_variance", "gradient_square")
_NEIGHBOURS = 2
"""Moments on either side that share in an average."""


def _measured(record: Record) -> tuple[Floats, Floats, Floats]:
    """Samples [T] of the moments at which it was measured, tr Σ and ‖G‖² [R, T]."""
    curves = record.train
    if any(name not in curves for name in _NAMES):
        return np.empty(0), np.empty((0, 0)), np.empty((0, 0))
    variance, square = (curves[name] for name in _NAMES)
    there = np.isfinite(variance).any(axis=0)
    return curves.samples[there], variance[:, there], square[:, there]


def curve(record: Record) -> tuple[Floats, Floats]:
    """Samples [T] and the noise scale [T] there; infinite where no signal is left."""
    samples, variance, square = _measured(record)
    scales = [
        measures.noise_scale(variance[:, lo:hi], square[:, lo:hi])
        for t in range(len(samples))
        for lo, hi in [(max(0, t - _NEIGHBOURS), t + _NEIGHBOURS + 1)]
    ]
    return samples, np.array(scales)


def whole(record: Record) -> float | None:
    """The noise scale over all moments; `None` if it was not measured."""
    samples, variance, square = _measured(record)
    return measures.noise_scale(variance, square) if samples.size else None


def quarters(record: Record) -> tuple[float, float] | None:
    """The noise scale over the first and over the last quarter of the moments."""
    samples, variance, square = _measured(record)
    if not samples.size:
        return None
    first, last = zip(ends_of(variance), ends_of(square), strict=True)
    return measures.noise_scale(*first), measures.noise_scale(*last)


def ends_of(values: Floats) -> tuple[Floats, Floats]:
    """The first and the last quarter of the columns of [R, T]."""
    quarter = max(1, values.shape[1] // 4)
    return values[:, :quarter], values[:, -quarter:]
