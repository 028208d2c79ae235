"""Least squares with more and more features: random ones of digits, and isotropic ones whose error is
computed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.rows import digits

ROWS = 300
COUNTS = (30, 100, 200, 300, 350, 450, 700, 1500, 3000)
SIZES = (20, 50, 80, 110, 150, 200, 500)
SAMPLE = 100


def random_features(draw: Draw) -> dict[str, Any]:
    """Random ReLU features of 300 digits, least squares of smallest norm on one-hot classes: test
    accuracy, [R, p].

    `clean`, `wrong` (20 % of the labels) and `ridge` (1e-3 of the mean square, clean); `rank` is the
    features' own.
    """
    found = {name: np.empty((draw.seeds, len(COUNTS))) for name in ("clean", "wrong", "ridge", "rank")}
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        x, y = digits()
        order = rng.permutation(len(x))
        own, new = order[:ROWS], order[ROWS : ROWS + 600]
        w, b = rng.normal(size=(64, max(COUNTS))) / 8, rng.normal(size=max(COUNTS)) / 4
        told = np.where(rng.random(ROWS) < 0.2, (y[own] + rng.integers(1, 10, ROWS)) % 10, y[own])
        a, a_new = (np.maximum((x[rows] - 0.3) @ w + b, 0) for rows in (own, new))
        for at, p in enumerate(COUNTS):
            found["rank"][seed, at] = np.linalg.matrix_rank(a[:, :p])
            for name, labels, ridge in (
                ("clean", y[own], 0.0),
                ("wrong", told, 0.0),
                ("ridge", y[own], 1e-3),
            ):
                answer = a_new[:, :p] @ _fit(a[:, :p], np.eye(10)[labels] - 0.1, ridge)
                found[name][seed, at] = np.mean(answer.argmax(1) == y[new])
    return found


def _fit(a: np.ndarray, y: np.ndarray, ridge: float) -> np.ndarray:
    """Least squares of smallest norm, by the smaller of the two Gram matrices; or ridge."""
    rows, columns = a.shape
    size = ridge * float(np.mean(a**2)) * rows
    gram = a @ a.T if columns > rows else a.T @ a
    values, vectors = np.linalg.eigh(gram)
    keep = values > max(values[-1] * 1e-10, 0) if not ridge else np.ones_like(values, bool)
    inverse = (vectors[:, keep] / (values[keep] + size)) @ vectors[:, keep].T
    return a.T @ (inverse @ y) if columns > rows else inverse @ (a.T @ y)


def isotropic(draw: Draw) -> dict[str, Any]:
    """p normal features, 100 rows, ‖w‖ = 1, noise ½: excess error of the smallest-norm solution, [R, p].

    Computed (Hastie et al. 2022): σ² p/(n − p − 1) for p < n − 1, and 1 − n/p + σ² n/(p − n − 1) for
    p > n + 1.
    """
    n, p, variance = SAMPLE, np.array(SIZES, dtype=float), 0.25
    found = np.empty((draw.seeds, len(SIZES)))
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        for at, size in enumerate(SIZES):
            found[seed, at] = np.mean([_excess(rng, size, variance) for _ in range(8 if draw.quick else 30)])
    under = variance * p / np.where(p < n - 1, n - p - 1, np.nan)
    over = 1 - n / p + variance * n / np.where(p > n + 1, p - n - 1, np.nan)
    return {"error": found, "computed": np.where(p < n, under, over)}


def _excess(rng: Any, p: int, variance: float) -> float:
    w = rng.normal(size=p)
    w /= np.linalg.norm(w)
    x = rng.normal(size=(SAMPLE, p))
    found = np.linalg.lstsq(x, x @ w + np.sqrt(variance) * rng.normal(size=SAMPLE), rcond=None)[0]
    return float(np.sum((found - w) ** 2))


DEGREES = tuple(range(1, 13))
NOISE = 0.3


def polynomials(draw: Draw) -> dict[str, Any]:
    """sin x at 30 evenly spaced places, noise 0.3, 200 redraws: squared bias, variance, error on new
    noise, [R, degrees].

    Computed: the variance of least squares is σ² (degree + 1) / n, whatever the truth.
    """
    redraws, x = 50 if draw.quick else 200, np.linspace(-1, 1, 30)
    truth = np.sin(np.pi * x)
    bias, variance, error = (np.empty((draw.seeds, len(DEGREES))) for _ in range(3))
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        for at, degree in enumerate(DEGREES):
            basis = np.polynomial.chebyshev.chebvander(x, degree)
            told = truth + NOISE * rng.normal(size=(redraws, len(x)))
            answers = (basis @ np.linalg.lstsq(basis, told.T, rcond=None)[0]).T
            spread = answers.var(0, ddof=1)
            bias[seed, at] = np.mean((answers.mean(0) - truth) ** 2 - spread / redraws)
            variance[seed, at] = np.mean(spread)
            error[seed, at] = np.mean((answers - truth - NOISE * rng.normal(size=answers.shape)) ** 2)
    computed = NOISE**2 * (np.array(DEGREES) + 1) / len(x)
    return {"bias": bias, "variance": variance, "error": error, "computed": computed, "noise": NOISE**2}
