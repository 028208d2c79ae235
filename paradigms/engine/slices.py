"""The slope of a batch in a fixed number of slices, summed in order: the same bits on 1, 2 or 4 processes.

A sum of rounded numbers hangs on its order, so what an all-reduce leaves hangs on how many took part in it.
Here everybody gets every slice's gradient and adds them up from the first to the last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from paradigms.engine.batch import split, tensors
from paradigms.engine.learner import Learner, Slope
from paradigms.engine.parameters import Parameters


@dataclass(frozen=True)
class Slices:
    """So many slices of every batch, dealt evenly to `processes`, of which this is number `rank`.

    `gather` takes what this process has of its slices, [own, ...], and returns that of all, [count, ...].
    """

    count: int
    rank: int = 0
    processes: int = 1
    gather: Callable[[Tensor], Tensor] = lambda own: own

    @torch.no_grad()
    def slope(self, learner: Learner[Any], parameters: Parameters, batch: Any) -> Slope:
        """The learner's slope on all rows: what each slice's is, times its share of the rows, summed."""
        rows = next(iter(tensors(batch).values())).shape[1]
        sizes = [after - before for before, after in pairwise(_bounds(rows, self.count))]
        slices, each = split(batch, sizes), self.count // self.processes
        losses, gradients = [], []
        for number in range(self.rank * each, (self.rank + 1) * each):
            learner.look(number)  # of what it draws, each slice has its own
            found = learner.slope(parameters, slices[number])
            losses.append(found.losses * (sizes[number] / rows))
            gradients.append(found.gradient * (sizes[number] / rows))
        learner.look(0)
        return Slope(self._summed(losses), self._summed(gradients))

    def _summed(self, own: list[Tensor]) -> Tensor:
        if self.processes > 1:
            own = list(self.gather(own[0].unsqueeze(0) if len(own) == 1 else torch.stack(own)))
        total = own[0]
        for one in own[1:]:
            total = total + one
        return total


def _bounds(rows: int, count: int) -> list[int]:
    return [rows * place // count for place in range(count + 1)]
