"""How fast an error falls with more centres, more rows: the exponent, and what theory says of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.trained import begun, looked

DIMENSIONS = (1, 2, 4, 8)
KS = (4, 8, 16, 32, 64, 128)
ROWS, FEATURES = (15, 20, 30, 50, 100, 200, 400), 10


def centres(draw: Draw) -> dict[str, Any]:
    """Inertia per row of k-means on uniform rows of d dimensions, new rows, [d, R, K]; of two dimensions
    with K = 192 too, [R].
    """
    rows, passes = (800, 12) if draw.quick else (2_500, 25)
    found: list[np.ndarray] = []
    held_out: Any = None
    for d in DIMENSIONS:
        own = np.stack([draw.generator(seed).random((rows, d)) for seed in range(draw.seeds)])
        new = np.stack([draw.generator(99 + seed).random((1_500, d)) for seed in range(draw.seeds)])
        each = []
        for k in (*KS, 192) if d == 2 else KS:
            training = begun(
                "kmeans",
                {"train": (own, None), "test": (new, None)},
                draw,
                passes,
                clusters=k,
                batch_size=rows,
            )
            looked(training, [passes], lambda now: 0)
            each.append(training.learner.evaluate(training.parameters, "test")["inertia"] / 1_500)
        found.append(np.stack(each[: len(KS)], 1))
        held_out = each[-1] if d == 2 else held_out
    return {"inertia": found, "held_out": held_out}


def rows(draw: Draw) -> dict[str, Any]:
    """Excess error of least squares with ten features and noise 1, mean of 200 draws, [R, n]; computed
    p/(n − p − 1).
    """
    found = np.empty((draw.seeds, len(ROWS)))
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        for at, n in enumerate(ROWS):
            found[seed, at] = np.mean([_excess(rng, n) for _ in range(200)])
    return {"error": found, "computed": [FEATURES / (n - FEATURES - 1) for n in ROWS]}


def _excess(rng: Any, n: int) -> float:
    x, w = rng.normal(size=(n, FEATURES)), rng.normal(size=FEATURES)
    return float(np.sum((np.linalg.lstsq(x, x @ w + rng.normal(size=n), rcond=None)[0] - w) ** 2))
