"""How a test set is spoiled: features chosen on it, models chosen by it, copies in it; and what does not
spoil it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms import datasets
from paradigms.course.lesson import Draw

ROWS, FEATURES, CHOSEN, FOLDS = 50, 5_000, 100, 5
TRIES, GUESSED = (1, 10, 100, 1_000), 360


def chosen(draw: Draw) -> dict[str, Any]:
    """Noise features and coin-flip classes: error of one nearest neighbour in five folds, mean of five
    draws (ESL 7.10.2).

    `outside`: the hundred features that go best with the classes are chosen on all rows first; `inside`:
    anew in each fold, on its own training rows.
    """
    outside, inside = np.empty(draw.seeds), np.empty(draw.seeds)
    for seed in range(draw.seeds):
        pairs = [_folds(np.random.default_rng([draw.seed, seed, repeat])) for repeat in range(5)]
        outside[seed], inside[seed] = np.mean(pairs, 0)
    return {"outside": outside, "inside": inside}


def _folds(rng: Any) -> tuple[float, float]:
    x, y = rng.normal(size=(ROWS, FEATURES)), np.repeat([0, 1], ROWS // 2)
    folds = rng.permutation(ROWS) % FOLDS
    best, wrong = _best(x, y), np.zeros(2)
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        for way, features in enumerate((best, _best(x[train], y[train]))):
            wrong[way] += (_neighbour(x[train][:, features], y[train], x[test][:, features]) != y[test]).sum()
    return float(wrong[0] / ROWS), float(wrong[1] / ROWS)


def _best(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The features that go best with the classes."""
    centred, told = x - x.mean(0), y - y.mean()
    return np.argsort(-np.abs(told @ centred) / np.linalg.norm(centred, axis=0))[:CHOSEN]


def _neighbour(x: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The class of the nearest row."""
    return np.asarray(y[((new[:, None] - x[None]) ** 2).sum(2).argmin(1)])


def guessed(draw: Draw) -> dict[str, Any]:
    """The best of K coin flippers on 360 rows, mean of 200 such contests, [R, K]; computed from the
    binomial.
    """
    from scipy.stats import binom

    found = np.empty((draw.seeds, len(TRIES)))
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        for at, tries in enumerate(TRIES):
            found[seed, at] = rng.binomial(GUESSED, 0.5, size=(200, tries)).max(1).mean() / GUESSED
    hits = np.arange(GUESSED)
    computed = [float((1 - binom.cdf(hits, GUESSED, 0.5) ** tries).sum() / GUESSED) for tries in TRIES]
    return {"best": found, "computed": computed}


def copies(draw: Draw) -> dict[str, Any]:
    """Noisy moons, one nearest neighbour: rows each twice before the split, or split first; accuracy, [R]."""
    from sklearn.datasets import make_moons

    twice, once = np.empty(draw.seeds), np.empty(draw.seeds)
    for seed in range(draw.seeds):
        x, y = make_moons(400, noise=0.4, random_state=1_000 * draw.seed + seed)
        order = draw.generator(seed).permutation(len(x))
        once[seed] = np.mean(_neighbour(x[order[:200]], y[order[:200]], x[order[200:]]) == y[order[200:]])
        both = np.r_[order, order][draw.generator(50 + seed).permutation(800)]
        twice[seed] = np.mean(_neighbour(x[both[:400]], y[both[:400]], x[both[400:]]) == y[both[400:]])
    return {"twice": twice, "once": once}


def scaled(draw: Draw) -> dict[str, Any]:
    """Breast cancer, logistic regression: columns standardised on all rows before the split, less on the
    training rows.

    The difference of test accuracies, mean of ten splits, [R].
    """
    from sklearn.linear_model import LogisticRegression

    table = datasets.load("breast_cancer")
    x, y = table.frame.to_numpy(), table.target
    assert y is not None
    found = np.empty(draw.seeds)
    for seed in range(draw.seeds):
        differences = []
        for split in range(3 if draw.quick else 10):
            order = np.random.default_rng([draw.seed, seed, split]).permutation(len(x))
            own, new = order[:400], order[400:]
            scores = []
            for rows in (x, x[own]):
                z = (x - rows.mean(0)) / rows.std(0)
                scores.append(LogisticRegression(max_iter=300).fit(z[own], y[own]).score(z[new], y[new]))
            differences.append(scores[0] - scores[1])
        found[seed] = np.mean(differences)
    return {"difference": found}
