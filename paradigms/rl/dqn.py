"""DQN: values of actions, learned from the rewards of a Gymnasium environment (Mnih et al. 2015).

The loss and its gradient are those of `values.ActionValues`. Deviations from the paper: vector
observations and a multilayer perceptron; several environments a replica; Adam; a termination stops the
bootstrap and a time limit does not (Pardo et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.devices import numbers
from paradigms.engine.losses import squared_error, squared_error_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.rl import native, scenery
from paradigms.rl.environments import Environments
from paradigms.rl.episodes import Played, Seen, play
from paradigms.rl.interaction import Interaction
from paradigms.rl.making import Made
from paradigms.rl.memory import Transitions
from paradigms.rl.observed import Index
from paradigms.rl.values import ActionValues
from paradigms.rl.world import World, episodes

WORDS = {
    "validation": "episodes of validation",
    "test": "episodes of the test",
    "baseline": "random episodes",
}
"""What the episodes of each purpose are called."""
PROBES = 256
"""States on which targets and values are watched."""


class DQN(ActionValues):
    """R agents; reference: the best return, where the environment shows or declares it."""

    def __init__(self, problem: Problem, world: World | None = None) -> None:
        options = problem.options
        self.made: Made = options.env
        self.world = world or World.of(self.made, options.limit)
        self.name, self.see, self.limit = self.world.name, self.world.see, self.world.limit
        self.middle, self.reach = (problem.tensor(bound) for bound in (self.world.middle, self.world.reach))
        self.episodes = episodes(options.eval_episodes)
        super().__init__(problem, self.see.inputs, self.world.actions)
        self.source: Interaction | None = None
        self._seen: tuple[Tensor, Played] | None = None

    def environments(self, copies: int, purpose: str) -> Environments:
        """`copies` environments a replica; an episode's seed hangs on replica, purpose, copy and number."""
        streams = self.problem.streams
        return native.together(
            self.made,
            self.limit,
            self.rows * copies,
            lambda i, episode: streams.seed(i // copies, purpose, i % copies, episode),
            lambda i: f"replica {streams.seeds[i // copies]}, {purpose} {i % copies}",
        )

    def seen(self, observation: Tensor) -> Tensor:
        if isinstance(self.see, Index):
            hot = functional.one_hot(observation.squeeze(2).long(), self.see.inputs)
            return hot.to(self.problem.dtype)
        if self.problem.options.scaled:
            return (observation - self.middle) / self.reach
        return observation

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

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        """Mean return of greedy episodes; the same fresh ones at every look, others for the test."""
        if part == "train":
            return {}
        validating = part == "validation"
        played = self._validated(parameters) if validating else self._greedy(parameters, part)
        return {"return": played.returns.reshape(self.rows, -1).mean(1)}

    def _validated(self, parameters: Parameters) -> Played:
        """The episodes of a validation, played once for the score and for the picture of this moment."""
        if self._seen is None or not torch.equal(self._seen[0], parameters.flat):
            first = range(0, self.rows * self.episodes["validation"], self.episodes["validation"])
            played = self._greedy(parameters, "validation", first)
            self._seen = parameters.flat.clone(), played
        return self._seen[1]

    def _greedy(self, parameters: Parameters, purpose: str, watched: Sequence[int] = ()) -> Played:
        each = self.episodes[purpose]

        @torch.no_grad()
        def policy(observation: np.ndarray) -> np.ndarray:
            seen = self.problem.tensor(observation.reshape(self.rows, each, -1))
            return self.values(parameters, seen).argmax(2).cpu().numpy().ravel()

        return self._play(policy, purpose, watched)

    def _play(
        self,
        policy: Callable[[np.ndarray], np.ndarray],
        purpose: str,
        watched: Sequence[int] = (),
        seen: Seen | None = None,
    ) -> Played:
        """One episode of each copy; the first steps of those that are watched are kept."""
        played = self.environments(self.episodes[purpose], purpose)
        n = len(played)
        between = partial(self.during, f"playing {n:,} {WORDS[purpose]} in {self.name}")
        try:
            found = play(
                played, policy, self.limit,
                watched=watched, longest=scenery.SHOWN, seen=seen, between=between,
            )  # fmt: skip
        finally:
            played.close()
        between(n, n)
        return found

    @cached_property
    def _random(self) -> tuple[np.ndarray, Seen]:
        """Returns [R, K] of a uniformly random policy, and what it saw."""
        streams, each = self.problem.streams, self.episodes["baseline"]
        draws = [streams.generator(r, "baseline") for r in streams.replicas]

        def policy(_: np.ndarray) -> np.ndarray:
            return (np.stack([g.random(each) for g in draws]) * self.actions).astype(int).ravel()

        seen = Seen(self.rows, self.see.width, PROBES)
        return self._play(policy, "baseline", seen=seen).returns.reshape(self.rows, -1), seen

    def baseline(self, part: str) -> np.ndarray:
        return self._random[0].mean(1)

    def reference(self, part: str) -> np.ndarray | None:
        best = self.world.best.value
        return None if best is None else np.full(self.rows, best)

    @cached_property
    def probes(self) -> Tensor:
        """States that the random policy met, [R, N, o], evenly over its steps."""
        seen = self._random[1]
        return self.problem.tensor(np.stack([seen.even(r, PROBES) for r in range(self.rows)]))

    @torch.no_grad()
    def targets(self, parameters: Parameters) -> Tensor:
        """What the bootstrap believes of the probes: max_a Q_θ′(s, a), [R, N]."""
        assert self.target is not None
        return self.values(self.target, self.probes).amax(2)

    @torch.no_grad()
    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        signals = {"q_value": numbers(self.values(parameters, self.probes).amax(2).mean(1))}
        if self.source is not None:
            last = self.source.environments.last_return.reshape(self.rows, -1)
            known = ~np.isnan(last)
            total = np.where(known, last, 0).sum(1)
            signals["episode_return"] = np.where(known.any(1), total / np.maximum(known.sum(1), 1), np.nan)
            signals["epsilon"] = self.source.epsilon
        return signals

    def close(self) -> None:
        if self.source is not None:
            self.source.environments.close()

    def manner(self) -> dict[str, Any]:
        return {"world": self.world.to_json()}

    def scene(self) -> dict[str, np.ndarray]:
        return scenery.axes(self)

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        played = self._validated(parameters)
        returns = played.returns[:: self.episodes["validation"]]
        return scenery.episode(self, played, returns) | scenery.surface(self, parameters)


def build(problem: Problem, world: World | None = None) -> tuple[DQN, list[Phase]]:
    """The learner and its one phase, as long as the budget of environment steps lasts."""
    learner = DQN(problem, world)
    played = learner.environments(problem.options.envs, "environment")
    learner.source = Interaction(problem, played, learner.values, learner.actions)
    return learner, [problem.phase(learner, learner.source, learner.source.updates)]
