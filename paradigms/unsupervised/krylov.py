"""PCA by conjugate gradients: the best components in the span of every gradient so far.

The gradient of ½ mean ‖x − W Wᵀ x‖² at orthonormal W is what C W leaves outside W's span. LOBPCG
(Knyazev 2001) takes the best W in the span of W, this gradient and the last step, by which no step length is
chosen at all; with the gradients of all steps kept it is block Lanczos (Golub & Underwood 1977), whose steps
do not become small where many variances are nearly alike. When they are too many, the best of their span stay
(Wu & Simon 2000). C meets every direction once.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.linalg
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.sparse import SparseTable
from paradigms.unsupervised.pca import PCA, Moment, through, trace

MOST = 160
"""Directions that are kept, unless four times the components are more."""
TILE = 4096
"""Rows of which the second moment is taken at once."""


class Span:
    """One replica's orthonormal directions Q [d, m], with C Q and Qᵀ C Q; there is room for `most` of them.

    On the host: the matrices are small, and LAPACK gives the few largest variances without the others.
    """

    def __init__(self, width: int, most: int, dtype: np.dtype) -> None:
        self.size = 0
        self._q, self._cq = (np.empty((width, most), dtype, order="F") for _ in range(2))
        self._within = np.empty((most, most), dtype)

    @property
    def q(self) -> np.ndarray:
        return self._q[:, : self.size]

    @property
    def cq(self) -> np.ndarray:
        return self._cq[:, : self.size]

    def beside(self, more: np.ndarray) -> np.ndarray:
        """Orthonormal directions [d, k] at right angles to these, so that both span `more`, too."""
        found = more
        for _ in range(2):  # twice is enough (Giraud, Langou & Rozložník 2005)
            found = scipy.linalg.qr(found - self.q @ (self.q.T @ found), mode="economic", check_finite=False)[
                0
            ]
        if np.abs(self.q.T @ found).max(initial=0.0) < 1e3 * np.finfo(found.dtype).eps:
            return found
        both = np.concatenate([self.q, more], 1)  # nothing new was in it: any other direction will do
        return np.linalg.qr(both)[0][:, self.size :]

    def add(self, q: np.ndarray, cq: np.ndarray) -> None:
        """Takes up directions at right angles to all others."""
        old, self.size = self.size, self.size + q.shape[1]
        self._q[:, old : self.size], self._cq[:, old : self.size] = q, cq
        across = self.q.T @ cq
        self._within[: self.size, old : self.size] = across
        self._within[old : self.size, : self.size] = across.T

    def best(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The largest variances [k] along directions in this span, and those in terms of Q, [m, k]."""
        within = np.nan_to_num(self._within[: self.size, : self.size])
        few = None if count == self.size else (self.size - count, self.size - 1)
        values, vectors = scipy.linalg.eigh(within, subset_by_index=few, check_finite=False)
        return values[::-1], vectors[:, ::-1]

    def keep(self, count: int) -> None:
        """Only the best directions stay."""
        values, vectors = self.best(count)
        q, cq = self.q @ vectors, self.cq @ vectors
        self.size = count
        self._q[:, :count], self._cq[:, :count] = q, cq
        self._within[:count, :count] = np.diag(values)


class Krylov(PCA):
    """R sets of k components, each step to the best in all directions met so far."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.spans: list[Span] = []
        self.variances: Tensor | None = None
        """Of the components, largest first, [R, k]."""
        self.left: Tensor | None = None
        """The length of each component's gradient at the last slope, [R, k]."""
        self._pull: Tensor | None = None
        self._through_w: Tensor | None = None

    def _summary(self, table: Table) -> tuple[Tensor, Tensor | None]:
        if not isinstance(table, SparseTable):
            quick = table.x.device.type == "cpu" and len(table.x) == 1 and table.rows >= table.x.shape[2]
            return _moments(table) if quick else super()._summary(table)
        weights = np.ones(table.rows) if table.weights is None else table.weights[0].numpy()
        mean = torch.from_numpy((table.matrix.T @ weights / table.rows).astype(table.matrix.dtype))
        return mean.view(1, 1, -1), None

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table | Moment) -> Slope:
        w = parameters["components"]
        if not self.spans:
            most = min(self.width, max(4 * self.components, MOST))
            self._through_w = self._through(w)
            for q, cq in zip(numbers(w), numbers(self._through_w), strict=True):
                self.spans.append(Span(self.width, most, q.dtype))
                self.spans[-1].add(q, cq)
        assert self._through_w is not None
        slope = self._closed_form(w, self._through_w, self.total.expand(len(w)))
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
            if w.is_cuda:
                return self.moment @ w
            pairs = zip(_each(self.moment, len(w)), w.detach().numpy(), strict=True)
            return torch.from_numpy(np.stack([moment @ own for moment, own in pairs]))
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
        assert self._pull is not None
        spans, count = self.spans, self.components
        if spans[0].size + count > max(4 * count, MOST):
            for span in spans:
                span.keep(2 * count)
        if room := min(count, self.width - spans[0].size):
            pulls = numbers(torch.nan_to_num(self._pull[:, :, :room]))
            new = np.stack([span.beside(pull) for span, pull in zip(spans, pulls, strict=True)])
            through_new = numbers(self._through(self._pull.new_tensor(new)))
            for span, q, cq in zip(spans, new, through_new, strict=True):
                span.add(q, cq)
        best = [span.best(count) for span in spans]
        w = [span.q @ vectors for span, (_, vectors) in zip(spans, best, strict=True)]
        through_w = [span.cq @ vectors for span, (_, vectors) in zip(spans, best, strict=True)]
        self.variances = self._pull.new_tensor(np.stack([values for values, _ in best]))
        self._through_w = self._pull.new_tensor(np.stack(through_w))
        parameters["components"].copy_(self._pull.new_tensor(np.stack(w)))
        if spans[0].size == self.width and self.left is not None:  # there is no other direction
            self.left = torch.zeros_like(self.left)

    def finish(self, parameters: Parameters) -> None:
        """Nothing: they are in order."""


def _moments(table: Table) -> tuple[Tensor, Tensor]:
    """`pca.moments` of one table, through NumPy: its library knows that XᵀX is symmetric."""
    x = table.x[0].numpy()
    weights = None if table.weights is None else table.weights[0].numpy()
    shift = x[:TILE].mean(0)
    held, one = np.empty((min(TILE, len(x)), x.shape[1]), x.dtype), np.ones(min(TILE, len(x)), x.dtype)
    sums, products = np.zeros_like(shift), np.zeros((len(shift),) * 2, x.dtype)
    for start in range(0, len(x), TILE):
        rows = x[start : start + TILE]
        tile = np.subtract(rows, shift, out=held[: len(rows)])
        count = one[: len(rows)] if weights is None else weights[start : start + TILE]
        sums += count @ tile  # a product, which takes a third of the time of a sum
        if weights is not None:
            tile *= np.sqrt(count)[:, None]
        products += tile.T @ tile
    rest = sums / len(x)
    mean, moment = shift + rest, products / len(x) - np.outer(rest, rest)
    return torch.from_numpy(mean).view(1, 1, -1), torch.from_numpy(moment)[None]


def _each(shared: Tensor, replicas: int) -> np.ndarray:
    """Of [R, ...] or [1, ...] each replica's own."""
    return shared.expand(replicas, *shared.shape[1:]).numpy()
