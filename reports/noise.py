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


def ends(record: Record) -> tuple[float, float] | None:
    """The noise scale over the first and over the last quarter of the moments; `None` if not measured."""
    samples, variance, square = _measured(record)
    if not samples.size:
        return None
    quarter = max(1, len(samples) // 4)
    first, last = slice(0, quarter), slice(len(samples) - quarter, None)
    return tuple(measures.noise_scale(variance[:, part], square[:, part]) for part in (first, last))  # type: ignore[return-value]
