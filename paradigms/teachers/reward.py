"""The teacher who only says right or wrong: DQN in the environment `paradigms/Guess-v0`.

Loss: L(θ) = mean Huber(Q_θ(x, a) − r), a the guess and r the verdict. Its gradient moves the value of
the class that was guessed towards 1 or 0 and leaves all others alone: of ten classes, nine are not
spoken of. With a reward that comes at once nothing follows from a guess, so γ is 0 and there is no
bootstrap; with a delay of k images the target is a (k + 1)-step return, in which the verdict stands
among k others.

The environments of a replica deal its training rows in the order in which the other learners meet them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.losses import largest
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Order
from paradigms.engine.training import Phase
from paradigms.networks.network import Network
from paradigms.rl.environments import Environments
from paradigms.rl.guess import Guess
from paradigms.rl.interaction import Interaction
from paradigms.rl.memory import Transitions
from paradigms.rl.values import ActionValues
from paradigms.supervised.grading import Grading, Namer

PROBES = 256
"""Training rows on which targets are watched."""


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], and `probability` [R, N, C] of being right as it believes, for rows x."""
    values = network.forward(parameters, x)
    return {"prediction": largest(values), "probability": values.clamp(0, 1)}


class Guesser(Namer[Transitions], ActionValues):
    """R agents that name classes; reference: LogisticRegression, which is told every answer."""

    def __init__(self, problem: Problem) -> None:
        self.parts, self.grading = problem.parts, Grading(problem.parts, problem.classes)
        ActionValues.__init__(self, problem, self.parts["train"].x.shape[2], problem.classes)
        self.source = Interaction(problem, self._environments(), self.values, problem.classes)

    def _environments(self) -> Environments:
        """As many as there are examples in a moment, for each replica."""
        options, train = self.problem.options, self.parts["train"]
        noise = self.problem.each(options.reward_noise)
        moment, deal = options.envs, _Deal(self.problem)
        x, y = train.x.float().cpu().numpy(), self.grading.true("train").cpu().numpy()
        copies = [
            Guess(x[min(r, len(x) - 1)], y[r], self.actions, options.delay, noise[r], deal.to(r, e))
            for r in self.problem.streams.replicas
            for e in range(moment)
        ]
        streams = self.problem.streams
        return Environments(
            copies, lambda i, episode: streams.seed(i // moment, "environment", i % moment, episode)
        )

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, parameters, x)

    @torch.no_grad()
    def targets(self, parameters: Parameters) -> Tensor | None:
        """Verdicts stay what they are; what is bootstrapped beyond a delay does not."""
        if not self.bootstrapped or self.target is None:
            return None
        return self.values(self.target, self.parts["train"].x[:, :PROBES]).amax(2)

    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        earned = self.source.environments.earned.reshape(self.rows, -1).sum(1)
        return {"rewards": earned, "epsilon": self.source.epsilon}


class _Deal:
    """Which training row each environment shows: moment t of a replica is the t-th stretch of its order."""

    def __init__(self, problem: Problem) -> None:
        self.moment = problem.options.envs
        self.order = Order(problem.parts["train"].rows, problem.streams, torch.device("cpu"))
        self._at, self._rows = -1, np.empty((0, 0), int)

    def to(self, replica: int, environment: int) -> Callable[[int], int]:
        """For one environment: number of the image → training row."""

        def deal(t: int) -> int:
            if t != self._at:
                self._at, self._rows = t, self.order.take(t * self.moment, self.moment).numpy()
            return int(self._rows[min(replica, len(self._rows) - 1), environment])

        return deal


def build(problem: Problem) -> tuple[Guesser, list[Phase]]:
    """The learner and its one phase: a moment of new images, then `replay` updates from memory."""
    asked = problem.options
    options = replace(
        asked,
        envs=asked.batch_size,
        updates_per_step=asked.replay,
        learning_starts=0,
        n_step=asked.delay + 1,
        gamma=asked.gamma if asked.delay else 0.0,
        double=True,
    )
    learner = Guesser(replace(problem, options=options))
    return learner, [problem.phase(learner, learner.source, learner.source.updates)]
