"""PCA by conjugate gradients: the best components in the span of every gradient so far.

The gradient of ½ mean ‖x − W Wᵀ x‖² at orthonormal W is what C W leaves outside W's span. LOBPCG
(Knyazev 2001) takes the best W in the span of W, this gradient and the last step, by which no step length is
chosen at all; with the gradients of all steps kept it is block Lanczos (Golub & Underwood 1977), whose steps
do not become small where many variances are nearly alike. When they are too many, the best of their span stay
(Wu & Simon 2000).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.sparse import SparseTable
from paradigms.unsupervised.pca import PCA, Moment, through, trace

MOST = 256
"""Directions that are kept, unless four times the components are more."""


class Krylov(PCA):
    """R sets of k components, each step to the best in all directions met so far."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.basis: Tensor | None = None
        self.variances: Tensor | None = None
        """Of the components, largest first, [R, k]."""
        self.left: Tensor | None = None
        """The length of each component's gradient at the last slope, [R, k]."""
        self._pull: Tensor | None = None

    def _summary(self, table: Table) -> tuple[Tensor, Tensor | None]:
        if not isinstance(table, SparseTable):
            return super()._summary(table)
        weights = np.ones(table.rows) if table.weights is None else table.weights[0].numpy()
        mean = torch.from_numpy((table.matrix.T @ weights / table.rows).astype(table.matrix.dtype))
        return mean.view(1, 1, -1), None

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table | Moment) -> Slope:
        w = parameters["components"]
        slope = self._closed_form(w, self._through(w), self.total.expand(len(w)))
        self._pull = slope.gradient.view_as(w)
        self.left = self._pull.norm(dim=1)
        return slope

    @cached_property
    def total(self) -> Tensor:
        """tr C, [R]."""
        if self.moment is not None:
            return trace(Moment(self.moment))
        if not isinstance(table := self.problem.parts["train"], SparseTable):
            return trace(self.train)
        squares = np.asarray(table.matrix.multiply(table.matrix).sum(1)).ravel()
        mean = squares.mean() if table.weights is None else squares @ table.weights[0].numpy() / table.rows
        return self.mean.new_tensor([float(mean)]) - self.mean.square().sum((1, 2))

    def _through(self, w: Tensor) -> Tensor:
        """C W, [R, d, k]."""
        if self.moment is not None:
            return self.moment @ w
        if not isinstance(table := self.problem.parts["train"], SparseTable):
            return through(self.train, w)
        weights = None if table.weights is None else table.weights[0].numpy()[:, None]
        told = []
        for own in w.detach():
            seen = table.matrix @ own.numpy()
            seen = seen if weights is None else seen * weights
            told.append(torch.from_numpy(np.asarray(table.matrix.T @ seen / table.rows)))
        shift = self.mean.transpose(1, 2) @ (self.mean @ w)
        return torch.stack(told).to(w) - shift

    @torch.no_grad()
    def settle(self, parameters: Parameters, step: int) -> None:
        """The components of largest variance in the span; the rule's own step lies in it too."""
        w = parameters["components"]
        assert self._pull is not None
        basis = w if self.basis is None else self.basis
        room = self.width - basis.shape[2]
        both = torch.cat([basis, self._pull[:, :, :room]], 2)
        basis = torch.linalg.qr(torch.nan_to_num(both)).Q
        values, vectors = torch.linalg.eigh(torch.nan_to_num(basis.mT @ self._through(basis)))
        values, vectors = values.flip(1), vectors.flip(2)
        if min(basis.shape[2] + self.components, self.width) > max(4 * self.components, MOST):
            basis, vectors = basis @ vectors[:, :, : 2 * self.components], None
        chosen = (
            basis[:, :, : self.components] if vectors is None else basis @ vectors[:, :, : self.components]
        )
        w.copy_(chosen)
        self.basis, self.variances = basis, values[:, : self.components]
        if basis.shape[2] == self.width and self.left is not None:  # there is no other direction
            self.left = torch.zeros_like(self.left)

    def finish(self, parameters: Parameters) -> None:
        """Nothing: they are in order."""
