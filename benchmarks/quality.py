"""`python -m benchmarks.quality [ROW …]`: the figures of docs/results.md, as a Markdown table.

Each row trains ten seeds with the defaults and holds the result against scikit-learn on the same rows,
or against the environment's maximum. Rows: diabetes, digits-mlp, digits-linear, breast_cancer, kmeans,
pca, cartpole.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

import paradigms as pg
from paradigms.datasets import load

Row = tuple[str, str, str, bool]


def _only(study: pg.Study) -> dict[str, Any]:
    (learner,) = study.summary["learners"]
    return learner


def _supervised(learner: str, tolerance: float, **options: Any) -> Row:
    found = _only(pg.run(learner, **options))
    score, reference = np.mean(found["scores"]), np.mean(found["references"])
    measured = f"{found['metric']} {score:.4f}, {found['reference_name']} {reference:.4f}"
    return found["id"], f"within {tolerance} of the reference", measured, bool(score >= reference - tolerance)


def diabetes() -> Row:
    """Linear regression against least squares."""
    return _supervised("regression", 0.005)


def digits_mlp() -> Row:
    """The default classifier."""
    found = _only(pg.run("classification"))
    score = float(np.mean(found["scores"]))
    return found["id"], "accuracy ≥ 0.97", f"accuracy {score:.4f}", score >= 0.97


def digits_linear() -> Row:
    """Logistic regression against scikit-learn's."""
    return _supervised("classification", 0.005, model="linear")


def breast_cancer() -> Row:
    """The same on a table."""
    return _supervised("classification", 0.005, model="linear", dataset="breast_cancer")


def kmeans() -> Row:
    """Ten starts on all rows against ten starts of scikit-learn, together and one by one."""
    rows = load("digits").frame.to_numpy(float) / 16
    ours = np.array(_only(pg.run("kmeans", all_data=True))["scores"])
    best = KMeans(10, n_init=10, random_state=0).fit(rows).inertia_
    single = np.median([KMeans(10, n_init=1, random_state=seed).fit(rows).inertia_ for seed in range(50)])
    to_best, to_median = ours.min() / best, np.median(ours) / single
    measured = f"best {to_best:.4f} ×, median {to_median:.4f} ×"
    return (
        "kmeans-digits, all rows",
        "best ≤ 1.002 ×, median ≤ 1.02 ×",
        measured,
        to_best <= 1.002 and to_median <= 1.02,
    )


def pca() -> Row:
    """Sixteen components of all rows against the exact ones."""
    rows = load("digits").frame.to_numpy(float) / 16
    study = pg.run("pca", all_data=True)
    exact = PCA(16, svd_solver="full").fit(rows)
    share = np.min(_only(study)["scores"]) / exact.explained_variance_ratio_.sum()
    components = load_file(study.folder / "model" / "pca-digits.safetensors")["components"]
    angles = [
        np.degrees(np.arccos(np.clip(np.linalg.svd(exact.components_ @ w)[1].min(), -1, 1)))
        for w in components
    ]
    measured = f"worst seed: {share:.6f} of exact, {max(angles):.3f}°"
    return (
        "pca-digits, all rows",
        "≥ 0.999 of exact, angle < 2°",
        measured,
        share >= 0.999 and max(angles) < 2,
    )


def cartpole() -> Row:
    """The default agent."""
    found = _only(pg.run("dqn"))
    scores = np.array([score if score is not None else np.nan for score in found["scores"]])
    solved = int((scores >= 475).sum())
    measured = (
        f"{solved} of {len(scores)}, mean {np.nanmean(scores):.1f}, {found['samples']:,.0f} steps a seed"
    )
    return found["id"], "≥ 475 on ≥ 9 of 10 seeds", measured, solved >= 9


ROWS: dict[str, Callable[[], Row]] = {
    "diabetes": diabetes,
    "digits-mlp": digits_mlp,
    "digits-linear": digits_linear,
    "breast_cancer": breast_cancer,
    "kmeans": kmeans,
    "pca": pca,
    "cartpole": cartpole,
}


def main(names: list[str]) -> int:
    """Prints the table; 1 if a row misses its target."""
    print("| what | must | measured | seconds | |\n|---|---|---|---|---|", flush=True)
    met = True
    for name in names or ROWS:
        began = time.perf_counter()
        what, must, measured, good = ROWS[name]()
        met &= good
        verdict = "met" if good else "**missed**"
        print(f"| {what} | {must} | {measured} | {time.perf_counter() - began:.0f} | {verdict} |", flush=True)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
