"""What learners of a language share: blocks that attend, the text they are judged on, counting beside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.errors import UsageError
from paradigms.networks.network import Network
from paradigms.networks.transformer import Transformer
from paradigms.selfsupervised.counting import Counts

SHOWN = 6
"""Rows of text that the pictures show."""
ORDER = 5
"""Of the longest n-grams that are counted."""


def shown(column: Tensor) -> Tensor:
    """Of rows [R, N, ...] those that the pictures show, evenly."""
    return column[:, :: max(1, column.shape[1] // SHOWN)][:, :SHOWN]


def transformer(problem: Problem, masks: int, causal: bool) -> Transformer:
    """Blocks as the options say, for the problem's codes and so many `masks` beside them.

    Raises:
        UsageError: blocks of different widths, or a width that the heads cannot share.
    """
    options, (length,) = problem.options, problem.shape
    symbols = problem.classes + masks
    try:
        return Transformer(symbols, length, options.hidden, options.heads, problem.classes, causal)
    except ValueError as error:
        raise UsageError(f"{error}.", "Give for example --hidden 32,32 --heads 4") from error


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """For codes x [R, N, T], at every place, `probability` [R, N, T, V] and the likeliest, `prediction`."""
    probability = network.forward(parameters, x).softmax(3)
    return {"prediction": probability.max(3).indices, "probability": probability}


class Corpus:
    """The parts of a text as they are judged: by places where there is something to say."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.parts = problem, problem.parts

    def asked(self, table: Table) -> Tensor:
        """Whether a row goes on after each place [R, N, T]; the fillers behind its end are no answers."""
        if self.problem.filler is None:
            return torch.ones_like(table.x, dtype=torch.bool)
        return table.x != self.problem.filler

    def arrays(self, part: str, replica: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A replica's codes, what follows each, and where that counts, [N, T] each."""
        table = self.parts[part]
        assert table.y is not None
        columns = (table.x, table.y, self.asked(table))
        x, y, asked = (column[min(replica, len(column) - 1)].cpu().numpy() for column in columns)
        return x, y, asked

    @cached_property
    def counts(self) -> list[Counts]:
        """Each replica's training part, counted."""
        arrays = (self.arrays("train", replica) for replica in self.problem.streams.replicas)
        return [Counts(x, y, self.problem.classes, ORDER) for x, y, _ in arrays]

    def by_counting(self, part: str, order: int) -> np.ndarray:
        """Bits a word [R] of n-grams of that order."""
        found = []
        for replica, counts in enumerate(self.counts):
            x, y, asked = self.arrays(part, replica)
            found.append(counts.cut(order).bits(x, y)[asked].mean())
        return np.array(found, dtype=np.float64)

    def mean(self, part: str, each: np.ndarray) -> np.ndarray:
        """Of numbers [R, N, T], the mean over the places that count, [R]."""
        asked = self.asked(self.parts[part]).cpu().numpy()
        asked = np.broadcast_to(asked, each.shape)
        return np.where(asked, each, 0.0).sum((1, 2)) / asked.sum((1, 2))

    def manner(self) -> dict[str, int | None]:
        """How a row begins, if all begin alike, and what fills it up: for whoever asks the model."""
        first = np.unique(self.parts["train"].x[:, :, 0].cpu().numpy())
        return {"start": int(first[0]) if len(first) == 1 else None, "filler": self.problem.filler}
