"""Networks on digits that were changed: a lamp that tells, half of the classes after the other half."""

from __future__ import annotations

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


def _right(training: Any, x: np.ndarray, y: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    """The share of right answers, all or `among` these rows [R, N]."""
    import torch

    answer = training.learner.answer(training.parameters, torch.as_tensor(x))["prediction"]
    return np.asarray(np.average(answer.numpy() == y, 1, among))


def probed(draw: Draw) -> dict[str, Any]:
    """Digits 0–4, then 5–9: accuracy on new rows of the old half, after either, [R].

    `own` by the network itself, `probe` by a logistic regression that reads its hidden units and is told the
    old rows' classes once more: what is still there, whoever reads it.
    """
    x, y, new, true = _parts(draw, 700, 500)
    training = begun(
        "classification", {"train": (x, y), "test": (new, true)}, draw, 400, **NET | {"sequence": 2}
    )
    half, end = looked(
        training, [200, 400], lambda now: [_right(now, new, true, true < 5), _read(now, x, y, new, true)]
    )
    return {"own_before": half[0], "probe_before": half[1], "own_after": end[0], "probe_after": end[1]}


def _read(training: Any, x: np.ndarray, y: np.ndarray, new: np.ndarray, true: np.ndarray) -> np.ndarray:
    """By logistic regression on the hidden units, of the old half alone."""
    import torch
    from sklearn.linear_model import LogisticRegression

    def hidden(rows: np.ndarray) -> np.ndarray:
        found = training.learner.network.activations(training.parameters, torch.as_tensor(rows))[-1]
        return np.asarray(found.detach().numpy())

    own, late, found = hidden(x), hidden(new), []
    for r in range(len(x)):
        model = LogisticRegression(max_iter=300).fit(own[r][y[r] < 5], y[r][y[r] < 5])
        found.append(model.score(late[r][true[r] < 5], true[r][true[r] < 5]))
    return np.array(found)
