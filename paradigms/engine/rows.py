"""Experience that does not listen: rows of a table, in an order of each replica's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

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
    """Rows of every replica: x [R, N, ...], y [R, N, ...] or None. R may be 1: the same rows for all.

    `weights` [R, N], where there are any, say how much each row counts; over the table they average one.
    """

    x: Tensor
    y: Tensor | None = None
    weights: Tensor | None = None

    @property
    def rows(self) -> int:
        """N."""
        return self.x.shape[1]

    @property
    def sample(self) -> Table:
        """The rows that are in memory: all of them."""
        return self

    def all(self) -> Iterator[Table]:
        """All rows, in as many pieces as they come in: one, in memory."""
        return iter([self])

    def asked(self) -> Iterator[Table]:
        """The rows that a score is of, in the same way."""
        return iter([self])

    @cached_property
    def lines(self) -> tuple[_Line | None, ...]:
        """Its columns as rows are gathered from them: looked at once, not with every batch.

        Raises:
            ValueError: columns without rows of one shape, or of different rows or replicas.
        """
        columns = self.x, self.y, self.weights
        there = [column for column in columns if column is not None]
        if any(column.is_nested or column.ndim < 2 for column in there):
            raise ValueError("a column needs replicas and rows, and rows of one shape: [R, N, ...]")
        counts = {column.shape[1] for column in there}
        if len(counts) > 1:
            raise ValueError(f"columns of one table differ in rows: {', '.join(map(str, sorted(counts)))}")
        lines = tuple(None if column is None else _Line.of(column) for column in columns)
        copies = {len(line.first) for line in lines if line is not None} - {1}
        if len(copies) > 1:
            raise ValueError(
                f"columns of one table differ in replicas: {', '.join(map(str, sorted(copies)))}"
            )
        return lines

    def shared(self, replicas: int) -> Table:
        """The same rows for so many replicas, answers and weights for each of them, in the same memory."""
        return replace(self, y=_for_all(self.y, replicas), weights=_for_all(self.weights, replicas))


class Order:
    """An endless line of permutations of `rows` rows, one after another, for each replica.

    Permutation number e of a replica hangs on its identity and e alone, so any place of the line can
    be asked for at any time. It is the order of random keys; a graphics card draws and sorts those of all
    replicas at once, where a thousand generators took the processor longer than an epoch of steps.
    """

    def __init__(self, rows: int, streams: Streams, device: torch.device) -> None:
        self.rows, self.device = rows, device
        where = device if device.type == "cuda" else torch.device("cpu")
        roots = streams.roots("order")
        self._roots = (roots[:1] if streams.alike else roots).to(where)
        self._numbers = torch.arange(rows, device=where)
        self._drawn: dict[int, Tensor] = {}

    def take(self, start: int, count: int) -> Tensor:
        """Row numbers [R, count] from place `start` of the line on; they may straddle two epochs.

        Where all replicas draw alike, [1, count].
        """
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


class Independent(Order):
    """An endless line of rows that are each drawn from all: with replacement, so that some come twice."""

    def take(self, start: int, count: int) -> Tensor:
        """Row numbers [R, count] from place `start` of the line on; a place hangs on nothing but itself."""
        places = torch.arange(start, start + count, device=self._roots.device)
        drawn = splitmix(self._roots, places).bitwise_and_(2**62 - 1)
        return (drawn % self.rows).to(self.device)


class Batches(ABC):
    """Batches along an endless line of rows, which a subclass knows; some are taken from it at once."""

    def __init__(self, table: Table, batch_size: int, streams: Streams) -> None:
        self.table, self.streams = table, streams
        self.batch_size = batch_size
        self.samples = 0
        self._together = max(1, min(GATHERED, table.rows) // batch_size)
        self._held: tuple[int, list[Table]] = -1, []

    @abstractmethod
    def take(self, start: int, count: int) -> Table:
        """The rows from place `start` of the line on, [R, count] or, where all draw alike, [1, count]."""

    def draw(self, parameters: object) -> Table:
        """The next batch: x [R, B, ...], y [R, B, ...]. What the learner is like makes no difference.

        Replicas that draw alike from one table see one batch: x [1, B, ...].
        """
        stretch, place = divmod(self.samples // self.batch_size, self._together)
        if self._held[0] != stretch:
            length = self._together * self.batch_size
            rows = self.take(stretch * length, length)
            self._held = stretch, split(rows.shared(len(self.streams.seeds)), self.batch_size)
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


class Shuffled(Batches):
    """Batches along an endless line of permutations of the rows; one may straddle two epochs.

    With `replacement` the line is of independent draws instead.
    """

    def __init__(self, table: Table, batch_size: int, streams: Streams, replacement: bool = False) -> None:
        super().__init__(table, batch_size, streams)
        line = Independent if replacement else Order
        self.order = line(table.rows, streams, table.x.device)

    def take(self, start: int, count: int) -> Table:
        return gather(self.table, self.order.take(start, count))


class Changed:
    """Batches of `rows`, changed on their way to the learner: a subclass says how."""

    def __init__(self, rows: Batches) -> None:
        self.rows, self.batch_size = rows, rows.batch_size

    @property
    def samples(self) -> int:
        """Rows seen."""
        return self.rows.samples

    def draw(self, parameters: object) -> Table:
        """The next rows."""
        return self.rows.draw(parameters)

    def probe(self, *counter: int) -> Table:
        """Rows to measure on."""
        return self.rows.probe(*counter)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Where the rows are."""
        return self.rows.state()

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave."""
        self.rows.restore(tensors, plain)


class Whole:
    """Every batch is all the rows, and counts as such."""

    def __init__(self, table: Table, streams: Streams) -> None:
        self.table = table.shared(len(streams.seeds))
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
    table = table.sample
    chosen = streams.stack(lambda g: g.integers(table.rows, size=PROBED), "probe", *counter)
    return gather(table, torch.from_numpy(chosen).to(table.x.device))


def gather(table: Table, chosen: Tensor) -> Table:
    """The chosen rows [R, B] of every replica, in one gather over all of them.

    Either may be the same for all: one table, or one choice of rows. What follows the first two dimensions
    of a column stays as it is.

    Raises:
        ValueError: columns of different rows or replicas, or as many tables as fit neither one choice nor
            the replicas that choose.
        IndexError: rows that the table does not have (a graphics card is not asked: it would have to wait).
    """
    if chosen.ndim != 2:
        raise ValueError(f"rows are chosen as [R, B], not {tuple(chosen.shape)}")
    lines = table.lines
    copies = max(len(line.first) for line in lines if line is not None)
    if copies > 1 and len(chosen) not in (1, copies):
        raise ValueError(f"rows for {len(chosen)} replicas cannot be taken from the tables of {copies}")
    if chosen.is_cpu and chosen.numel():
        low, high = (int(one) for one in chosen.aminmax())
        if low < 0 or high >= table.rows:  # it would be a row of another replica
            raise IndexError(f"row {low if low < 0 else high} of a table of {table.rows}")
    return Table(*(None if line is None else line.taken(chosen) for line in lines))  # type: ignore[arg-type]


class _Line(NamedTuple):
    """A column as one line of all replicas' rows, [R · N, ...], and where each one's begin, [R, 1]."""

    rows: Tensor
    first: Tensor

    @classmethod
    def of(cls, column: Tensor) -> _Line:
        """One copy where replicas share their memory."""
        own = column if column.stride(0) else column[:1]
        copies, rows = own.shape[:2]
        first = torch.arange(0, copies * rows, rows, device=own.device).unsqueeze(1)
        return cls(own.flatten(0, 1), first)

    def taken(self, chosen: Tensor) -> Tensor:
        """The rows [R, B]: [R, B, ...]."""
        places = chosen + self.first if len(self.first) > 1 else chosen
        return self.rows.index_select(0, places.reshape(-1)).view(*places.shape, *self.rows.shape[1:])


def _for_all(column: Tensor | None, replicas: int) -> Tensor | None:
    """A column [1, N, ...] that replicas share, as one of [R, N, ...] in the same memory."""
    return column if column is None or len(column) > 1 else column.expand(replicas, *column.shape[1:])
