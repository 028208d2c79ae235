"""Learning from few rows without a teacher, and with one where the error can be computed."""

from __future__ import annotations

from collections.abc import Sequence
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


SHIFTS = (0, 1, 3, 10)
IDLE, REAL = 45, 5


def placed(draw: Draw) -> dict[str, Any]:
    """Ten patterns of ten numbers at random places of 40, noise 0.3: accuracy on new rows, [R, shifts].

    A network learns 100 rows, which are shifted by so many places at most at each draw.
    """
    pattern = np.random.default_rng(0).normal(size=(10, 10))

    def rows(rng: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
        classes, places = rng.integers(10, size=count), rng.integers(31, size=count)
        x = 0.3 * rng.normal(size=(count, 40))
        for row, one, place in zip(x, classes, places, strict=True):
            row[place : place + 10] += pattern[one]
        return x, classes

    counts = {"train": 100, "test": 500}
    parts = {
        part: _many([rows(draw.generator(seed), count) for seed in range(draw.seeds)], len(SHIFTS))
        for part, count in counts.items()
    }
    steps = 300 if draw.quick else 1_000
    training = begun(
        "classification", parts, draw, steps, len(SHIFTS) * draw.seeds, hidden=(128,), lr=0.002,
        schedule="constant", l2=0.0, input_shift=tuple(np.repeat(SHIFTS, draw.seeds).tolist()),
    )  # fmt: skip
    looked(training, [steps], lambda now: 0)
    right = training.learner.evaluate(training.parameters, "test")["accuracy"]
    return {"shift": SHIFTS, "accuracy": right.reshape(len(SHIFTS), draw.seeds).T}


def sparse(draw: Draw) -> dict[str, Any]:
    """60 rows, 50 features of which five count, noise 1: a linear model without a penalty, under L1 and L2.

    Each penalty has the size of six that is best on 60 other rows: squared error on 1,000 new ones, and the
    share of idle weights that are exactly 0, [R].
    """
    sizes, steps = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0), 600 if draw.quick else 1_500
    every = [_five(draw.generator(seed)) for seed in range(draw.seeds)]
    parts = {
        part: _many([own[at] for own in every], len(sizes))
        for at, part in enumerate(("train", "validation", "test"))
    }
    found: dict[str, Any] = {}
    for penalty in ("l1", "l2"):
        given = {"l1": 0.0, "l2": 0.0, penalty: tuple(np.repeat(sizes, draw.seeds).tolist())}
        training = begun(
            "regression", parts, draw, steps, len(sizes) * draw.seeds, model="linear", optimizer="sgd",
            lr=0.02, schedule="constant", batch_size=60, **given,
        )  # fmt: skip
        looked(training, [steps], lambda now: 0)
        scores = [
            training.learner.evaluate(training.parameters, part)["rmse"].reshape(len(sizes), draw.seeds) ** 2
            for part in ("validation", "test")
        ]
        weights = training.parameters["weight1"].detach().numpy().reshape(len(sizes), draw.seeds, -1)
        at = scores[0].argmin(0), np.arange(draw.seeds)
        found |= {f"{penalty}_error": scores[1][at], f"{penalty}_zero": (weights[at][:, REAL:] == 0).mean(1)}
        found["none_error"] = scores[1][0]
    return found


def _many(rows: Sequence[tuple[np.ndarray, np.ndarray]], settings: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows of each seed for each setting, [settings · R, N, ...]."""
    x, y = (np.concatenate([np.stack(column)] * settings) for column in zip(*rows, strict=True))
    return x, y


def _five(rng: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """Three parts of rows in which the first five features count alike."""
    parts = []
    for count in (60, 60, 1_000):
        x = rng.normal(size=(count, REAL + IDLE))
        parts.append((x, x[:, :REAL].sum(1) + rng.normal(size=count)))
    return parts


def _least_squares(rng: Any, p: int) -> tuple[float, float]:
    x, fresh, w = rng.normal(size=(ROWS, p)), rng.normal(size=(200, p)), rng.normal(size=p)
    y = x @ w + rng.normal(size=ROWS)
    found = np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.mean((x @ found - y) ** 2)), float(np.mean((fresh @ (found - w)) ** 2) + 1)
