"""The floor on which a constant rate ends, for three ways to come by rows, asked of three paradigms.

At a constant rate the last steps follow the last few rows. Drawn from all rows each time, or recalled from a
memory, what is left above the least loss is proportional to the rate; in a shuffled order it falls with the
rate's square or faster where an epoch ends (Ying, Yuan, Vlaski & Sayed 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.trained import begun, looked, recalling

ROWS, BATCH = 240, 4
SOURCES = ("shuffled", "replaced", "recalled")
RATES = {
    "regression": (0.004, 0.008, 0.016, 0.032),
    "pca": (0.004, 0.008, 0.016, 0.032),
    "kmeans": (0.008, 0.016, 0.032, 0.064),
}


def floors(draw: Draw) -> dict[str, Any]:
    """What is left above the least loss, a share of it or of the variance, by learner and source, [R, rates].

    The mean over the ends of the last epochs; every rate of a seed meets the same rows in the same order.
    """
    found: dict[str, Any] = {}
    for learner, (rows, options, score, left) in _ASKED.items():
        each = [rows(draw.generator(seed)) for seed in range(draw.seeds)]
        rates = np.array(RATES[learner]) * (2 if draw.quick else 1)  # twice as soon on the floor
        x = np.concatenate([np.stack([x for x, _ in each])] * len(rates))
        y = None if each[0][1] is None else np.concatenate([np.stack([y for _, y in each])] * len(rates))
        for source in SOURCES:
            epoch = ROWS // BATCH
            steps = (24 if draw.quick else 66) * epoch
            training = begun(
                learner, {"train": (x, y)}, draw, steps, len(x), optimizer="sgd", schedule="constant",
                lr=tuple(np.repeat(rates, draw.seeds)), batch_size=BATCH, l2=0.0,
                replacement=source == "replaced", memory=ROWS, replay=1, **options,
            )  # fmt: skip
            if source == "recalled":
                training = recalling(training, steps)
            last = range(steps // 2 // epoch * epoch + epoch, steps + 1, epoch)
            scores = looked(training, last, _scored)
            mean = np.mean([one[score] for one in scores], 0).reshape(len(rates), draw.seeds).T
            found[f"{learner}_{source}"] = np.stack([left(mean[s], *one) for s, one in enumerate(each)])
    return found


def _scored(training: Any) -> Any:
    return training.learner.evaluate(training.parameters, "train")


def _line(rng: Any) -> tuple[np.ndarray, np.ndarray]:
    """Five features, half of the variance noise."""
    x = rng.normal(size=(ROWS, 5))
    y = x.sum(1) / np.sqrt(5) + 0.7 * rng.normal(size=ROWS)
    return x, (y - y.mean()) / y.std()


def _cloud(rng: Any) -> tuple[np.ndarray, None]:
    """Six features, two of them wide."""
    x = rng.normal(size=(ROWS, 6)) * np.array([1.6, 1.3, 0.8, 0.6, 0.5, 0.4])
    return x - x.mean(0), None


def _clouds(rng: Any) -> tuple[np.ndarray, None]:
    """Three clouds so far apart that nothing changes sides."""
    return np.array([[0, 0], [8, 0], [0, 8]])[np.arange(ROWS) % 3] + rng.normal(size=(ROWS, 2)), None


def _unexplained(r2: np.ndarray, x: np.ndarray, y: Any) -> np.ndarray:
    rest = np.linalg.lstsq(np.c_[x, np.ones(ROWS)], y, rcond=None)[1][0]
    return 1 - r2 - rest / ROWS / y.var()


def _short(explained: np.ndarray, x: np.ndarray, y: None) -> np.ndarray:
    return np.asarray(np.linalg.eigvalsh(x.T @ x)[-2:].sum() / (x * x).sum() - explained)


def _above(inertia: np.ndarray, x: np.ndarray, y: None) -> np.ndarray:
    within = sum(((x[k::3] - x[k::3].mean(0)) ** 2).sum() for k in range(3))
    return inertia / within - 1


_ASKED: dict[str, tuple[Callable[[Any], Any], dict[str, Any], str, Callable[..., np.ndarray]]] = {
    "regression": (_line, {"model": "linear"}, "r2", _unexplained),
    "pca": (_cloud, {"components": 2}, "explained_variance_ratio", _short),
    "kmeans": (_clouds, {"clusters": 3}, "inertia", _above),
}
