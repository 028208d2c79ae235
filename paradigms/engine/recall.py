"""Experience that is kept and drawn again at random (experience replay; Lin 1992).

A moment brings E new examples; then come a number of draws from all that is in memory. Which places of
the memory are drawn hangs on the replica's identity and the draw's number alone: learners that met the
same examples recall the same ones, whatever each of them was told about them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.batch import split
from paradigms.engine.learner import PROBED
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import GATHERED, Order, Table, gather
from paradigms.engine.streams import Streams

AHEAD = 256
"""Draws whose random numbers are made at once, from one generator."""
Experience = TypeVar("Experience")


class Ahead:
    """Uniform numbers of numbered draws, made AHEAD draws at a time; a draw's hang on its number alone."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._made: dict[str, tuple[int, np.ndarray]] = {}

    def __call__(self, purpose: str, number: int, shape: tuple[int, ...]) -> np.ndarray:
        """Those [R, *shape] of draw `number`."""
        block, position = divmod(number, AHEAD)
        if self._made.get(purpose, (-1,))[0] != block:
            drawn = self._streams.stack(lambda g: g.random((AHEAD, *shape)), purpose, block)
            self._made[purpose] = (block, drawn)
        return self._made[purpose][1][:, position]


class Recall(ABC, Generic[Experience]):
    """`every` draws follow each moment; the first `warm` moments come before any draw."""

    def __init__(self, problem: Problem, moment: int, every: int, warm: int = 1) -> None:
        self.problem, self.moment, self.every = problem, moment, every
        self.batch_size = problem.options.batch_size
        self.total = max(1, problem.budget // moment)
        self.warm = warm
        self.length = max(1, min(problem.options.memory // moment, self.total + 1))
        self.steps, self.draws = 0, 0
        self._together = max(1, GATHERED // self.batch_size)
        self._held: list[Experience] = []
        self.random = Ahead(problem.streams)

    @property
    def samples(self) -> int:
        """Examples that each replica has met."""
        return self.steps * self.moment

    @property
    def updates(self) -> int:
        """Draws until the budget is spent."""
        return max(1, self.total - self.warm) * self.every

    @abstractmethod
    def live(self, parameters: Parameters) -> None:
        """One moment: E new examples go into memory."""

    @property
    @abstractmethod
    def choices(self) -> int:
        """How many examples of a replica can be recalled now."""

    @abstractmethod
    def recall(self, chosen: np.ndarray) -> Experience:
        """The examples numbered `chosen` [R, B], from the oldest on."""

    def draw(self, parameters: Parameters) -> Experience:
        """Lives a moment when it is time to, then recalls a batch; several that follow it in one gather."""
        while self.steps < self.warm:
            self._step(parameters)
        turn = self.draws % self.every
        if turn == 0:
            self._step(parameters)
        place = turn % self._together
        if place == 0 or not self._held:
            last = self.draws + min(self._together - place, self.every - turn)
            draws = range(self.draws - place, last)
            uniform = [self.random("replay", draw, (self.batch_size,)) for draw in draws]
            self._held = split(self._at(np.concatenate(uniform, axis=1)), self.batch_size)
        self.draws += 1
        return self._held[place]

    def _step(self, parameters: Parameters) -> None:
        self.live(parameters)
        self.steps += 1

    def probe(self, *counter: int) -> Experience:
        """A batch from memory to measure on."""
        return self._at(self.problem.streams.stack(lambda g: g.random(PROBED), "probe", *counter))

    def _at(self, uniform: np.ndarray) -> Experience:
        """The examples at these shares [R, B] of what can be recalled."""
        return self.recall((uniform * self.choices).astype(np.int64))

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The two counters."""
        return {}, {"steps": self.steps, "draws": self.draws}

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave."""
        self.steps, self.draws, self._held = int(plain["steps"]), int(plain["draws"]), []


class Recalled(Recall[Table]):
    """Rows of a table, met `batch_size` at a time in the replica's own order, and recalled from memory."""

    def __init__(self, problem: Problem, table: Table) -> None:
        super().__init__(problem, problem.options.batch_size, problem.options.replay)
        self.table = table
        self.order = Order(table.rows, problem.streams, table.x.device)
        shape = len(problem.streams.seeds), self.length, self.moment
        self.met = torch.zeros(shape, dtype=torch.int64, device=table.x.device)

    def live(self, parameters: object) -> None:
        """Meets the next rows; what the learner is like makes no difference."""
        self._meet(self.steps)

    def _meet(self, moment: int) -> None:
        self.met[:, moment % self.length] = self.order.take(moment * self.moment, self.moment)

    @property
    def choices(self) -> int:
        return min(self.steps, self.length) * self.moment

    def recall(self, chosen: np.ndarray) -> Table:
        oldest = max(0, self.steps - self.length)
        place = (chosen + oldest * self.moment) % (self.length * self.moment)
        there = torch.from_numpy(place).to(self.problem.device)
        return gather(self.table, self.met.flatten(1).gather(1, there))

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Meets the rows in memory once more: their order is known."""
        super().restore(tensors, plain)
        for moment in range(max(0, self.steps - self.length), self.steps):
            self._meet(moment)
