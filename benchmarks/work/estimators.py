"""Estimators against scikit-learn's fit, `ask` (predict or transform), `more` (partial_fit): CPU time."""

from __future__ import annotations

from time import process_time
from typing import Any

import numpy as np

from benchmarks.task import Task, nothing


def made(kind: str, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal rows with nothing to find, no components or clusters, and what a linear model makes of them."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(n, d))
    y = x @ generator.normal(size=d) + generator.normal(size=n)
    return x, (y > 0).astype(int) if kind == "classifier" else y


def ours(kind: str, what: str, n: int, d: int) -> Task:
    import torch

    import paradigms as pg

    torch.set_num_threads(1)
    models = {
        "classifier": lambda: pg.GradientClassifier(random_state=0),
        "regressor": lambda: pg.GradientRegressor(alpha=1.0, random_state=0),
        "pca": lambda: pg.GradientPCA(min(5, n, d), random_state=0),
        "kmeans": lambda: pg.GradientKMeans(8, n_init=10 if what == "fit" else 1, random_state=0),
    }
    return _task(models[kind], kind, what, *made(kind, n, d))


def theirs(kind: str, what: str, n: int, d: int) -> Task:
    from sklearn import cluster, decomposition, linear_model

    models = {
        "classifier": lambda: linear_model.LogisticRegression(),
        "regressor": lambda: linear_model.Ridge(),
        "pca": lambda: decomposition.PCA(min(5, n, d), random_state=0),
        "kmeans": lambda: cluster.KMeans(8, n_init=10 if what == "fit" else 1, random_state=0),
    }
    if what == "more":
        models = {
            "classifier": lambda: linear_model.SGDClassifier(loss="log_loss", random_state=0),
            "regressor": lambda: linear_model.SGDRegressor(random_state=0),
            "kmeans": lambda: cluster.MiniBatchKMeans(8, n_init=1, random_state=0),
        }
    return _task(models[kind], kind, what, *made(kind, n, d))


def _task(make: Any, kind: str, what: str, x: np.ndarray, y: np.ndarray) -> Task:
    make().fit(x[:100], y[:100])  # what a first one loads is not the work
    if what == "ask":
        model = make().fit(x[:20_000], y[:20_000])
        name = "transform" if kind == "pca" else "predict"
        return Task(lambda pair: getattr(model, name)(x), nothing, process_time)
    if what == "more":
        return Task(lambda pair: _more(make(), kind, x, y), nothing, process_time)
    return Task(lambda pair: make().fit(x, y), nothing, process_time)


def _more(model: Any, kind: str, x: np.ndarray, y: np.ndarray) -> Any:
    """In ten chunks."""
    told = {"classes": [0, 1]} if kind == "classifier" else {}
    for rows in np.array_split(np.arange(len(x)), 10):
        model.partial_fit(x[rows], y[rows], **told)
    return model
