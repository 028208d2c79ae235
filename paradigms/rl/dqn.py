"""DQN: values of actions, learned from the rewards of a Gymnasium environment (Mnih et al. 2015).

The loss and its gradient are those of `values.ActionValues`. Deviations from the paper: vector
observations and a multilayer perceptron; several environments a replica; Adam; a termination stops the
bootstrap and a time limit does not (Pardo et al. 2018).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.losses import squared_error, squared_error_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.rl.agent import Agent
from paradigms.rl.interaction import Interaction
from paradigms.rl.memory import Transitions
from paradigms.rl.values import ActionValues
from paradigms.rl.world import World


class DQN(ActionValues, Agent[Transitions]):
    """R agents that learn from what they remember."""

    def __init__(self, problem: Problem, world: World | None = None) -> None:
        self.enter(problem, world)
        super().__init__(problem, self.see.inputs, self.actions, self.see.picture or ())
        self.source: Interaction | None = None

    def seen(self, observation: Tensor) -> Tensor:
        return self.shown(observation)

    def wrong(self, values: Tensor, batch: Transitions, aim: Tensor) -> Tensor:
        if self.problem.options.q_loss == "huber":
            return super().wrong(values, batch, aim)
        return squared_error(values.gather(2, batch.action.unsqueeze(2)).squeeze(2), aim) / 2

    def pull(self, values: Tensor, batch: Transitions, aim: Tensor) -> tuple[Tensor, Tensor]:
        if self.problem.options.q_loss == "huber":
            return super().pull(values, batch, aim)
        taken = batch.action.unsqueeze(2)
        losses, pull = squared_error_pull(values.gather(2, taken).squeeze(2), aim)
        return losses / 2, torch.zeros_like(values).scatter_(2, taken, pull.unsqueeze(2) / 2)

    @torch.no_grad()
    def targets(self, parameters: Parameters) -> Tensor:
        """What the bootstrap believes of the probes: max_a Q_θ′(s, a), [R, N]."""
        assert self.target is not None
        return self.values(self.target, self.probes).amax(2)

    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        found = super().signals(parameters)
        return found if self.source is None else found | {"epsilon": self.source.epsilon}


def build(problem: Problem, world: World | None = None) -> tuple[DQN, list[Phase]]:
    """The learner and its one phase, as long as the budget of environment steps lasts."""
    learner = DQN(problem, world)
    learner.played = learner.environments(problem.options.envs, "environment")
    learner.source = Interaction(problem, learner.played, learner.values, learner.actions)
    return learner, [problem.phase(learner, learner.source, learner.source.updates)]
