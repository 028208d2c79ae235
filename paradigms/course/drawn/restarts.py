"""Where a learner starts: networks on XOR, the five clouds, and splits crossed with starts."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.rows import diabetes, digits
from paradigms.course.trained import begun, looked

WIDTHS = (2, 3, 4, 8)
CLUSTERS = 15
SPLITS, STARTS, CHOSEN = 16, 30, 10


def xor(draw: Draw) -> dict[str, Any]:
    """XOR by a hidden layer of a few units, full batches, momentum: shares of starts that solve it, [R,
    widths].

    Each of R seeds has 25 starts. `stuck` are the losses of starts that do not, one a bin of 0.01.
    """
    x = np.array([[[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]])
    y = np.array([[0, 1, 1, 0]])
    starts, steps = (8, 500) if draw.quick else (25, 1_000)
    many = Draw(draw.seed, draw.seeds * starts, draw.quick)
    found: dict[str, Any] = {"width": WIDTHS}
    stuck: list[float] = []
    for activation in ("tanh", "relu"):
        shares = []
        for width in WIDTHS:
            training = begun(
                "classification", {"train": (x, y)}, many, steps, hidden=(width,), activation=activation,
                optimizer="momentum", lr=0.1, schedule="constant", l2=0.0, batch_size=4,
            )  # fmt: skip
            looked(training, [steps], lambda now: 0)
            marks = training.learner.evaluate(training.parameters, "train")
            shares.append((marks["accuracy"] == 1).reshape(draw.seeds, starts).mean(1))
            stuck += list(marks["cross_entropy"][marks["accuracy"] < 1])
        found[activation] = np.stack(shares, 1)
    kept = np.round(np.array(stuck), 2)
    values, counts = np.unique(kept, return_counts=True)
    return found | {"stuck": values, "count": counts}


def islands(draw: Draw) -> dict[str, Any]:
    """15 far clouds in a plane, k-means by full passes from each start: inertia over the best found, [R,
    starts].
    """
    starts = 10 if draw.quick else 24
    found: dict[str, Any] = {}
    rows = []
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        middles = rng.uniform(-15, 15, (CLUSTERS, 2))
        rows.append(middles[rng.integers(CLUSTERS, size=600)] + 0.6 * rng.normal(size=(600, 2)))
    x = np.repeat(np.stack(rows), starts, 0)  # a seed's rows for each of its starts
    many = Draw(draw.seed, draw.seeds * starts, draw.quick)
    for name in ("random", "k-means++"):
        training = begun(
            "kmeans", {"train": (x, None)}, many, 30, clusters=CLUSTERS, start=name, batch_size=600
        )
        looked(training, [30], lambda now: 0)
        found[name] = training.learner.evaluate(training.parameters, "train")["inertia"].reshape(
            draw.seeds, starts
        )
    best = np.minimum(*(one.min(1, keepdims=True) for one in found.values()))
    return {name: values / best for name, values in found.items()}


def units(draw: Draw) -> dict[str, Any]:
    """Digits by 32 tanh units that start at zero, alike, alike but for 1e-6, or at random: accuracy and
    rank, [R, 4].
    """
    import torch

    x, y = digits(600)
    right, rank = [], []
    steps = 250 if draw.quick else 500
    for init, noise in (("zeros", 0.0), ("equal", 0.0), ("equal", 1e-6), ("uniform", 0.0)):
        training = begun(
            "classification", {"train": (x[None], y[None])}, draw, steps, hidden=(32,), activation="tanh",
            init=init, optimizer="sgd", lr=0.2, schedule="constant", l2=0.0, batch_size=64,
        )  # fmt: skip
        flat = training.parameters.flat
        for seed in range(draw.seeds):
            flat[seed] += noise * torch.tensor(draw.generator(seed).normal(size=flat.shape[1]))
        looked(training, [steps], lambda now: 0)
        right.append(training.learner.evaluate(training.parameters, "train")["accuracy"])
        weights = training.parameters["weight1"].detach().numpy()
        rank.append([np.linalg.matrix_rank(one, tol=1e-3) for one in weights])
    return {"accuracy": np.stack(right, 1), "rank": np.stack(rank, 1).astype(float)}


def crossed(draw: Draw) -> dict[str, Any]:
    """Sixteen splits crossed with thirty starts: how much of a validation lead is left on test rows.

    `kmeans`, `network`, `regression` [splits]: what the best of ten by validation keeps of its lead.
    `*_components`: shares of the variance of test scores that splits, starts and the two together make.
    """
    many, found = Draw(draw.seed, STARTS, draw.quick), dict[str, Any]()
    splits, steps = (SPLITS // 2, 60) if draw.quick else (SPLITS, 240)
    net = {"hidden": (32,), "lr": 0.003, "schedule": "constant", "l2": 0.0, "batch_size": 64}
    for name, learner, table, metric, sign, count, options in (
        (
            "kmeans",
            "kmeans",
            digits,
            "inertia",
            -1,
            25,
            {"clusters": 10, "start": "random", "batch_size": 600},
        ),
        ("network", "classification", digits, "accuracy", 1, steps, net),
        ("regression", "regression", diabetes, "r2", 1, steps, {"model": "mlp"}),
    ):
        x, y = table()
        orders = np.stack([draw.generator(split).permutation(len(x))[:1_200] for split in range(splits)])
        cuts = np.cumsum([len(orders[0]) * share // 4 for share in (2, 1)])
        parts = zip(("train", "validation", "test"), np.split(orders, cuts, 1), strict=True)
        rows = {part: _repeated(x, y, places, learner != "kmeans") for part, places in parts}
        training = begun(learner, rows, many, count, splits * STARTS, **options)
        looked(training, [count], lambda now: 0)
        scores = [
            sign * training.learner.evaluate(training.parameters, part)[metric].reshape(splits, STARTS)
            for part in ("validation", "test")
        ]
        found |= {name: _kept(*scores), f"{name}_components": _components(scores[1])}
    return found


def _repeated(x: np.ndarray, y: np.ndarray, places: Any, told: bool) -> tuple[Any, Any]:
    """Each split's rows for each of its starts, and what they are told."""
    every = np.repeat(places, STARTS, 0)
    return x[every], y[every] if told else None


def _kept(validation: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Per split: the test lead over the mean of the best of ten by validation, over its lead by validation.

    That is the mean over all choices of ten starts: the k-th best of all is the best of C(n − k, 9) of them.
    """
    order = np.argsort(-validation, 1)
    starts = validation.shape[1]
    ways = np.array([comb(starts - k, CHOSEN - 1) for k in range(1, starts + 1)], np.float64) / comb(
        starts, CHOSEN
    )
    leads = [np.take_along_axis(one, order, 1) @ ways - one.mean(1) for one in (validation, test)]
    return np.asarray(leads[1] / np.mean(leads[0]))


def _components(scores: np.ndarray) -> np.ndarray:
    """Shares of split, start and the rest in the variance, by two-way analysis of variance."""
    splits, starts = scores.shape
    rows, columns = scores.mean(1, keepdims=True), scores.mean(0, keepdims=True)
    rest = ((scores - rows - columns + scores.mean()) ** 2).sum() / ((splits - 1) * (starts - 1))
    row = max(0.0, float(rows.var(ddof=1) - rest / starts))
    column = max(0.0, float(columns.var(ddof=1) - rest / splits))
    return np.array([row, column, float(rest)]) / (row + column + float(rest))
