"""What learners that answer with one of K clusters say alike: how far they move, and how they are drawn."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import SHOWN, Plane
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.errors import UsageError

if TYPE_CHECKING:
    from scipy.spatial import KDTree

PROBES = 1000
"""Training rows on which drift is measured."""
SAME = 1e-4
"""Scaled features that differ by less are as good as the same."""


class Clustering(Learner[Table]):
    """A learner that has one of K clusters for any row; a subclass calls `gather` before all else."""

    def gather(self, problem: Problem) -> None:
        """Takes the rows.

        Raises:
            UsageError: fewer distinct rows than clusters.
        """
        self.problem, self.parts = problem, problem.parts
        self.clusters, self.train = int(problem.options.clusters), problem.parts["train"]
        self._check()

    def _check(self) -> None:
        for rows in self.train.x:
            check_distinct(rows, self.clusters)

    @abstractmethod
    def assign(self, parameters: Parameters, x: Tensor) -> Tensor:
        """The cluster of each row of x [R, N, d]: [R, N]."""

    @abstractmethod
    def middles(self, parameters: Parameters) -> Tensor:
        """The middle of each cluster, [R, K, d]."""

    @cached_property
    def _trees(self) -> list[KDTree]:
        """Where each replica's training rows are found by their place."""
        from scipy.spatial import KDTree

        return [KDTree(rows, balanced_tree=False, compact_nodes=False) for rows in numbers(self.train.x)]

    def on_rows(self, parameters: Parameters) -> np.ndarray:
        trees, each = self._trees, numbers(self.middles(parameters))
        found = [
            trees[min(r, len(trees) - 1)].query(middles, p=np.inf, distance_upper_bound=SAME)[0]
            for r, middles in enumerate(np.nan_to_num(each))
        ]
        return np.isfinite(np.stack(found))

    @cached_property
    def plane(self) -> Plane:
        """The plane in which rows are drawn."""
        return Plane.of(self.train.x)

    @torch.no_grad()
    def targets(self, parameters: Parameters) -> Tensor:
        """The cluster of each probe, [R, N]."""
        return self.assign(parameters, self.train.x[:, :PROBES])

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        """The share of probes that changed cluster."""
        return (before != after).float().mean(1)

    def scene(self) -> dict[str, np.ndarray]:
        return self.plane.scene(self.train.x, self.parts["test"].x)

    def assigned(self, parameters: Parameters) -> np.ndarray:
        """The cluster of each row that is drawn, [R, V]."""
        found = self.assign(parameters, self.parts["test"].x[:, :SHOWN])
        return found.cpu().numpy().astype(np.uint8 if self.clusters <= 256 else np.int32)


def check_distinct(rows: Tensor, clusters: int) -> None:
    """Raises unless there are at least `clusters` distinct rows."""
    distinct = len(np.unique(rows[: 20 * clusters].cpu().numpy(), axis=0))
    if distinct < clusters:
        distinct = len(np.unique(rows.cpu().numpy(), axis=0))
    if distinct < clusters:
        raise UsageError(
            f"--clusters {clusters}: the training part has only {distinct} distinct rows.",
            f"Use --clusters {distinct} or fewer.",
        )
