"""Five clouds: how many clusters there are, by what is held out and by what is not."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.trained import begun, looked

TRUE, KS, ROWS = 5, tuple(range(1, 11)), 300


def clouds(rng: Any, count: int, spread: float = 5.0) -> np.ndarray:
    """Rows of five round clouds of deviation 1 whose middles lie on a circle."""
    angle = 2 * np.pi * np.arange(TRUE) / TRUE
    middles = spread * np.c_[np.cos(angle), np.sin(angle)]
    return middles[rng.integers(TRUE, size=count)] + rng.normal(size=(count, 2))


def choosing(draw: Draw) -> dict[str, Any]:
    """k-means with K 1 to 10 (best of its starts), read as a mixture of round clouds of one size: [R, K].

    Inertia and log-likelihood per row, of own and of 2,000 held-out rows; and of one broad cloud, where
    there is nothing to find (`none_*`).
    """
    found: dict[str, Any] = {}
    for name, spread in (("", 5.0), ("none_", 0.0)):
        own = np.stack([clouds(draw.generator(seed), ROWS, spread) for seed in range(draw.seeds)])
        new = np.stack([clouds(draw.generator(500 + seed), 2_000, spread) for seed in range(draw.seeds)])
        pairs = [_fit(own, new, k, draw) for k in KS]
        for at, key in enumerate(("own_inertia", "new_inertia", "own_likelihood", "new_likelihood")):
            found[f"{name}{key}"] = np.stack([one[at] for one in pairs], 1)
    return found


def _fit(own: np.ndarray, new: np.ndarray, k: int, draw: Draw) -> tuple[np.ndarray, ...]:
    best: Any = None
    for start in range(3):
        shifted = Draw(draw.seed + 1_000 * start, draw.seeds, draw.quick)
        training = begun("kmeans", {"train": (own, None)}, shifted, 30, clusters=k, batch_size=own.shape[1])
        looked(training, [30], lambda now: 0)
        centres = training.parameters["centres"].detach().numpy().copy()
        inertia = _distances(own, centres).min(2).mean(1)
        if best is None:
            best = inertia, centres
        else:
            better = inertia < best[0]
            best = np.where(better, inertia, best[0]), np.where(better[:, None, None], centres, best[1])
    inertia, centres = best
    variance, shares = inertia / 2, _shares(own, centres)
    pair = [_likelihood(rows, centres, variance, shares) for rows in (own, new)]
    return inertia, _distances(new, centres).min(2).mean(1), *pair


def _distances(x: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((x[:, :, None] - centres[:, None]) ** 2).sum(3)


def _shares(x: np.ndarray, centres: np.ndarray) -> np.ndarray:
    nearest = _distances(x, centres).argmin(2)
    return np.stack([np.bincount(one, minlength=centres.shape[1]) for one in nearest]) / x.shape[1]


def _likelihood(x: np.ndarray, centres: np.ndarray, variance: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Mean log density per row, [R]."""
    v = variance[:, None, None]
    each = (
        np.log(np.maximum(shares, 1e-12))[:, None] - _distances(x, centres) / (2 * v) - np.log(2 * np.pi * v)
    )
    top = each.max(2, keepdims=True)
    return np.asarray((top[:, :, 0] + np.log(np.exp(each - top).sum(2))).mean(1))


DIRECTIONS, FEATURES, FEW = 5, 15, 100


def directions(draw: Draw) -> dict[str, Any]:
    """PCA with k of 1 to 10 components on 100 rows of 15 features in which five directions vary, [R, KS].

    `likelihood` per new row of the rows read as a normal distribution that varies along its components and
    alike across them (Tipping & Bishop 1999); `left`: what the components do not rebuild of a new row.
    """
    from sklearn.decomposition import PCA

    likelihood, left = (np.empty((draw.seeds, len(KS))) for _ in range(2))
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        spread = np.linalg.qr(rng.normal(size=(FEATURES, DIRECTIONS)))[0] * np.linspace(4, 2, DIRECTIONS)
        own, new = (
            rng.normal(size=(rows, DIRECTIONS)) @ spread.T + rng.normal(size=(rows, FEATURES))
            for rows in (FEW, 2_000)
        )
        for at, k in enumerate(KS):
            model = PCA(k, svd_solver="full").fit(own)
            likelihood[seed, at] = model.score(new)
            left[seed, at] = ((new - model.inverse_transform(model.transform(new))) ** 2).sum(1).mean()
    return {"likelihood": likelihood, "left": left}


def stable_rate(x: np.ndarray, k: int) -> float:
    """The rate up to which a step of all rows is stable for k centres: 2 over the largest share of rows."""
    from sklearn.cluster import KMeans

    return float(2 * len(x) / np.bincount(KMeans(k, n_init=1, random_state=0).fit_predict(x)).max())
