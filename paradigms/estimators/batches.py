"""Batches of sparse rows: only those of a batch are ever dense."""

from __future__ import annotations

import numpy as np
import torch

from paradigms.engine.rows import Shuffled, Table
from paradigms.engine.sparse import SparseTable
from paradigms.engine.streams import Streams


class SparseBatches(Shuffled):
    """The same batches along the same permutations, filled with zeros as they are drawn."""

    def __init__(self, table: SparseTable, batch_size: int, streams: Streams) -> None:
        super().__init__(table, batch_size, streams)
        self._rows = table

    def draw(self, parameters: object) -> Table:
        """The next batch: x [R, B, d] or [1, B, d], y [R, B]."""
        chosen = self.order.take(self.samples, self.batch_size)
        self.samples += self.batch_size
        x = np.stack([self._rows.matrix[rows].toarray() for rows in chosen.numpy()])
        each = len(self.streams.seeds)  # who draw alike share one choice of rows
        own = chosen.expand(each, -1)
        y, weights = (
            None if column is None else column.expand(each, -1).gather(1, own)
            for column in (self._rows.y, self._rows.weights)
        )
        return Table(torch.from_numpy(x), y, weights)
