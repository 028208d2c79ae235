"""Lloyd's passes over one table that all replicas share, in no more work than they are.

The step is that of k-means on all the rows; what is spared are distances that cannot matter (`bounds`), and
replicas whose centres no longer move.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.sparse import SparseTable, is_sparse
from paradigms.unsupervised import nearest
from paradigms.unsupervised.bounds import Bounds, Kept
from paradigms.unsupervised.kmeans import KMeans, less

Sums = tuple[float, Tensor, Tensor]
"""Summed distances², how much is nearest to each centre [K], and the sum of that [K, d]."""


class Lloyd(KMeans):
    """R sets of K centres among the same rows, every batch being all of them."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self._starts: dict[int, Kept] = {}

    @cached_property
    def _bounds(self) -> Bounds:
        return Bounds(self.train, None if self.zero is None else self.zero[0])

    @cached_property
    def _square(self) -> float:
        """Σ w ‖x‖² of sparse rows."""
        assert isinstance(self.train, SparseTable)
        each = np.asarray(self.train.matrix.multiply(self.train.matrix).sum(1)).ravel()
        return float(each.sum() if self.train.weights is None else each @ self.train.weights[0].numpy())

    def _check(self) -> None:
        if not isinstance(self.train, SparseTable):
            super()._check()

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        if not isinstance(self.train, SparseTable):
            return super().initial(replica, generator)
        matrix, weights = self.train.matrix, self.train.weights
        counts = None if weights is None else weights[0].numpy().astype(np.float64)
        if self.problem.options.start == "random":
            share = None if counts is None else counts / counts.sum()
            chosen = generator.choice(matrix.shape[0], self.clusters, replace=False, p=share)
        else:
            from sklearn.cluster import kmeans_plusplus

            seed = int(generator.integers(2**31 - 1))
            chosen = kmeans_plusplus(matrix, self.clusters, sample_weight=counts, random_state=seed)[1]
        return {"centres": matrix[chosen].toarray()}

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """The closed form, replica by replica: their counts are the curvature."""
        if parameters.flat.device.type != "cpu":  # a graphics card adds rows up in any order
            return super().slope(parameters, batch)
        centres, weight = parameters["centres"].detach(), batch.rows
        found = [self._found(replica, own) for replica, own in enumerate(centres)]
        counts, sums = torch.stack([one[1] for one in found]), torch.stack([one[2] for one in found])
        share = counts.unsqueeze(2) / weight
        pull = share * less(centres, self.zero) - sums / weight
        self._moves = None
        if bool((empty := share == 0).any()):
            self._moves = (empty, torch.stack([self._outermost(own) for own in centres]))
        losses = centres.new_tensor([one[0] for one in found]) / (2 * weight)
        return Slope(losses, pull.flatten(1), share.expand_as(centres).flatten(1))

    def _found(self, replica: int, centres: Tensor) -> Sums:
        """Summed distances², how much is nearest to each of these centres [K], and the sum of that [K, d]."""
        near = centres if self.zero is None else centres - self.zero[0]
        if isinstance(self.train, SparseTable):
            return self._sums_of_sparse(near, near.square().sum(1) / 2)
        if replica not in self._starts:
            self._starts[replica] = self._bounds.begin()
        return self._starts[replica].find(near)

    def _sums_of_sparse(self, centres: Tensor, half: Tensor) -> Sums:
        assert isinstance(self.train, SparseTable)
        matrix, weights = self.train.matrix, self.train.weights
        score = half.numpy() - matrix @ centres.numpy().T
        best, rows = score.argmin(1), np.arange(len(score))
        weight = np.ones(len(score), score.dtype) if weights is None else weights[0].numpy()
        members = scipy.sparse.csr_matrix((weight, (best, rows)), (len(half), len(score)))
        least = float(score[rows, best] @ weight)
        counts = np.bincount(best, weight, len(half)).astype(score.dtype)
        sums = torch.from_numpy((members @ matrix).toarray())
        return max(0.0, self._square + 2 * least), torch.from_numpy(counts), sums

    def _outermost(self, centres: Tensor) -> Tensor:
        """The K rows farthest from their own centres, farthest first, [K, d]."""
        x: Any = self.train.matrix if isinstance(self.train, SparseTable) else self.train.x[0].cpu().numpy()
        middle = centres.cpu().numpy()
        apart = nearest.own(x, middle, nearest.labels(x, middle))
        chosen = x[np.argsort(-apart, kind="stable")[: self.clusters]]
        return torch.as_tensor(chosen.toarray() if is_sparse(chosen) else chosen, device=centres.device)
