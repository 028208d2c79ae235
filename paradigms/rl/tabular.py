"""A table of what every action is worth in every state, learned from one step at a time.

Loss: L(Q) = ½ mean (Q(s, a) − y)², y = r + γ · (what the table believes of the rest), held constant. Its
gradient moves one number of the table towards y: a step of plain gradient descent with rate α is the
textbooks' update Q(s, a) ← Q(s, a) + α (y − Q(s, a)) (Sutton & Barto 2018, chapter 6). What is believed of
the rest is all that `qlearning` and `sarsa` differ in. Deviations: α and ε fall during training; the next
action is chosen before the step is learned from, by both, where the book lets Q-learning choose after it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.losses import squared_error, squared_error_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.errors import UsageError
from paradigms.rl.agent import Agent
from paradigms.rl.observed import Index
from paradigms.rl.walking import Steps, Walking
from paradigms.rl.world import World


class Tabular(Agent[Steps]):
    """R tables [S, A]; reference: value iteration, where the environment publishes its transitions."""

    replayed = True

    def __init__(self, problem: Problem, world: World | None = None) -> None:
        self.enter(problem, world)
        if not isinstance(self.see, Index):
            raise UsageError(
                f"{self.name} {self.world.words()}, and a table needs states with numbers.",
                "Try --env CliffWalking-v1, or learn by dqn.",
            )
        self.walking: Walking | None = None
        self.believed: Parameters | None = None

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        return {"values": (self.see.inputs, self.actions)}

    def initial(self, replica: int, generator: np.random.Generator) -> Mapping[str, np.ndarray]:
        """Nothing is worth anything."""
        return {"values": np.zeros((self.see.inputs, self.actions))}

    def values(self, parameters: Parameters, observation: Tensor) -> Tensor:
        states = observation.long().expand(-1, -1, self.actions)
        return parameters["values"].gather(1, states)

    @abstractmethod
    def future(self, values: Tensor, batch: Steps) -> Tensor:
        """What the rest is worth, [R, B], by the values of the next state, [R, B, A]."""

    def begin(self, parameters: Parameters) -> None:
        """What is believed of the rest is a copy, so that it stands still while the table moves."""
        self.believed = parameters.like(parameters.flat.clone())

    def settle(self, parameters: Parameters, step: int) -> None:
        """The copy follows after every update."""
        assert self.believed is not None
        self.believed.flat.copy_(parameters.flat)

    @torch.no_grad()
    def aim(self, batch: Steps) -> Tensor:
        """y [R, B]."""
        assert self.believed is not None
        rest = self.values(self.believed, batch.after.unsqueeze(2))
        return batch.reward + batch.onward * self.future(rest, batch)

    def _place(self, batch: Steps) -> Tensor:
        """Which number of the table each step is about, [R, B]."""
        return batch.state * self.actions + batch.action

    def loss(self, parameters: Parameters, batch: Steps) -> Tensor:
        told = parameters["values"].flatten(1).gather(1, self._place(batch))
        return squared_error(told, self.aim(batch)) / 2

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Steps) -> Slope:
        place = self._place(batch)
        told = parameters["values"].flatten(1).gather(1, place)
        losses, pull = squared_error_pull(told, self.aim(batch))
        gradient = torch.zeros_like(parameters.flat).scatter_add_(1, place, pull / 2)
        return Slope(losses / 2, gradient)

    @torch.no_grad()
    def targets(self, parameters: Parameters) -> Tensor:
        """The best value of every state, [R, S]."""
        return parameters["values"].detach().amax(2)

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        """Mean absolute change over the mean absolute value."""
        return (after - before).abs().mean(1) / after.abs().mean(1).clamp_min(1e-12)

    def state(self) -> dict[str, Tensor]:
        """The copy."""
        assert self.believed is not None
        return {"target": self.believed.flat}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        assert self.believed is not None
        self.believed.flat.copy_(tensors["target"])

    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        found = super().signals(parameters)
        if self.walking is None:
            return found
        return found | {"earned": self.walking.earned, "epsilon": self.walking.epsilon}

    def phases(self) -> list[Phase]:
        """One, as long as the budget of environment steps lasts."""
        self.played = self.environments(self.problem.options.envs, "environment")
        self.walking = Walking(self.problem, self.played)
        return [self.problem.phase(self, self.walking, self.walking.updates)]
