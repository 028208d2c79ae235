"""Learning from few rows without a teacher, and with one where the error can be computed."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.rows import digits
from paradigms.course.trained import begun, looked

CLUSTERS = (2, 10, 40, 80)
COMPONENTS = (1, 8, 32)
FEATURES = (20, 60, 90)
ROWS = 100


def unlabelled(draw: Draw) -> dict[str, Any]:
    """k-means and PCA on 100 digits: error on 600 new rows and on their own, a row's mean, [R, sizes]."""
    x = np.stack([digits(ROWS, skip=ROWS * seed)[0] for seed in range(draw.seeds)])
    new = digits(600, skip=1_100)[0][None]
    parts = {"train": (x, None), "test": (new, None)}

    def kmeans(size: int) -> list[np.ndarray]:
        training = begun("kmeans", parts, draw, 40, clusters=size, batch_size=ROWS)
        looked(training, [40], lambda now: 0)
        return [
            training.learner.evaluate(training.parameters, part)["inertia"] / rows
            for part, rows in (("train", ROWS), ("test", 600))
        ]

    def pca(size: int) -> list[np.ndarray]:
        own = x - x.mean(1, keepdims=True)
        directions = [np.linalg.svd(one, full_matrices=False)[2][:size] for one in own]
        fresh = np.broadcast_to(new, (draw.seeds, *new.shape[1:])) - x.mean(1, keepdims=True)
        return [np.array(list(map(_left_over, rows, directions))) for rows in (own, fresh)]

    found: dict[str, Any] = {}
    for name, make, sizes in (("kmeans", kmeans, CLUSTERS), ("pca", pca, COMPONENTS)):
        pairs = [make(size) for size in sizes]
        found |= {
            f"{name}_own": np.stack([one[0] for one in pairs], 1),
            f"{name}_new": np.stack([one[1] for one in pairs], 1),
        }
    return found


def _left_over(x: np.ndarray, directions: np.ndarray) -> float:
    """What the components do not rebuild, a row's mean."""
    return float(np.mean(((x - x @ directions.T @ directions) ** 2).sum(1)))


def taught(draw: Draw) -> dict[str, Any]:
    """Least squares with p idle-free normal features and noise 1 on 100 rows: measured and computed, [R,
    sizes].
    """
    own, new = np.empty((draw.seeds, len(FEATURES))), np.empty((draw.seeds, len(FEATURES)))
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        for at, size in enumerate(FEATURES):
            errors = [_least_squares(rng, size) for _ in range(40)]
            own[seed, at], new[seed, at] = np.mean(errors, 0)
    n, p = ROWS, np.array(FEATURES)
    return {"own": own, "new": new, "computed_own": 1 - p / n, "computed_new": 1 + p / (n - p - 1)}


def _least_squares(rng: Any, p: int) -> tuple[float, float]:
    x, fresh, w = rng.normal(size=(ROWS, p)), rng.normal(size=(200, p)), rng.normal(size=p)
    y = x @ w + rng.normal(size=ROWS)
    found = np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.mean((x @ found - y) ** 2)), float(np.mean((fresh @ (found - w)) ** 2) + 1)
