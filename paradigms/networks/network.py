"""What a network is: numbers by name, their start, its answers, and which way a pull on them leads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters

Meaning = Literal["numbers", "logits", "values"]
"""What the outputs are: numbers as they stand, logits of classes, or values of guesses and actions."""
Pull = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Answers [R, B, out] → losses [R], and their gradient with respect to the answers [R, B, out]."""


def some_at_a_time(answer: Callable[[Tensor], Tensor], x: Tensor, each: int) -> Tensor:
    """The answers to rows x [R or 1, B, ...]; without a gradient at most about `each` rows at a time.

    What a network holds on its way may be a hundred times as large as its rows. Parts are even, so that none
    is a single row, whose products round otherwise.
    """
    parts = max(1, -(-x.shape[1] // each))
    if torch.is_grad_enabled() or parts == 1:
        return answer(x)
    return torch.cat([answer(rows) for rows in x.tensor_split(parts, dim=1)], dim=1)


class Network(ABC):
    """R networks of one kind. They hold no numbers: these come with every call, by name, [R, *shape].

    `replayed` is what a learner promises by the attribute of that name.
    """

    meaning: Meaning = "numbers"
    replayed: bool = False
    costly: bool = False
    """Whether asking it takes so long that it is asked seldom in training, and about few training rows."""

    @property
    @abstractmethod
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Parameter name → shape of one replica's parameter."""

    @property
    @abstractmethod
    def layers(self) -> Sequence[tuple[str, ...]]:
        """The names of each layer's parameters, from the input on."""

    @property
    @abstractmethod
    def weights(self) -> tuple[str, ...]:
        """Names of the parameters that penalties act on."""

    @property
    def statistics(self) -> tuple[str, ...]:
        """Names of what lies among the parameters and is observed, not learned: no gradient moves it."""
        return ()

    @property
    @abstractmethod
    def description(self) -> dict[str, Any]:
        """Plain data from which `catalogue.described` makes a network that answers alike."""

    @abstractmethod
    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """One replica's parameters before any feedback."""

    @abstractmethod
    def forward(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """What it answers: x [R or 1, B, in] → [R, B, out]."""

    def activations(self, parameters: Mapping[str, Tensor], x: Tensor) -> list[Tensor]:
        """What each hidden layer answers, [R, B, units]; none where the network has no such layers."""
        return []

    def practise(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """The same while it learns, for autograd; other answers where something is left out or watched."""
        return self.forward(parameters, x)

    def slope(self, parameters: Parameters, x: Tensor, pull: Pull) -> Slope:
        """Losses and their gradients: `pull` for the answers, then autograd."""
        with torch.enable_grad():
            answer = self.practise(parameters, x)
        losses, pulled = pull(answer.detach())
        return Slope(losses, parameters.gradient((answer * pulled).flatten(1).sum(1)))

    def view(self, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, np.ndarray]:
        """Pictures of how it comes to its answers for rows x [R or 1, B, in], name → [R, ...]."""
        return {}

    def settle(self, parameters: Parameters, step: int) -> None:  # noqa: B027 - most have nothing to do
        """What must happen after update number `step`."""

    def look(self, number: int) -> None:  # noqa: B027 - most draw nothing
        """What it draws is now for gradient `number` of those taken at one moment; a step has 0."""

    def state(self) -> dict[str, Tensor]:
        """Tensors beyond the parameters that must be kept to go on."""
        return {}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:  # noqa: B027 - most kept nothing
        """Takes back what `state` gave."""
