"""Which centre each row is nearest to, asked again only of rows that may have changed their minds.

With u above a row's distance to its own centre and l below that to any other, the row stays where it is while
u < l, and a pass moves u up by its centre's own step and l down by the largest (Hamerly 2010).
"""

from __future__ import annotations

import torch
from torch import Tensor

from paradigms.engine.rows import Table

TILE = 4096
"""Rows whose products are held at once."""
ROOM = 64
"""Roundings that a distance² may be off by, in the unit of the largest square."""


class Bounds:
    """The rows of one table, counted from `zero` [1, d], and the centres of one start among them."""

    def __init__(self, table: Table, zero: Tensor | None) -> None:
        self.x = table.x[0]
        self.weights = None if table.weights is None else table.weights[0]
        self.zero = zero
        self.squares = torch.cat([self._rows(at).square().sum(1) for at in self._tiles()])
        weights = self.squares.new_ones(()) if self.weights is None else self.weights
        self.total = float((self.squares * weights).sum())

    def _tiles(self) -> list[slice]:
        return [slice(start, start + TILE) for start in range(0, len(self.x), TILE)]

    def _rows(self, at: slice | Tensor) -> Tensor:
        return self.x[at] if self.zero is None else self.x[at] - self.zero

    def begin(self) -> Kept:
        """What is remembered of a start."""
        return Kept(self)


class Kept:
    """Labels and bounds [N] of one start, what each centre won [K], and the sum of it [K, d]."""

    def __init__(self, bounds: Bounds) -> None:
        self.all = bounds
        self.room = (ROOM * torch.finfo(bounds.x.dtype).eps * float(bounds.squares.max())) ** 0.5
        self.centres = bounds.x[:0]
        self.labels = torch.full((len(bounds.x),), -1)
        self.upper, self.lower = torch.full_like(bounds.squares, torch.inf), torch.zeros_like(bounds.squares)
        self.counts = self.sums = bounds.x[:0]
        self.dirty = True

    def find(self, centres: Tensor) -> tuple[float, Tensor, Tensor]:
        """Summed distances² to the nearest centre, and what each centre wins: counts [K] and sums [K, d]."""
        if not torch.equal(centres, self.centres):
            self._move(centres)
        inner = float((self.sums * centres).sum())
        outer = float(self.counts @ centres.square().sum(1))
        return max(0.0, self.all.total - 2 * inner + outer), self.counts, self.sums

    def _move(self, centres: Tensor) -> None:
        if len(self.centres):
            step = (centres - self.centres).norm(dim=1)
            self.upper += step[self.labels]
            self.lower -= step.max()
            asked = torch.nonzero(self.upper >= self.lower).squeeze(1)
        else:
            asked = torch.arange(len(self.labels))
        changed = self._ask(asked, centres)
        if not len(self.centres) or 4 * len(changed) > len(self.labels) or (self.dirty and not len(changed)):
            self._sum(centres)
        self.centres = centres.clone()

    def _ask(self, asked: Tensor, centres: Tensor) -> Tensor:
        """New labels and bounds for these rows; returns those that changed, their sums already moved."""
        half, changed, whole = centres.square().sum(1) / 2, [asked[:0]], len(asked) == len(self.labels)
        for start in range(0, len(asked), TILE):
            at = slice(start, start + TILE) if whole else asked[start : start + TILE]
            x = self.all._rows(at)
            score = torch.addmm(half, x, centres.T, alpha=-1)
            best = score.min(1)
            own = best.indices.unsqueeze(1)
            other = score.scatter_(1, own, torch.inf).amin(1)
            old, square = self.labels[at], self.all.squares[at]
            self.upper[at] = (square + 2 * best.values).clamp_min_(0).sqrt_().add_(self.room)
            self.lower[at] = (square + 2 * other).clamp_min_(0).sqrt_().sub_(self.room)
            if len(self.centres):
                moved = torch.nonzero(best.indices != old).squeeze(1)
                self._carry(x[moved], old[moved], best.indices[moved], asked[start : start + TILE][moved])
                changed.append(moved)
            self.labels[at] = best.indices
        return torch.cat(changed)

    def _carry(self, x: Tensor, old: Tensor, new: Tensor, number: Tensor) -> None:
        """From the sums of one centre to those of another."""
        if not len(number):
            return
        weight = torch.ones_like(x[:, 0]) if self.all.weights is None else self.all.weights[number]
        heavy = x * weight.unsqueeze(1)
        self.sums.index_add_(0, new, heavy).index_add_(0, old, heavy, alpha=-1)
        self.counts.index_add_(0, new, weight).index_add_(0, old, weight, alpha=-1)
        self.dirty = True

    def _sum(self, centres: Tensor) -> None:
        """Counts and sums anew, without what carrying has rounded."""
        weights = self.all.weights
        self.counts = torch.bincount(self.labels, weights, len(centres)).to(centres)
        self.sums = torch.zeros_like(centres)
        for at in self.all._tiles():
            x = self.all._rows(at)
            self.sums.index_add_(0, self.labels[at], x if weights is None else x * weights[at].unsqueeze(1))
        self.dirty = False
