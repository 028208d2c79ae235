"""Linear models of all the rows at once: a tile of them forward and back, while it is at hand.

Loss and gradient are those of regression and classification; only the way they are summed is shorter: through
NumPy, whose library knows that a product with one's own transpose is symmetric. Of the cross-entropy's
curvature, whose rows sum to zero over the classes, the blocks off the diagonal are enough:
H_cc = −Σ_{k ≠ c} H_ck, with H_ck = −mean p_c p_k x̃ x̃ᵀ and x̃ = (x, 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.sparse import Matrix, SparseTable, is_sparse
from paradigms.networks import catalogue
from paradigms.supervised.classification import Classification
from paradigms.supervised.regression import Regression

TILE = 4096
"""Rows whose answers are held at once."""
NEAR = 1e-4
"""Answers of two classes that moved no further than this, root mean square, have the same curvature."""
Judged = tuple[float, np.ndarray, np.ndarray]
"""Summed losses, their gradient with respect to the answers [C, T], and what the curvature needs."""


class Flat:
    """Slopes of a linear map x W + b, tile by tile, for dense and sparse rows; b may be left out."""

    curved: bool
    outputs: int
    """Numbers in one answer."""
    held: list[np.ndarray]
    """Room for a tile of rows, taken once: fresh memory costs as much as the product."""
    shifted = True
    """Whether b is learned; otherwise it stays zero."""
    total: float | None = None
    """What the rows count together, where slopes are of sums and not of means."""
    replayed = False
    bent = True
    """Whether the curvature is another elsewhere."""
    known: Tensor | None = None
    """A curvature [R, P, P] that is not taken again: it does not change, or nothing has moved since."""
    place: Tensor | None = None
    """Where that was taken, [R, P], if it changes elsewhere."""

    def sweep(self, parameters: Parameters, batch: Table) -> Slope:
        """Each replica's sums over its tiles."""
        self._forget(parameters.flat)
        found = [self._one(parameters, batch, replica) for replica in range(len(parameters.flat))]
        losses, gradient = (parameters.flat.new_tensor(np.stack([one[i] for one in found])) for i in (0, 1))
        curvature = self.known
        if self.curved and curvature is None:
            curvature = parameters.flat.new_tensor(np.stack([one[2] for one in found]))
            if self.total is None:
                self.known, self.place = curvature, parameters.flat.detach().clone()
        if not self.shifted:
            gradient[:, -self.outputs :] = 0
            if curvature is not None:
                curvature[:, -self.outputs :] = curvature[:, :, -self.outputs :] = 0
        if self.total is None or curvature is None:
            return Slope(losses, gradient, curvature)
        return Slope(losses, gradient * self.total, curvature * self.total)

    def _forget(self, flat: Tensor) -> None:
        """Lets go of a curvature that is another here: by itself it says how far the answers have moved."""
        if not self.bent or self.known is None or self.place is None:
            return
        way = (flat - self.place).unsqueeze(1)
        moved, sizes = (way @ self.known @ way.mT).flatten(), self.known.diagonal(dim1=1, dim2=2)
        if not bool((moved <= NEAR**2 * sizes[:, -self.outputs :].amin(1)).all()):
            self.known = None

    def _one(self, parameters: Parameters, batch: Table, replica: int) -> tuple[Any, np.ndarray, Any]:
        own = (parameters[name][replica].detach().cpu().numpy() for name in ("weight1", "bias1"))
        weight, bias = own
        across, shift = np.ascontiguousarray(weight.T), bias[:, None]
        y, counts = _own(batch.y, replica), _own(batch.weights, replica)
        assert y is not None
        steep, pulled, loss, bent = np.zeros_like(across), np.zeros_like(bias), 0.0, None
        for at, rows in _tiles(batch, replica):
            count = None if counts is None else counts[at]
            wrong, pull, hidden = self.judged(_forward(rows, across) + shift, y[at], count)
            loss += wrong
            steep += _back(rows, pull)
            pulled += pull.sum(1)
            if self.curved and self.known is None:
                part = self.bend(rows, hidden, count)
                bent = part if bent is None else bent + part
        gradient = np.concatenate([steep.T.ravel(), pulled]) / batch.rows
        whole = None if bent is None else self.whole(bent / batch.rows).astype(weight.dtype, copy=False)
        return np.asarray(loss / batch.rows, weight.dtype), gradient, whole

    def judged(self, answer: np.ndarray, y: np.ndarray, counts: np.ndarray | None) -> Judged:
        """What answers [C, T] are worth to a loss."""
        raise NotImplementedError

    def bend(self, rows: Matrix, hidden: np.ndarray, counts: np.ndarray | None) -> np.ndarray:
        """The curvature's summed blocks, [blocks, d + 1, d + 1]."""
        raise NotImplementedError

    def whole(self, blocks: np.ndarray) -> np.ndarray:
        """The curvature [P, P] from its mean blocks."""
        raise NotImplementedError


class FlatRegression(Flat, Regression):
    """Regression whose curvature, which is the same everywhere, is taken once."""

    outputs = 1
    bent = False

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.held = []

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        return self.sweep(parameters, batch)

    def judged(self, answer: np.ndarray, y: np.ndarray, counts: np.ndarray | None) -> Judged:
        error = answer[0] - y
        heavy = error if counts is None else error * counts
        return float(error @ heavy), 2 * heavy[None], answer

    def bend(self, rows: Matrix, hidden: np.ndarray, counts: np.ndarray | None) -> np.ndarray:
        return square(rows, np.ones(rows.shape[0], hidden.dtype) if counts is None else counts, self.held)[
            None
        ]

    def whole(self, blocks: np.ndarray) -> np.ndarray:
        return 2 * blocks[0]


class FlatClassification(Flat, Classification):
    """Logistic regression in as few products as it takes."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.outputs, self.held = problem.classes, []
        self._pairs = [(c, k) for c in range(problem.classes) for k in range(c)]

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        return self.sweep(parameters, batch)

    def judged(self, answer: np.ndarray, y: np.ndarray, counts: np.ndarray | None) -> Judged:
        place = y, np.arange(len(y))
        answer -= answer.max(0)
        own = answer[place]
        probability = np.exp(answer, out=answer)
        sums = probability.sum(0)
        probability /= sums
        surprise = own - np.log(sums)
        pull = probability.copy() if self.curved else probability
        pull[place] -= 1
        if counts is None:
            return -float(surprise.sum()), pull, probability
        pull *= counts
        return -float(surprise @ counts), pull, probability

    def bend(self, rows: Matrix, hidden: np.ndarray, counts: np.ndarray | None) -> np.ndarray:
        both = [hidden[c] * hidden[k] for c, k in self._pairs]
        each = [square(rows, one if counts is None else one * counts, self.held) for one in both]
        return np.stack(each) if each else np.zeros((0, rows.shape[1] + 1, rows.shape[1] + 1))

    def whole(self, blocks: np.ndarray) -> np.ndarray:
        size, classes = blocks.shape[1], self.outputs
        curvature = np.zeros((size, classes, size, classes))
        for (c, k), block in zip(self._pairs, blocks, strict=True):
            curvature[:, c, :, k] = curvature[:, k, :, c] = -block
            curvature[:, c, :, c] += block
            curvature[:, k, :, k] += block
        return curvature.reshape(size * classes, size * classes)


class FlatLogistic(Flat, Classification):
    """Logistic regression of two classes by one logit, that of the second: half the numbers of a pair.

    A pair that starts at zero stays (−w/2, w/2), and its penalty is half of w's (`pair`).
    """

    outputs = 1

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.hold(problem, catalogue.network(problem, problem.parts["train"].x.shape[2], 1, "numbers"))
        self.held = []

    def scores(self, parameters: Parameters, x: Tensor) -> Tensor:
        one = self.network.forward(parameters, x) / 2
        return torch.cat([-one, one], 2)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        return self.wrong(self.scores(parameters, batch.x), batch)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        return self.sweep(parameters, batch)

    def judged(self, answer: np.ndarray, y: np.ndarray, counts: np.ndarray | None) -> Judged:
        logit = answer[0]
        small = np.exp(-np.abs(logit))
        surprise = np.log1p(small) + np.maximum(logit, 0) - y * logit
        small /= 1 + small  # the probability of the less likely class
        pull = np.where(logit < 0, small, 1 - small) - y
        if counts is None:
            return float(surprise.sum()), pull[None], small
        return float(surprise @ counts), (pull * counts)[None], small

    def bend(self, rows: Matrix, hidden: np.ndarray, counts: np.ndarray | None) -> np.ndarray:
        each = hidden * (1 - hidden)
        return square(rows, each if counts is None else each * counts, self.held)[None]

    def whole(self, blocks: np.ndarray) -> np.ndarray:
        return np.asarray(blocks[0])


def pair(known: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """One logit's parameters as those of two classes, [R, ..., 2]."""
    return {name: np.stack([-value[..., 0], value[..., 0]], -1) / 2 for name, value in known.items()}


def logit(known: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The parameters of two classes as those of one logit, [R, ..., 1]."""
    return {name: value[..., 1:] - value[..., :1] for name, value in known.items()}


def square(rows: Matrix, counts: np.ndarray, held: list[np.ndarray]) -> np.ndarray:
    """x̃ᵀ diag(counts) x̃ for rows [T, d] and counts ≥ 0 [T]: [d + 1, d + 1]; `held` keeps room for them."""
    told = np.empty((rows.shape[1] + 1,) * 2, rows.dtype)
    told[-1, :-1] = told[:-1, -1] = rows.T @ counts
    told[-1, -1] = counts.sum()
    if is_sparse(rows):
        told[:-1, :-1] = (rows.T @ rows.multiply(counts[:, None]).tocsr()).toarray()
        return told
    if not held or held[0].shape[0] < len(rows) or held[0].dtype != rows.dtype:
        held[:] = [np.empty_like(rows)]
    heavy = np.multiply(rows, np.sqrt(counts)[:, None], out=held[0][: len(rows)])
    told[:-1, :-1] = heavy.T @ heavy
    return told


def _own(column: Tensor | None, replica: int) -> np.ndarray | None:
    """A replica's own numbers [N], or those of all."""
    return None if column is None else column[min(replica, len(column) - 1)].cpu().numpy()


def _tiles(batch: Table, replica: int) -> Iterator[tuple[slice, Matrix]]:
    """A replica's rows, or those of all, a tile at a time; sparse ones are taken together."""
    if isinstance(batch, SparseTable):
        yield slice(None), batch.matrix
        return
    rows = batch.x[min(replica, len(batch.x) - 1)].cpu().numpy()
    for start in range(0, batch.rows, TILE):
        at = slice(start, start + TILE)
        yield at, rows[at]


def _forward(rows: Matrix, across: np.ndarray) -> np.ndarray:
    """Wᵀ xᵀ, [C, T]."""
    return np.asarray((rows @ across.T).T) if is_sparse(rows) else across @ rows.T


def _back(rows: Matrix, pull: np.ndarray) -> np.ndarray:
    """g x for g [C, T], [C, d]."""
    return np.asarray((rows.T @ pull.T).T) if is_sparse(rows) else pull @ rows
