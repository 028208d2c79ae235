"""Networks on digits that were changed: a lamp that tells, half of the classes after the other half."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.rows import digits
from paradigms.course.trained import begun, looked

AGREES = (0.1, 0.5, 0.8, 0.95, 1.0)
ROWS = 600
NET: dict[str, Any] = {
    "hidden": (64,),
    "optimizer": "adam",
    "lr": 0.003,
    "schedule": "constant",
    "l2": 0.0,
    "batch_size": 64,
}


def _parts(draw: Draw, rows: int, new: int) -> tuple[np.ndarray, ...]:
    """For each seed its own rows and new ones, x and y."""
    x, y = digits()
    orders = [draw.generator(seed).permutation(len(x))[: rows + new] for seed in range(draw.seeds)]
    own, late = (np.stack([order[at] for order in orders]) for at in (slice(None, rows), slice(rows, None)))
    return x[own], y[own], x[late], y[late]


def shortcut(draw: Draw) -> dict[str, Any]:
    """Beside each picture one of ten lamps is lit; it agrees with the class of so many training rows:
    accuracy on new rows, [R, shares].

    There the lamp `agrees` as in training, is `absent`, or is `reversed` and always says another class.
    """
    x, y, new, true = _parts(draw, ROWS, 500)
    found: dict[str, list[np.ndarray]] = {"agrees": [], "absent": [], "reversed": []}
    for share in AGREES:
        rng = draw.generator(7)
        other = (y + rng.integers(1, 10, y.shape)) % 10
        told = np.where(rng.random(y.shape) < share, y, other)
        wrong = (true + rng.integers(1, 10, true.shape)) % 10
        as_taught = np.where(rng.random(true.shape) < share, true, wrong)
        training = begun(
            "classification", {"train": (_one_hot(x, told), y)}, draw, 150 if draw.quick else 400, **NET
        )
        looked(training, [training.total], lambda now: 0)
        for name, rows in (
            ("agrees", _one_hot(new, as_taught)),
            ("absent", _one_hot(new, None)),
            ("reversed", _one_hot(new, wrong)),
        ):
            found[name].append(_right(training, rows, true))
    return {"share": AGREES, **{name: np.stack(values, 1) for name, values in found.items()}}


def _one_hot(x: np.ndarray, told: np.ndarray | None) -> np.ndarray:
    """Ten more pixels of which one is lit."""
    marks = np.zeros((*x.shape[:2], 10)) if told is None else np.eye(10)[told]
    return np.concatenate([x, marks], 2)


def _right(training: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    import torch

    answer = training.learner.answer(training.parameters, torch.as_tensor(x))["prediction"]
    return np.asarray((answer.numpy() == y).mean(1))


REHEARSED = (0.0, 0.02, 0.05, 0.1, 0.25)
LOOKS = (0, 5, 10, 20, 40, 80, 160)


def forgetting(draw: Draw) -> dict[str, Any]:
    """Digits 0–4, then 5–9 with a share of the old rows among the new: accuracy of each half, [R, looks]
    and [R, shares].

    Of k-means and PCA the error on the first half before and after they learned the second alone.
    """
    x, y, new, true = _parts(draw, 700, 500)
    halves = [
        [np.stack(_halved(rows, labels, first)) for first in (True, False)]
        for rows, labels in ((x, y), (new, true))
    ]
    (old_x, late_x), (old_new, late_new) = halves
    old_y, late_y = (np.stack(_halved_labels(y, first)) for first in (True, False))
    old_true, late_true = (np.stack(_halved_labels(true, first)) for first in (True, False))
    first = begun(
        "classification", {"train": (old_x, old_y), "test": (x[:, :20], y[:, :20])}, draw, 300, **NET
    )
    looked(first, [300], lambda now: 0)
    found: dict[str, Any] = {"looks": LOOKS, "share": REHEARSED, "before": _right(first, old_new, old_true)}
    ends = []
    for share in REHEARSED:
        rows, labels = _mixed(draw, (old_x, old_y), (late_x, late_y), share)
        second = begun(
            "classification",
            {"train": (rows, labels), "test": (x[:, :20], y[:, :20])},
            draw,
            LOOKS[-1],
            **NET,
        )
        second.parameters.flat[:] = first.parameters.flat
        curve = looked(
            second,
            LOOKS,
            lambda now: np.stack([_right(now, old_new, old_true), _right(now, late_new, late_true)]),
        )
        if share == 0:
            found |= {"old": curve[:, 0].T, "new": curve[:, 1].T}
        ends.append(curve[-1])
    found |= {
        "old_end": np.stack([one[0] for one in ends], 1),
        "new_end": np.stack([one[1] for one in ends], 1),
    }
    for learner, metric, options in (
        ("kmeans", "inertia", {"clusters": 10}), ("pca", "explained_variance_ratio", {"components": 8}),
    ):  # fmt: skip
        found[learner] = _unsupervised(draw, learner, metric, options, old_x, late_x)
    return found


def _unsupervised(
    draw: Draw, learner: str, metric: str, options: dict[str, Any], old: np.ndarray, late: np.ndarray
) -> np.ndarray:
    """The metric on the first half after learning it, and after learning the second, [R, 2]."""
    first = begun(learner, {"train": (old, None)}, draw, 30, batch_size=old.shape[1], **options)
    looked(first, [30], lambda now: 0)
    before = first.learner.evaluate(first.parameters, "train")[metric]
    second = begun(
        learner, {"train": (late, None), "test": (old, None)}, draw, 30, batch_size=late.shape[1], **options
    )
    second.parameters.flat[:] = first.parameters.flat
    looked(second, [30], lambda now: 0)
    return np.stack([before, second.learner.evaluate(second.parameters, "test")[metric]], 1)


def _halved(x: np.ndarray, y: np.ndarray, first: bool) -> list[np.ndarray]:
    """Rows of the lower or the upper five classes, as many of every seed."""
    fewest = min(int(((one < 5) == first).sum()) for one in y)
    return [rows[(labels < 5) == first][:fewest] for rows, labels in zip(x, y, strict=True)]


def _halved_labels(y: np.ndarray, first: bool) -> list[np.ndarray]:
    fewest = min(int(((one < 5) == first).sum()) for one in y)
    return [one[(one < 5) == first][:fewest] for one in y]


def _mixed(
    draw: Draw, old: Sequence[np.ndarray], late: Sequence[np.ndarray], share: float
) -> tuple[np.ndarray, ...]:
    """The new rows, and so many old ones that they are this share of all."""
    count = round(late[0].shape[1] * share / (1 - share))
    return tuple(np.concatenate([b, a[:, :count]], 1) for a, b in zip(old, late, strict=True))
