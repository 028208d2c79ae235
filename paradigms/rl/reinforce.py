"""REINFORCE with a learned baseline: what turned out better than expected becomes likelier (Williams 1992).

Loss: L(θ) = −mean log π_θ(a | s) Â, Â = what was earned from there on less what the critic expected, in
deviations of the stretch. Its gradient pushes the log-probability of every act by how good it turned out,
and each stretch of play is used once: after the update it is another policy's.
"""

from __future__ import annotations

from torch import Tensor

from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.rl.playing import Acts
from paradigms.rl.policy import PolicyGradient


class Reinforce(PolicyGradient):
    """R policies that learn from each act once."""

    @property
    def passes(self) -> int:
        return 1

    def surrogate(self, ratio: Tensor, batch: Acts) -> Tensor:
        return (ratio.log() + batch.likely) * batch.advantage

    def steepness(self, ratio: Tensor, batch: Acts) -> Tensor:
        return batch.advantage


def build(problem: Problem) -> tuple[Reinforce, list[Phase]]:
    """The learner and its one phase."""
    learner = Reinforce(problem)
    return learner, learner.phases()
