"""Measures that mean the same for every paradigm: IQM, its interval, progress, samples to a share.

A score that is `None` or not finite belongs to a replica that diverged. It is never dropped: it takes the
worst rank, so that a learner which sometimes explodes cannot look better than one which never does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

TRIM = 0.25
DRAWS = 5000
FEWEST_SEEDS = 5
DEVIATIONS = 5
"""By so many of its own standard deviations a reference must be better than the baseline."""
STAY = 3
"""So many consecutive records make a level reached."""
_RESAMPLING_SEED = 20210828


def _ranked(scores: ArrayLike | list[float | None], lower_is_better: bool) -> Floats:
    """Scores in rising order along the last axis; a diverged replica is infinitely bad."""
    values: Floats = np.array(scores, dtype=np.float64)
    worst = np.inf if lower_is_better else -np.inf
    return np.sort(np.where(np.isfinite(values), values, worst), axis=-1)


def iqm(scores: ArrayLike | list[float | None], lower_is_better: bool = False) -> Any:
    """Interquartile mean along the last axis: the mean of the middle half (Agarwal et al. 2021).

    The lowest and highest ⌊n/4⌋ scores are cut, as in `scipy.stats.trim_mean(scores, 0.25)`.
    Infinite when more replicas diverged than are cut; NaN when there is no score at all.

    >>> float(iqm([1, 2, 3, 4, 5, 6, 7, 100]))
    4.5
    >>> float(iqm([None, 0.5, 0.6, 0.7]))
    0.55
    """
    values = _ranked(scores, lower_is_better)
    n = values.shape[-1]
    if n == 0:
        return np.full(values.shape[:-1], np.nan)[()]
    cut = int(n * TRIM)
    return values[..., cut : n - cut].mean(axis=-1)


@lru_cache(maxsize=64)
def _weights(n: int, draws: int) -> Floats:
    """Weight of each rank in the IQM of each resample: [n, draws].

    Resampling ranks is resampling scores, so one matrix serves every curve point: sorted scores @ weights.
    """
    picks = np.random.default_rng(_RESAMPLING_SEED).integers(n, size=(draws, n))
    cut = int(n * TRIM)
    middle = np.sort(picks, axis=1)[:, cut : n - cut]
    flat = np.bincount((middle + n * np.arange(draws)[:, None]).ravel(), minlength=n * draws)
    return flat.reshape(draws, n).T / (n - 2 * cut)


def _replicates(ranked: Floats, draws: int) -> Floats:
    """IQM of `draws` resamples of the last axis: [..., draws]."""
    weights = _weights(ranked.shape[-1], draws)
    finite = np.isfinite(ranked)
    values = np.where(finite, ranked, 0.0) @ weights
    touched = (~finite).astype(np.float64) @ weights > 0
    worst = np.inf if bool((ranked == np.inf).any()) else -np.inf
    return np.where(touched, worst, values)


def _stratified(scores: Floats, lower_is_better: bool, draws: int) -> Floats:
    """IQM over all of [seeds, tasks], seeds resampled within each task."""
    seeds, tasks = scores.shape
    picks = np.random.default_rng(_RESAMPLING_SEED).integers(seeds, size=(draws, seeds, tasks))
    resampled = scores[picks, np.arange(tasks)]
    return np.asarray(iqm(resampled.reshape(draws, seeds * tasks), lower_is_better))


def _ends(replicates: Floats, level: float) -> Floats:
    tail = (1 - level) / 2
    return np.asarray(np.quantile(replicates, [tail, 1 - tail], axis=-1, method="inverted_cdf"))


def interval(
    scores: ArrayLike | list[float | None],
    lower_is_better: bool = False,
    level: float = 0.95,
    draws: int = DRAWS,
) -> tuple[float, float] | None:
    """Bootstrap interval of the IQM over seeds; `None` with fewer than five seeds (then use `spread`).

    `scores` is [seeds], or [seeds, tasks] for a bootstrap that resamples seeds within each task.
    Always the same resamples, hence always the same interval. An end is infinite where the resamples are.

    >>> interval([1.0, 2.0, 3.0]) is None
    True
    """
    values: Floats = np.array(scores, dtype=np.float64)
    if values.shape[0] < FEWEST_SEEDS:
        return None
    if values.ndim == 2:
        low, high = _ends(_stratified(values, lower_is_better, draws), level)
    else:
        low, high = _ends(_replicates(_ranked(values, lower_is_better), draws), level)
    return float(low), float(high)


def spread(scores: ArrayLike | list[float | None]) -> tuple[float, float] | None:
    """Lowest and highest finite score, or `None` if there is none."""
    values: Floats = np.array(scores, dtype=np.float64)
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else None


def band(
    values: ArrayLike, lower_is_better: bool = False, level: float = 0.95, draws: int = 1000
) -> tuple[Floats, Floats, Floats]:
    """IQM over seeds with its interval at every point of curves [seeds, points]: three of [points].

    With fewer than five seeds the two ends are the range over seeds.
    """
    ranked = _ranked(np.asarray(values, dtype=np.float64).T, lower_is_better)
    centre = np.asarray(iqm(ranked, lower_is_better))
    if ranked.shape[-1] < FEWEST_SEEDS:
        return centre, ranked[..., 0], ranked[..., -1]
    low, high = _ends(_replicates(ranked, draws), level)
    return centre, low, high


def progress(
    score: ArrayLike, baseline: ArrayLike, reference: ArrayLike, lower_is_better: bool = False
) -> Any:
    """(score − baseline) / (reference − baseline): 0 knows nothing, 1 equals the reference; not clipped.

    NaN where the reference is missing or no better than the baseline: there is no way to go then. Whether
    the way is worth speaking of over all seeds, `apart` says.

    >>> float(progress(30, baseline=50, reference=10, lower_is_better=True))
    0.5
    """
    sign = -1.0 if lower_is_better else 1.0
    start = sign * np.array(baseline, dtype=np.float64)
    way = sign * np.array(reference, dtype=np.float64) - start
    gone = sign * np.array(score, dtype=np.float64) - start
    passable = np.isfinite(way) & (way > 0)
    return np.where(passable, gone / np.where(passable, way, 1.0), np.nan)[()]


def apart(baseline: ArrayLike, reference: ArrayLike, lower_is_better: bool = False) -> bool:
    """Whether the reference is better than the baseline by five of its own standard deviations over seeds.

    Fewer than five seeds say too little of a spread, as for `interval`: any lead counts then.

    >>> apart([0.0] * 5, [0.8, 0.9, 0.9, 0.9, 1.0]), apart([0.0] * 5, [0.1, 0.3, 0.3, 0.3, 0.5])
    (True, False)
    """
    best = np.array(reference, dtype=np.float64)
    way = (-1.0 if lower_is_better else 1.0) * (best - np.array(baseline, dtype=np.float64))
    known = np.isfinite(way)
    if not known.any():
        return False
    spread = float(best[known].std(ddof=1)) if known.sum() >= FEWEST_SEEDS else 0.0
    return bool(way[known].mean() > DEVIATIONS * spread)


def samples_to(samples: ArrayLike, progress: ArrayLike, share: float) -> float:
    """Samples at the first of three consecutive records of at least `share`; infinite if there are none.

    >>> samples_to([0, 10, 20, 30, 40, 50], [0.0, 0.95, 0.4, 0.9, 0.95, 1.0], 0.9)
    30.0
    """
    above = np.array(progress, dtype=np.float64) >= share
    if above.size < STAY:
        return float("inf")
    stays = np.flatnonzero(np.lib.stride_tricks.sliding_window_view(above, STAY).all(axis=1))
    return float(np.asarray(samples)[stays[0]]) if stays.size else float("inf")


def crossing(x: ArrayLike, values: ArrayLike, level: float) -> float:
    """Where a curve first reaches `level`, on a straight line from the point before; infinite if never.

    >>> crossing([0, 10, 20], [0.0, 0.4, 0.8], 0.6)
    15.0
    """
    at, height = np.array(x, dtype=np.float64), np.array(values, dtype=np.float64)
    there = np.flatnonzero(height >= level)
    if not there.size:
        return float("inf")
    i = int(there[0])
    if i == 0 or not np.isfinite(height[i - 1]):
        return float(at[i])
    return float(np.interp(level, height[i - 1 : i + 1], at[i - 1 : i + 1]))


def noise_scale(variance: ArrayLike, square: ArrayLike) -> float:
    """tr Σ / ‖G‖² from several estimates of each, averaged apart; infinite where no signal is left.

    >>> noise_scale([4.0, 8.0], [1.0, 2.0])
    4.0
    """
    noise, signal = (float(np.nanmean(np.asarray(one, np.float64))) for one in (variance, square))
    return noise / signal if signal > 0 else float("inf")
