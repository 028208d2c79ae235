"""DQN: values of actions, learned from the rewards of a Gymnasium environment (Mnih et al. 2015).

The loss and its gradient are those of `values.ActionValues`. Deviations from the paper: vector
observations and a multilayer perceptron; several environments a replica; Adam; a termination stops the
bootstrap and a time limit does not (Pardo et al. 2018).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.devices import numbers
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.rl import environments, native, scenery
from paradigms.rl.episodes import Played, play
from paradigms.rl.interaction import Interaction
from paradigms.rl.optimum import best_return
from paradigms.rl.values import ActionValues

EPISODES = {"validation": 5, "test": 100, "baseline": 100}
"""Episodes a score is the mean of."""
PROBES = 256
"""States on which targets and values are watched."""


class DQN(ActionValues):
    """R agents; reference: the best return, where the environment shows or declares it."""

    def __init__(self, problem: Problem) -> None:
        settings = problem.settings
        self.made: environments.Made = settings["env"]
        self.name = environments.title(self.made)
        self.limit = scenery.limit(self.made, settings["limit"])
        env = self._create()
        self.see = environments.observing(env)
        self.middle, self.reach = (problem.tensor(bound) for bound in environments.bounds(env))
        self.best, _ = best_return(self.name, env)
        super().__init__(problem, self.see.inputs, int(env.action_space.n))
        self.source: Interaction | None = None
        self._seen: tuple[Tensor, Played] | None = None

    def _create(self) -> Any:
        return environments.make(self.made, self.limit)

    def environments(self, copies: int, purpose: str) -> environments.Environments:
        """`copies` environments a replica; an episode's seed hangs on replica, purpose, copy and number."""
        streams = self.problem.streams
        return native.together(
            self._create,
            self.rows * copies,
            lambda i, episode: streams.seed(i // copies, purpose, i % copies, episode),
            lambda i: f"replica {streams.seeds[i // copies]}, {purpose} {i % copies}",
        )

    def seen(self, observation: Tensor) -> Tensor:
        if isinstance(self.see, environments.Index):
            hot = functional.one_hot(observation.squeeze(2).long(), self.see.inputs)
            return hot.to(self.problem.dtype)
        if self.problem.settings["scaled"]:
            return (observation - self.middle) / self.reach
        return observation

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        """Mean return of greedy episodes; the same fresh ones at every look, others for the test."""
        if part == "train":
            return {}
        validating = part == "validation"
        played = self._validated(parameters) if validating else self._greedy(parameters, EPISODES[part], part)
        return {"return": played.returns.reshape(self.rows, -1).mean(1)}

    def _validated(self, parameters: Parameters) -> Played:
        """The episodes of a validation, played once for the score and for the picture of this moment."""
        if self._seen is None or not torch.equal(self._seen[0], parameters.flat):
            played = self._greedy(parameters, EPISODES["validation"], "validation")
            self._seen = parameters.flat.clone(), played
        return self._seen[1]

    def _greedy(self, parameters: Parameters, episodes: int, purpose: str) -> Played:
        @torch.no_grad()
        def policy(observation: np.ndarray) -> np.ndarray:
            seen = self.problem.tensor(observation.reshape(self.rows, episodes, -1))
            return self.values(parameters, seen).argmax(2).cpu().numpy().ravel()

        played = self.environments(episodes, purpose)
        try:
            return play(played, policy, self.limit)
        finally:
            played.close()

    @cached_property
    def _random(self) -> Played:
        """Episodes of a uniformly random policy."""
        episodes = EPISODES["baseline"]
        draws = self.problem.streams.stack(lambda g: g.random((self.limit, episodes)), "baseline")
        chosen = iter((draws * self.actions).astype(int).swapaxes(0, 1).reshape(self.limit, -1))
        return play(self.environments(episodes, "baseline"), lambda _: next(chosen), self.limit)

    def baseline(self, part: str) -> np.ndarray:
        return self._random.returns.reshape(self.rows, -1).mean(1)

    def reference(self, part: str) -> np.ndarray | None:
        return None if self.best is None else np.full(self.rows, self.best)

    @cached_property
    def probes(self) -> Tensor:
        """States that the random policy met, [R, N, o], evenly over its steps."""
        seen = self._random.observations  # [T, R * K, o]
        states = []
        for block in seen.reshape(len(seen), self.rows, -1, self.see.width).transpose(1, 0, 2, 3):
            met = block.reshape(-1, self.see.width)
            met = met[~np.isnan(met[:, 0])]
            states.append(met[np.linspace(0, len(met) - 1, PROBES).astype(int)])
        return self.problem.tensor(np.stack(states))

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

    def scene(self) -> dict[str, np.ndarray]:
        return scenery.axes(self)

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        first = self._validated(parameters).every(EPISODES["validation"])
        return scenery.episode(self, first) | scenery.surface(self, parameters)


def build(problem: Problem) -> tuple[DQN, list[Phase]]:
    """The learner and its one phase, as long as the budget of environment steps lasts."""
    learner = DQN(problem)
    played = learner.environments(int(problem.settings["envs"]), "environment")
    learner.source = Interaction(problem, played, learner.values, learner.actions)
    return learner, [problem.phase(learner, learner.source, learner.source.updates)]
