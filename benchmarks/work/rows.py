"""k-means and PCA, on digits and on a million rows: this project's against scikit-learn's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.task import Task, threads


def digits() -> np.ndarray:
    from sklearn.datasets import load_digits

    return (load_digits().data / 16).astype(np.float32)


def clusters(rows: int, features: int = 32, centres: int = 50, spread: float = 0.45) -> np.ndarray:
    """Overlapping clusters of unit variance in every direction; their centres differ by `spread`."""
    generator = np.random.default_rng(0)
    middle = spread * generator.standard_normal((centres, features), np.float32)
    x = generator.standard_normal((rows, features), np.float32)
    x += middle[generator.integers(centres, size=rows)]
    return x


def directions(rows: int, features: int = 64, kept: int = 16) -> np.ndarray:
    """Rows of which `kept` directions hold 99.4 % of the variance, falling evenly in logarithm."""
    generator = np.random.default_rng(0)
    scale = np.geomspace(10, 2, kept).astype(np.float32)
    turn = np.linalg.qr(generator.standard_normal((features, kept)))[0].T.astype(np.float32)
    x = 0.32 * generator.standard_normal((rows, features), np.float32)
    x += (generator.standard_normal((rows, kept), np.float32) * scale) @ turn
    return x + 1


def made(kind: str, **size: int) -> np.ndarray:
    """Digits, clusters or directions."""
    return {"digits": digits, "clusters": clusters, "directions": directions}[kind](**size)  # type: ignore[operator]


def inertia(x: np.ndarray, centres: np.ndarray) -> float:
    """Summed squared distances to the nearest centre, in float64."""
    total = 0.0
    for block in np.array_split(x, max(1, len(x) // 20_000)):
        block, c = block.astype(np.float64), centres.astype(np.float64)
        square = (block**2).sum(1)[:, None] - 2 * block @ c.T + (c**2).sum(1)
        total += float(square.min(1).sum())
    return total


def kmeans(kind: str, size: dict[str, int], seeds: Sequence[int], k: int, epochs: float, batch: int) -> Task:
    """R starts at once on the same rows; the best of them counts."""
    import torch

    from benchmarks.work.ours import learn, table, training

    x = made(kind, **size)
    rows = table(x[None])

    def ready(seeds: Sequence[int], epochs: float) -> Any:
        budget = int(epochs * len(x))
        return training("kmeans", seeds, budget, {"train": rows, "test": rows}, clusters=k, batch_size=batch)

    # What a first run loads and makes ready (scikit-learn's k-means++, thread pools) is not the work.
    small = {"train": table(x[None, : 20 * k]), "test": table(x[None, : 20 * k])}
    learn(training("kmeans", seeds, 60 * k, small, clusters=k, batch_size=min(batch, 10 * k)))

    def judge(trained: Any) -> dict[str, float]:
        centres = trained.parameters["centres"].detach().to(torch.float64).cpu().numpy()
        return {"inertia": min(inertia(x, one) for one in centres), "steps": float(trained.step)}

    return Task(lambda pair: learn(ready([seed + 100 * pair for seed in seeds], epochs)), judge)


def sklearn_kmeans(kind: str, size: dict[str, int], k: int, starts: int) -> Task:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    x = made(kind, **size)

    def work(pair: int) -> Any:
        with threadpool_limits(threads()):
            return KMeans(k, n_init=starts, random_state=pair).fit(x)

    KMeans(k, n_init=1, max_iter=1).fit(x[: 20 * k])
    return Task(work, lambda model: {"inertia": inertia(x, model.cluster_centers_)})


def sklearn_minibatch(kind: str, size: dict[str, int], k: int, batch: int) -> Task:
    from sklearn.cluster import MiniBatchKMeans

    x = made(kind, **size)
    MiniBatchKMeans(k, n_init=1, max_iter=1).fit(x[: 20 * k])

    def work(pair: int) -> Any:
        return MiniBatchKMeans(k, n_init=1, batch_size=batch, random_state=pair).fit(x)

    return Task(work, lambda model: {"inertia": inertia(x, model.cluster_centers_)})


def explained(x: np.ndarray, components: np.ndarray) -> float:
    """Share of the variance that components [k, d] keep, in float64."""
    centred = x - x.mean(0, dtype=np.float64)
    q = np.linalg.qr(components.T.astype(np.float64))[0]
    return float(((centred @ q) ** 2).sum() / (centred**2).sum())


def pca(kind: str, size: dict[str, int], seeds: Sequence[int], k: int, passes: int) -> Task:
    """Full passes alone, through the second moment of the rows; until the components stand still."""
    from benchmarks.work.ours import learn, table, training

    x = made(kind, **size)
    rows = table(x[None])

    def ready(rows: Any, passes: int) -> Any:
        budget = passes * rows.rows
        return training("pca", seeds, budget, {"train": rows}, components=k, batch_size=rows.rows)

    learn(ready(table(x[None, :1000]), 3))

    def judge(trained: Any) -> dict[str, float]:
        components = trained.parameters["components"][0].detach().cpu().numpy()
        return {"explained": explained(x, components.T), "steps": float(trained.step)}

    return Task(lambda pair: learn(ready(rows, passes)), judge)


def sklearn_pca(kind: str, size: dict[str, int], k: int, solver: str) -> Task:
    """`solver` is one of PCA's, or `incremental`."""
    from sklearn.decomposition import PCA, IncrementalPCA
    from threadpoolctl import threadpool_limits

    x = made(kind, **size)

    def model() -> Any:
        if solver == "incremental":
            return IncrementalPCA(k, batch_size=10_000)
        return PCA(k, svd_solver=solver, random_state=0)

    def work(pair: int) -> Any:
        with threadpool_limits(threads()):
            return model().fit(x)

    model().fit(x[:1000])
    return Task(work, lambda fitted: {"explained": explained(x, fitted.components_)})
