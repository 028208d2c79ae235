"""Two stages: something is learned from examples without answers; then a classifier looks through it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters, width
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.rows import Table
from paradigms.engine.rules import Rule
from paradigms.engine.training import Phase
from paradigms.networks.learning import NetworkLearner
from paradigms.supervised.classification import wrong
from paradigms.supervised.grading import Namer
from paradigms.supervised.labels import labelled


class First(Protocol):
    """What is learned without answers: as much of a learner as a stage needs."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]: ...
    def initial(self, replica: int, generator: np.random.Generator) -> Mapping[str, np.ndarray]: ...
    def loss(self, parameters: Parameters, batch: Table) -> Tensor: ...
    def slope(self, parameters: Parameters, batch: Table) -> Slope: ...
    def settle(self, parameters: Parameters, step: int) -> None: ...


class Staged(NetworkLearner[Table], Namer[Table]):
    """R of the first, and R classifiers on what each sees; reference: LogisticRegression with every label.

    A subclass calls `centre`, sets `first`, whose parameters come before the network's, and calls `hold`. The
    first is held constant while labels speak, as DQN's target is.
    """

    first: First
    parts: dict[str, Table]
    _labels = False
    _held: Parameters

    def centre(self, problem: Problem, share: int) -> None:
        """`parts` hold the rows less their training mean, divided by one size.

        It is that at which their variance is `share`, so that who meets so many numbers of them meets numbers
        of about size one.
        """
        train = problem.parts["train"].x
        self.mean = train.mean(1, keepdim=True)
        self.size = ((train - self.mean).square().sum(2).mean(1) / share).sqrt().view(-1, 1, 1)
        self.parts = {
            name: Table((part.x - self.mean) / self.size, part.y) for name, part in problem.parts.items()
        }

    @abstractmethod
    def seen(self, first: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """What the classifier meets of rows x [R or 1, B, d], by the first's parameters: [R, B, k]."""

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {**self.first.shapes, **self.network.shapes}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        return {**self.first.initial(replica, generator), **super().initial(replica, generator)}

    def _halves(self, parameters: Parameters) -> tuple[Parameters, Parameters]:
        """The first, and the network: views of the same numbers."""
        size = width(self.first.shapes)
        first, second = parameters.flat[:, :size], parameters.flat[:, size:]
        return Parameters(self.first.shapes, first), Parameters(self.network.shapes, second)

    def begin(self, parameters: Parameters) -> None:
        """Holds the first."""
        first = self._halves(parameters)[0]
        self._held = first.like(first.flat.clone())

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        if _untold(batch):
            return self.first.loss(parameters, batch)
        assert batch.y is not None
        with torch.no_grad():
            x = self.seen(self._held, batch.x)
        return wrong(self.network.practise(parameters, x), batch.y, self.problem.options.loss)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """Of the first by its closed form, of the network by autograd; nothing for the other half."""
        self._labels = not _untold(batch)
        if self._labels:
            return super().slope(parameters, batch)
        first, network = self._halves(parameters)
        half, none = self.first.slope(first, batch), torch.zeros_like(network.flat)
        curvature = None if half.curvature is None else torch.cat([half.curvature, none], 1)
        return Slope(half.losses, torch.cat([half.gradient, none], 1), curvature)

    def settle(self, parameters: Parameters, step: int) -> None:
        """What the first needs as long as it moves; it is held from then on."""
        if not self._labels:
            first = self._halves(parameters)[0]
            self.first.settle(first, step)
            self._held.flat.copy_(first.flat)
        super().settle(parameters, step)

    def state(self) -> dict[str, Tensor]:
        """The first as it is held, and what the network must keep."""
        return {"held": self._held.flat, **super().state()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        super().restore(tensors)
        self._held.flat.copy_(tensors["held"].flatten(1))

    def constants(self) -> dict[str, Tensor]:
        """The mean and the size that inputs have."""
        return {"mean": self.mean.squeeze(1), "size": self.size.squeeze(2)}

    def early(self) -> Problem:
        """The first stage: rows without answers, and at most half of the budget."""
        problem = self.problem
        parts = {"train": Table(self.parts["train"].x)}
        return replace(problem, parts=parts, budget=min(problem.options.unlabelled, problem.budget // 2))

    def stages(self, untold: Recalled, rule: Rule | None = None, **how: Any) -> list[Phase]:
        """Rows from `untold`, by a rule of their own and options that differ, then labelled ones."""
        problem = self.problem
        rest = replace(problem, budget=problem.budget - untold.problem.budget)
        told = Recalled(rest, labelled(replace(problem, parts=self.parts)))
        first = problem.phase(self, untold, untold.updates, rule, **how)
        return [first, problem.phase(self, told, told.updates)]


def centred(known: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Rows x [R, N, d] as `parts` hold them, by the constants of a model that was kept."""
    return (x - known["mean"].unsqueeze(1)) / known["size"].unsqueeze(2)


def _untold(batch: Table) -> bool:
    """Whether a batch holds no classes."""
    return batch.y is None or batch.y.is_floating_point()
