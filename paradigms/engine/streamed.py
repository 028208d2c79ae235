"""Rows that stay on the disk: a sample of them in memory, all of them block by block, and batches of them.

An epoch goes through the blocks in an order that all replicas share, so that each is read once for all of
them; a few blocks make a window, whose rows every replica shuffles on its own (CorgiPile, Xu et al. 2022). A
batch hangs on its replica's identity and its number alone, so where training stands is the number of samples.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.rows import Batches, Table
from paradigms.engine.streams import Streams

WINDOW = 8
"""Blocks whose rows are shuffled together."""


class Store(Protocol):
    """Where the training rows of S distinct seeds lie."""

    @property
    def sizes(self) -> Sequence[int]:
        """Training rows of each block, as many for every seed."""

    def window(self, blocks: Sequence[int]) -> Callable[[np.ndarray], Table]:
        """What takes rows [S, n] out of these blocks' training rows, by their place among them."""


@dataclass(frozen=True)
class Streamed(Table):
    """A part of a table on the disk: `x`, `y` are a sample of its `total` rows; `pieces` makes all of them.

    Where `judged` they are all asked for a score, else the sample is. Training rows come from `store`.
    """

    total: int = 0
    pieces: Callable[[], Iterator[Table]] = field(default=lambda: iter(()))
    judged: bool = False
    store: Store | None = None

    @property
    def rows(self) -> int:
        """N."""
        return self.total

    @property
    def sample(self) -> Table:
        """What is in memory."""
        return Table(self.x, self.y)

    def all(self) -> Iterator[Table]:
        return self.pieces()

    def asked(self) -> Iterator[Table]:
        return self.pieces() if self.judged else iter([self.sample])


class Windows(Batches):
    """Batches along an endless line of epochs, each window after window; one may straddle two of either."""

    def __init__(self, table: Streamed, batch_size: int, streams: Streams) -> None:
        super().__init__(table, batch_size, streams)
        assert table.store is not None
        self.store = table.store
        self.sizes = np.array(table.store.sizes)
        self._epoch: tuple[int, np.ndarray, np.ndarray] | None = None
        self._window: tuple[tuple[int, int], _Window] | None = None

    def take(self, start: int, count: int) -> Table:
        parts = []
        while count:
            window, place = self._at(start)
            some = min(count, window.rows - place)
            parts.append(window.take(place, some))
            start, count = start + some, count - some
        return _spread(parts[0] if len(parts) == 1 else _joined(parts), self.streams)

    def _at(self, start: int) -> tuple[_Window, int]:
        """The window that a place of the line lies in, and which of its rows that is."""
        epoch, place = divmod(start, self.table.rows)
        order, ends = self._blocks(epoch)
        number = int(np.searchsorted(ends, place, side="right"))
        if self._window is None or self._window[0] != (epoch, number):
            blocks = order[number * WINDOW : (number + 1) * WINDOW]
            rows = int(self.sizes[blocks].sum())
            lots = self.streams.seeds.index
            each = [
                self.streams.generator(lots(seed), "window", epoch, number).permutation(rows)
                for seed in self.streams.distinct
            ]
            self._window = None  # the old one's rows go before the new one's come
            self._window = (epoch, number), _Window(self.store.window(blocks.tolist()), np.stack(each))
        return self._window[1], place - (int(ends[number - 1]) if number else 0)

    def _blocks(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """The order of an epoch's blocks, and how many rows come before the end of each of its windows."""
        if self._epoch is None or self._epoch[0] != epoch:
            key = self.streams.study, zlib.crc32(b"blocks"), epoch
            order = np.random.default_rng(key).permutation(len(self.sizes))
            self._epoch = epoch, order, np.cumsum(self.sizes[order])[WINDOW - 1 :: WINDOW]
        return self._epoch[1:]


@dataclass(frozen=True)
class _Window:
    """The rows of some blocks, and the order [S, n] in which each seed meets them."""

    taken: Callable[[np.ndarray], Table]
    order: np.ndarray

    @property
    def rows(self) -> int:
        return self.order.shape[1]

    def take(self, start: int, count: int) -> Table:
        return self.taken(self.order[:, start : start + count])


def total(parts: Sequence[Tensor]) -> Tensor:
    """The sum of what the pieces of a table come to; of one, itself."""
    return parts[0] if len(parts) == 1 else torch.stack(tuple(parts)).sum(0)


def _joined(parts: Sequence[Table]) -> Table:
    x, y = (
        [one for one in columns if one is not None]
        for columns in zip(*((p.x, p.y) for p in parts), strict=True)
    )
    return Table(torch.cat(x, 1), torch.cat(y, 1) if y else None)


def _spread(rows: Table, streams: Streams) -> Table:
    """Rows of S seeds for the replicas of all of them; of one seed as they are."""
    if len(rows.x) in (1, len(streams.seeds)):
        return rows
    place = torch.from_numpy(streams.place).to(rows.x.device)
    return replace(rows, x=rows.x[place], y=None if rows.y is None else rows.y[place])
