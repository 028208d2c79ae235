"""Experience that does not listen: rows of a table, in an order of each replica's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from paradigms.engine.learner import PROBED
from paradigms.engine.streams import Streams


@dataclass(frozen=True)
class Table:
    """Rows of every replica: x [R, N, d], y [R, N] or None. R may be 1: the same rows for all."""

    x: Tensor
    y: Tensor | None = None

    @property
    def rows(self) -> int:
        """N."""
        return self.x.shape[1]


class Shuffled:
    """Batches from an endless line of permutations of the rows, one permutation after another.

    A batch may straddle two epochs, so every batch has the same size. Permutation number e of a
    replica hangs on its identity and e alone.
    """

    def __init__(self, table: Table, batch_size: int, streams: Streams) -> None:
        self.table, self.streams = table, streams
        self.batch_size = batch_size
        self.samples = 0
        self._epochs = 0
        self._order = torch.empty(len(streams.seeds), 0, dtype=torch.int64, device=table.x.device)

    def draw(self, parameters: object) -> Table:
        """The next batch: x [R, B, d], y [R, B]. What the learner is like makes no difference."""
        start = self.samples - self._epochs * self.table.rows + self._order.shape[1]
        while start + self.batch_size > self._order.shape[1]:
            self._order = torch.cat([self._order[:, start:], self._permutations()], dim=1)
            start = 0
        chosen = self._order[:, start : start + self.batch_size]
        self.samples += self.batch_size
        return gather(self.table, chosen)

    def _permutations(self) -> Tensor:
        rows, device = self.table.rows, self.table.x.device
        drawn = self.streams.stack(lambda g: g.permutation(rows), "order", self._epochs)
        self._epochs += 1
        return torch.from_numpy(drawn).to(device)

    def probe(self, *counter: int) -> Table:
        """Rows drawn with replacement: x [R, PROBED, d]."""
        return probe(self.table, self.streams, *counter)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The position is all there is."""
        return {}, {"samples": self.samples}

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Draws the permutation of that position again."""
        self.samples = int(plain["samples"])
        self._epochs, behind = divmod(self.samples, self.table.rows)
        self._order = self._order[:, :0]
        if behind:
            self._order = self._permutations()


class Whole:
    """Every batch is all the rows, and counts as such."""

    def __init__(self, table: Table, streams: Streams) -> None:
        self.table, self.streams = table, streams
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
    copies, rows, width = table.x.shape
    if copies > 1:
        chosen = chosen + torch.arange(copies, device=chosen.device).unsqueeze(1) * rows
    flat = chosen.reshape(-1)
    x = table.x.reshape(-1, width).index_select(0, flat).view(*chosen.shape, width)
    y = None if table.y is None else table.y.reshape(-1).index_select(0, flat).view(chosen.shape)
    return Table(x, y)
