"""One positive in a hundred: what a probability is worth, and what a threshold makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.trained import begun, looked

SHARE, FEATURES = 0.01, 5
THRESHOLDS = (0.01, 0.03, 0.1, 0.2, 0.5, 0.8)
STEPS = 400
"""After so many the mean probability of own rows is their share of positives, as it is at the optimum."""
COST = 20.0
"""What a missed positive costs, in false alarms."""


def rows(rng: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal features, and classes by a logistic rule whose probabilities are known: one row in a hundred
    is 1.
    """
    x = rng.normal(size=(count, FEATURES))
    return x, (rng.random(count) < truth(x)).astype(np.int64)


def truth(x: np.ndarray) -> np.ndarray:
    """The probability of each row."""
    return 1 / (1 + np.exp(-(x @ np.array([1.5, 1.0, -0.8, 0.0, 0.0]) - 6.3)))


def logistic(draw: Draw) -> dict[str, Any]:
    """The engine's logistic regression on 8,000 rows, judged on 40,000: recall, precision and cost by
    threshold.

    `ideal` is the cost at the threshold 1/(1 + COST) with the true probabilities; `calibration` the mean
    probability over the share of positives, all rows and the top hundredth; `balanced_*` the same when
    positives are weighted until both classes count alike.
    """
    drawn = [rows(draw.generator(seed), 48_000) for seed in range(draw.seeds)]
    x, y = (np.stack([one[i] for one in drawn]) for i in (0, 1))
    own, new = slice(None, 8_000), slice(8_000, None)
    found: dict[str, Any] = {"threshold": THRESHOLDS, "positives": y[:, new].mean(1)}
    for name, balanced in (("", False), ("balanced_", True)):
        p = _probabilities(x[:, own], y[:, own], x[:, new], draw, balanced)
        found |= {f"{name}{key}": value for key, value in _judged(p, y[:, new]).items()}
    best = np.stack([truth(one) for one in x[:, new]]) > 1 / (1 + COST)
    found["ideal"] = _cost(best, y[:, new])
    return found


def _probabilities(x: np.ndarray, y: np.ndarray, new: np.ndarray, draw: Draw, balanced: bool) -> np.ndarray:
    import torch

    if balanced:  # as many positives as negatives, by repeating them
        places = [
            np.r_[np.flatnonzero(one == 0), np.resize(np.flatnonzero(one == 1), (one == 0).sum())]
            for one in y
        ]
        fewest = min(map(len, places))
        places = [draw.generator(50 + at).permutation(one)[:fewest] for at, one in enumerate(places)]
        x, y = (np.stack([one[at] for one, at in zip(all_, places, strict=True)]) for all_ in (x, y))
    training = begun(
        "classification", {"train": (x, y)}, draw, STEPS, model="linear", batch_size=x.shape[1], lr=0.3,
        schedule="cosine", l2=1e-6,
    )  # fmt: skip
    looked(training, [STEPS], lambda now: 0)
    answer = training.learner.answer(training.parameters, torch.as_tensor(new))
    return np.asarray(answer["probability"][:, :, 1].detach())


def _judged(p: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    alarms = np.stack([p > one for one in THRESHOLDS], 1)  # [R, T, N]
    hits = (alarms & (y[:, None] == 1)).sum(2)
    top = np.argsort(-p, 1)[:, : p.shape[1] // 100]
    return {
        "recall": hits / np.maximum(y.sum(1)[:, None], 1),
        "precision": np.where(alarms.sum(2) > 0, hits / np.maximum(alarms.sum(2), 1), np.nan),
        "accuracy": (alarms == (y[:, None] == 1)).mean(2),
        "cost": np.stack([_cost(alarms[:, at], y) for at in range(len(THRESHOLDS))], 1),
        "cost_by_theory": _cost(p > 1 / (1 + COST), y),
        "calibration": p.mean(1) / y.mean(1),
        "top": np.take_along_axis(p, top, 1).mean(1) / np.take_along_axis(y, top, 1).mean(1),
    }


def _cost(alarms: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Per thousand rows: COST for every positive missed, one for every false alarm."""
    return 1000 * (COST * ((y == 1) & ~alarms).mean(1) + ((y == 0) & alarms).mean(1))
