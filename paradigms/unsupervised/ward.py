"""Hierarchical clustering: every row is a cluster, and the two that are nearest become one, again and again.

Nothing here is a gradient, and nothing is ever taken back. Which two are nearest is what the methods differ
in: Ward's (1963) joins those by which the squared distances to the clusters' means grow least, so it descends
k-means' loss greedily from the other end. scikit-learn's AgglomerativeClustering finds the order, from all
distances at once; here it is told one merge a step. Rows that belong to no cluster yet are answered as any
new row is: by the nearest of the means of the K largest clusters so far.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table
from paradigms.engine.rules import SGD
from paradigms.engine.training import Phase
from paradigms.errors import UsageError
from paradigms.unsupervised.kmeans import KMeans, respond

__all__ = ["build", "respond"]
MOST = 12_000
"""Rows, all distances between which fit into a gigabyte."""
BRANCHES = 40
"""Merges that the pictures show: the last ones."""


class Merging:
    """The clusters of rows [N, d] after so many of the merges [N − 1, 2]; numbers 0 … N − 1 are rows."""

    def __init__(self, rows: np.ndarray, merges: np.ndarray) -> None:
        self.rows, self.merges, self.done = rows, merges, 0
        room = 2 * len(rows) - 1
        self.sums, self.sizes, self.oldest = np.zeros((room, rows.shape[1])), np.zeros(room), np.arange(room)
        self.where = np.arange(len(rows))
        """The cluster of each row."""
        self._begin()

    def _begin(self) -> None:
        self.done, self.where[:] = 0, np.arange(len(self.rows))
        self.sizes[:] = 0
        self.sums[: len(self.rows)], self.sizes[: len(self.rows)] = self.rows, 1

    def reach(self, merges: int) -> None:
        """So many merges are done, whatever was before."""
        if merges < self.done:
            self._begin()
        for number in range(self.done, merges):
            pair, new = self.merges[number], len(self.rows) + number
            self.sums[new], self.sizes[new] = self.sums[pair].sum(0), self.sizes[pair].sum()
            self.oldest[new] = self.oldest[pair].min()
            self.sizes[pair] = 0
            self.where[(self.where == pair[0]) | (self.where == pair[1])] = new
        self.done = max(merges, 0)

    def largest(self, clusters: int) -> np.ndarray:
        """The largest clusters [K], in the order of their first rows."""
        chosen = np.argsort(-self.sizes, kind="stable")[:clusters]
        return chosen[np.argsort(self.oldest[chosen], kind="stable")]

    def means(self, clusters: int) -> np.ndarray:
        """The means of these [K, d]."""
        chosen = self.largest(clusters)
        return self.sums[chosen] / self.sizes[chosen, None]

    def own(self, clusters: int, nearest: np.ndarray) -> np.ndarray:
        """Which of these each row is in [N]; who is in none of them is given to the nearest."""
        inside = self.where[:, None] == self.largest(clusters)
        return np.where(inside.any(1), inside.argmax(1), nearest)


class Ward(KMeans):
    """R hierarchies cut at K clusters; reference: scikit-learn's KMeans, best of ten starts."""

    exempt = {  # noqa: RUF012 - as declared
        "gradient": "merges have no gradient: each is chosen once, and never taken back",
        "divergence": "every merge writes the centres anew, whatever they were",
        "device": "scikit-learn merges on the processor",
    }

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        if self.train.rows > MOST:
            pairs = self.train.rows**2 // 2
            raise UsageError(
                f"ward holds the distances of all pairs of {MOST:,} rows at most, not of {pairs:,} pairs.",
                "Give it fewer rows, or use kmeans.",
            )
        self.linkage = str(problem.options.linkage)

    @property
    def statistics(self) -> tuple[str, ...]:
        return ("centres",)

    @property
    def weights(self) -> tuple[str, ...]:
        return ()

    @cached_property
    def _models(self) -> list[Any]:
        from sklearn.cluster import AgglomerativeClustering

        model = {"linkage": self.linkage, "compute_distances": True, "compute_full_tree": True}
        each = [AgglomerativeClustering(1, **model).fit(x) for x in numbers(self.train.x)]
        return [each[min(r, len(each) - 1)] for r in self.problem.streams.replicas]

    @cached_property
    def _mergings(self) -> list[Merging]:
        rows = numbers(self.train.x).astype(np.float64)
        return [Merging(rows[min(r, len(rows) - 1)], model.children_) for r, model in enumerate(self._models)]

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """The first rows, each a cluster."""
        copy = min(replica, len(self.train.x) - 1)
        return {"centres": np.unique(numbers(self.train.x[copy]), axis=0)[: self.clusters]}

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """Nothing pulls: which two are nearest does not hang on the centres."""
        return Slope(self.loss(parameters, batch), torch.zeros_like(parameters.flat))

    @torch.no_grad()
    def settle(self, parameters: Parameters, step: int) -> None:
        """Merge number `step`; where K clusters are left, the rest changes nothing but the hierarchy."""
        merges = min(step, self.train.rows - self.clusters)
        for replica, merging in enumerate(self._mergings):
            merging.reach(merges)
            centres = torch.from_numpy(merging.means(self.clusters)).to(parameters.flat)
            parameters["centres"][replica].copy_(centres)

    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        return {}

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        nearest = self.assign(parameters, self.parts[part].x).cpu().numpy()
        if (
            part == "train" or self.problem.options.all_data
        ):  # rows that were merged have a cluster of their own
            rows = zip(self._mergings, nearest, strict=True)
            nearest = np.stack([merging.own(self.clusters, answer) for merging, answer in rows])
        return super().evaluate(parameters, part) | self._agreement(nearest, part)

    def _agreement(self, answer: np.ndarray, part: str) -> dict[str, np.ndarray]:
        """How far clusters [R, N] agree with the classes, where rows have one."""
        from sklearn.metrics import adjusted_rand_score

        right = self.parts[part].y
        if right is None or right.is_floating_point():
            return {}
        pairs = zip(right.cpu().numpy(), answer, strict=True)
        return {"adjusted_rand": np.array([adjusted_rand_score(*pair) for pair in pairs], np.float64)}

    def scene(self) -> dict[str, np.ndarray]:
        """The last merges: who, how far apart, how many rows; and how far k-means agrees with the classes."""
        branches = np.stack([_branches(model, self.train.rows) for model in self._models])
        best = torch.as_tensor(self._best_of_ten()).to(self.train.x)
        nearest = respond({"centres": best}, self.parts["test"].x)["prediction"]
        told = np.broadcast_to(nearest.cpu().numpy(), (len(self._models), nearest.shape[1]))
        agreement = {f"reference_{name}": one[:, None] for name, one in self._agreement(told, "test").items()}
        return super().scene() | {"branches": branches.astype(np.float32)} | agreement


def _branches(model: Any, rows: int) -> np.ndarray:
    """The last merges as left, right, distance, rows [T, 4]; what was merged before them counts from 0 on."""
    first = max(0, rows - 1 - BRANCHES)
    sizes, names = np.ones(2 * rows - 1), dict[int, int]()
    for number, (left, right) in enumerate(model.children_):
        sizes[rows + number] = sizes[left] + sizes[right]
    leaves = min(rows, BRANCHES + 1)
    told = []
    for number in range(first, rows - 1):
        for one in map(int, model.children_[number]):
            if one < rows + first:
                names[one] = sum(name < leaves for name in names.values())
        left, right = (names[int(one)] for one in model.children_[number])
        names[rows + number] = leaves + number - first
        told.append([left, right, model.distances_[number], sizes[rows + number]])
    return np.array(told).reshape(-1, 4)


def build(problem: Problem) -> tuple[Ward, list[Phase]]:
    """The learner and its one phase: a merge a step, which brings one row or cluster into another."""
    learner = Ward(problem)
    source = Shuffled(learner.train, 1, problem.streams)
    still = {"lr": 1.0, "schedule": "constant", "warmup": 0}
    return learner, [problem.phase(learner, source, learner.train.rows - 1, SGD(), False, **still)]
