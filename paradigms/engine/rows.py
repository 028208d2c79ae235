"""Experience that does not listen: rows of a table, in an order of each replica's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.batch import split
from paradigms.engine.learner import PROBED
from paradigms.engine.streams import Streams, splitmix

GATHERED = 512
"""Rows that are gathered at once, for as many batches as that makes; no result hangs on it."""


@dataclass(frozen=True)
class Table:
    """Rows of every replica: x [R, N, d], y [R, N] or None. R may be 1: the same rows for all.

    `weights` [R, N], where there are any, say how much each row counts; over the table they average one.
    """

    x: Tensor
    y: Tensor | None = None
    weights: Tensor | None = None

    @property
    def rows(self) -> int:
        """N."""
        return self.x.shape[1]

    @cached_property
    def first(self) -> Tensor:
        """Where each replica's rows begin among those of all, [R, 1]."""
        copies = len(self.x)
        return torch.arange(0, copies * self.rows, self.rows, device=self.x.device).unsqueeze(1)


class Order:
    """An endless line of permutations of `rows` rows, one after another, for each replica.

    Permutation number e of a replica hangs on its identity and e alone, so any place of the line can
    be asked for at any time. It is the order of random keys; a graphics card draws and sorts those of all
    replicas at once, where a thousand generators took the processor longer than an epoch of steps.
    """

    def __init__(self, rows: int, streams: Streams, device: torch.device) -> None:
        self.rows, self.device = rows, device
        where = device if device.type == "cuda" else torch.device("cpu")
        self._roots = streams.roots("order").to(where)
        self._numbers = torch.arange(rows, device=where)
        self._drawn: dict[int, Tensor] = {}

    def take(self, start: int, count: int) -> Tensor:
        """Row numbers [R, count] from place `start` of the line on; they may straddle two epochs."""
        first, last = start // self.rows, (start + count - 1) // self.rows
        line = [self._permutation(epoch) for epoch in range(first, last + 1)]
        joined = line[0] if len(line) == 1 else torch.cat(line, dim=1)
        return joined[:, start - first * self.rows :][:, :count]

    def _permutation(self, epoch: int) -> Tensor:
        if epoch not in self._drawn:
            root = splitmix(self._roots, torch.full_like(self._roots, epoch))
            keys = splitmix(root, self._numbers)
            # On a processor NumPy's sort is the faster by far: it compares many numbers at once.
            drawn = keys.argsort(1) if keys.is_cuda else torch.from_numpy(np.argsort(keys.numpy(), 1))
            self._drawn = {e: held for e, held in self._drawn.items() if abs(e - epoch) == 1}
            self._drawn[epoch] = drawn.to(self.device)
        return self._drawn[epoch]


class Shuffled:
    """Batches along an endless line of permutations of the rows; one may straddle two epochs."""

    def __init__(self, table: Table, batch_size: int, streams: Streams) -> None:
        self.table, self.streams = table, streams
        self.order = Order(table.rows, streams, table.x.device)
        self.batch_size = batch_size
        self.samples = 0
        self._together = max(1, min(GATHERED, table.rows) // batch_size)
        self._held: tuple[int, list[Table]] = -1, []

    def draw(self, parameters: object) -> Table:
        """The next batch: x [R, B, d], y [R, B]. What the learner is like makes no difference."""
        stretch, place = divmod(self.samples // self.batch_size, self._together)
        if self._held[0] != stretch:
            length = self._together * self.batch_size
            rows = gather(self.table, self.order.take(stretch * length, length))
            self._held = stretch, split(rows, self.batch_size)
        self.samples += self.batch_size
        return self._held[1][place]

    def probe(self, *counter: int) -> Table:
        """Rows drawn with replacement: x [R, PROBED, d]."""
        return probe(self.table, self.streams, *counter)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The position is all there is."""
        return {}, {"samples": self.samples}

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave."""
        self.samples = int(plain["samples"])


class Whole:
    """Every batch is all the rows, and counts as such."""

    def __init__(self, table: Table, streams: Streams) -> None:
        each = len(streams.seeds)
        self.table = replace(table, y=_for_all(table.y, each), weights=_for_all(table.weights, each))
        self.streams = streams
        self.batch_size = table.rows
        self.samples = 0

    def draw(self, parameters: object) -> Table:
        """All rows: x [R, N, d], y [R, N]."""
        self.samples += self.table.rows
        return self.table

    def probe(self, *counter: int) -> Table:
        """Rows drawn with replacement: x [R, PROBED, d]."""
        return probe(self.table, self.streams, *counter)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """How much was seen."""
        return {}, {"samples": self.samples}

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave."""
        self.samples = int(plain["samples"])


def probe(table: Table, streams: Streams, *counter: int) -> Table:
    """PROBED rows of every replica, drawn with replacement for a measurement."""
    chosen = streams.stack(lambda g: g.integers(table.rows, size=PROBED), "probe", *counter)
    return gather(table, torch.from_numpy(chosen).to(table.x.device))


def gather(table: Table, chosen: Tensor) -> Table:
    """The chosen rows [R, B] of every replica, in one gather over all of them."""
    flat = (chosen + table.first).view(-1)
    x = table.x.flatten(0, 1).index_select(0, flat).view(*chosen.shape, -1)
    y, weights = (
        None if column is None else _chosen(column, table, flat, chosen)
        for column in (table.y, table.weights)
    )
    return Table(x, y, weights)


def _chosen(column: Tensor, table: Table, flat: Tensor, chosen: Tensor) -> Tensor:
    """The chosen numbers of a column [R, N], which may be each replica's own where the rows are the same."""
    if len(column) > len(table.x):
        return column.gather(1, chosen)
    return column.flatten().index_select(0, flat).view(chosen.shape)


def _for_all(column: Tensor | None, replicas: int) -> Tensor | None:
    """A column [1, N] that replicas share, as one of [R, N] in the same memory."""
    return column if column is None or len(column) > 1 else column.expand(replicas, -1)
