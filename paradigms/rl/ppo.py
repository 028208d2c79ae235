"""Proximal policy optimisation: several updates on one stretch of play, none of which goes far from it.

Loss: L(θ) = −mean min(ρ Â, clip(ρ, 1 − c, 1 + c) Â), ρ = π_θ(a | s) / π(a | s) when it was played (Schulman
et al. 2017). Its gradient is REINFORCE's, times ρ, until an act is c likelier than it was where that is good,
or c less where that is bad: from there on it says nothing. c falls to 0 during training.
"""

from __future__ import annotations

import torch
from torch import Tensor

from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.rl.playing import Acts
from paradigms.rl.policy import PolicyGradient

ROOM = 0.2
"""c at the start."""


class PPO(PolicyGradient):
    """R policies that stay near the one that played."""

    room = ROOM

    @property
    def passes(self) -> int:
        return int(self.problem.options.passes)

    def surrogate(self, ratio: Tensor, batch: Acts) -> Tensor:
        near = ratio.clamp(1 - batch.room, 1 + batch.room)
        return torch.minimum(ratio * batch.advantage, near * batch.advantage)

    def steepness(self, ratio: Tensor, batch: Acts) -> Tensor:
        good = batch.advantage > 0
        free = torch.where(good, ratio <= 1 + batch.room, ratio >= 1 - batch.room)
        return ratio * batch.advantage * free


def build(problem: Problem) -> tuple[PPO, list[Phase]]:
    """The learner and its one phase."""
    learner = PPO(problem)
    return learner, learner.phases()
