"""Experience in chapters: training sets that are met one after another, some of the earlier rehearsed.

A training set is a stretch of the classes: of ten in two sets the first five, then the other five. All get
the same share of the budget. Rehearsal keeps of forgetting what it can (Robins 1995).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from paradigms.engine.rows import Independent, Order, Shuffled, Table, gather
from paradigms.engine.streams import Streams, splitmix
from paradigms.errors import UsageError

CHANCES = 2**32
"""Random numbers that are compared with a share, or choose among rows, lie below it."""


class Chapters(Shuffled):
    """Batches of one training set after another, within `steps` draws in all.

    Each place of a batch is given to a row of an earlier set with the chance `rehearsed` [R], each such row
    as likely as any other; the row that stood there is passed over.

    Args:
        sets: the training set of each row [R, N], counted from 0; there are `count`.

    Raises:
        UsageError: a set without rows.
    """

    def __init__(
        self,
        table: Table,
        batch_size: int,
        streams: Streams,
        sets: Tensor,
        count: int,
        steps: int,
        rehearsed: Sequence[float],
        replacement: bool = False,
    ) -> None:
        super().__init__(table, batch_size, streams, replacement)
        self.count, self.steps = count, steps
        self._limits = torch.tensor([[round(one * CHANCES)] for one in rehearsed])
        self._roots = streams.roots("rehearsed")
        line = Independent if replacement else Order
        self._rows = [[(one == k).nonzero().squeeze(1) for k in range(count)] for one in sets.cpu()]
        if any(not len(rows) for own in self._rows for rows in own):
            raise UsageError(f"--sequence {count}: one of the sets has no rows.", "Ask for fewer.")
        self._earlier = [[torch.cat(own[:k]) for own in self._rows] for k in range(1, count)]
        self._lines = [
            [line(len(rows), Streams(streams.study, (seed,)), torch.device("cpu")) for rows in own]
            for seed, own in zip(streams.seeds, self._rows, strict=True)
        ]

    def draw(self, parameters: object) -> Table:
        """The next rows of the set whose turn it is."""
        step = self.samples // self.batch_size
        self.samples += self.batch_size
        now = min(step * self.count // self.steps, self.count - 1)
        place = (step - math.ceil(now * self.steps / self.count)) * self.batch_size
        chosen = torch.stack(
            [rows[now][line[now].take(place, self.batch_size)[0]]
             for rows, line in zip(self._rows, self._lines, strict=True)]
        )  # fmt: skip
        if now and bool(self._limits.any()):
            chosen = self._rehearsed(chosen, now, step)
        return gather(self.table, chosen.to(self.table.x.device)).shared(len(chosen))

    def _rehearsed(self, chosen: Tensor, now: int, step: int) -> Tensor:
        own = splitmix(self._roots, torch.full_like(self._roots, step))
        drawn = splitmix(own, torch.arange(2 * self.batch_size)) & (CHANCES - 1)
        chance, which = drawn[:, : self.batch_size], drawn[:, self.batch_size :]
        pairs = zip(self._earlier[now - 1], which, strict=True)
        old = torch.stack([rows[one % len(rows)] for rows, one in pairs])
        return torch.where(chance < self._limits, old, chosen)


def sets(classes: Tensor, count: int, known: int) -> Tensor:
    """The training set of each row [R, N], of `count`, by its class out of `known`.

    >>> import torch
    >>> sets(torch.arange(10).unsqueeze(0), 2, 10).tolist()
    [[0, 0, 0, 0, 0, 1, 1, 1, 1, 1]]
    """
    return classes * count // known


def sums(each: Tensor, sets: Tensor, count: int) -> Tensor:
    """Of every row's number [R, N], summed over each training set, [count, R].

    >>> import torch
    >>> sums(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[0, 1, 1]]), 2).tolist()
    [[1.0], [6.0]]
    """
    return torch.stack([(each * (sets == k).to(each.dtype)).sum(1) for k in range(count)])
