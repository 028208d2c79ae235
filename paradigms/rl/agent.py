"""Whoever acts: an agent's copies of its environment, the episodes that judge it, and what a page may show.

A learner here says which action it takes (`choose`) and what it thinks actions are worth (`values`); the rest
is the same whatever taught it. Its score is the mean return of greedy episodes, the baseline is a uniformly
random policy, the reference the best return where the environment shows or declares it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.batch import Batch
from paradigms.engine.devices import numbers
from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.rl import native, scenery
from paradigms.rl.environments import Environments
from paradigms.rl.episodes import Played, Seen, play
from paradigms.rl.making import Made
from paradigms.rl.observed import Index
from paradigms.rl.world import World, episodes

WORDS = {
    "validation": "episodes of validation",
    "test": "episodes of the test",
    "baseline": "random episodes",
}
"""What the episodes of each purpose are called."""
PROBES = 256
"""States on which targets and values are watched."""


class Agent(Learner[Batch]):
    """R agents in environments of their own; a subclass calls `enter` before all else."""

    problem: Problem

    def enter(self, problem: Problem, world: World | None = None) -> None:
        """Takes what is known of the environment, which is looked at where nobody has yet."""
        options = problem.options
        self.problem = problem
        self.made: Made = options.env
        self.world = world or World.of(self.made, options.limit)
        self.name, self.see, self.limit = self.world.name, self.world.see, self.world.limit
        self.middle, self.reach = (problem.tensor(bound) for bound in (self.world.middle, self.world.reach))
        self.actions = self.world.actions
        self.episodes = episodes(options.eval_episodes)
        self.played: Environments | None = None
        self._seen: tuple[Tensor, Played] | None = None

    @property
    def rows(self) -> int:
        """R."""
        return len(self.problem.streams.seeds)

    @abstractmethod
    def values(self, parameters: Parameters, observation: Tensor) -> Tensor:
        """What each action is thought to be worth where [R, B, o] is observed: [R, B, A]."""

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

    def shown(self, observation: Tensor) -> Tensor:
        """Observations [R, B, o] as a network is shown them, [R, B, inputs]."""
        if isinstance(self.see, Index):
            hot = functional.one_hot(observation.squeeze(2).long(), self.see.inputs)
            return hot.to(self.problem.dtype)
        if self.problem.options.scaled:
            return (observation - self.middle) / self.reach
        return observation

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        """Mean return of greedy episodes, the same at every look, and the share that the limit cut."""
        if part == "train":
            return {}
        validating = part == "validation"
        played = self._validated(parameters) if validating else self._greedy(parameters, part)
        told = {"return": played.returns, "cut": played.cut}
        return {name: each.reshape(self.rows, -1).mean(1) for name, each in told.items()}

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
    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        signals = {"q_value": numbers(self.values(parameters, self.probes).amax(2).mean(1))}
        if self.played is not None:
            last = self.played.last_return.reshape(self.rows, -1)
            known = ~np.isnan(last)
            total = np.where(known, last, 0).sum(1)
            signals["episode_return"] = np.where(known.any(1), total / np.maximum(known.sum(1), 1), np.nan)
        return signals

    def close(self) -> None:
        if self.played is not None:
            self.played.close()

    def manner(self) -> dict[str, Any]:
        return {"world": self.world.to_json()}

    def scene(self) -> dict[str, np.ndarray]:
        return scenery.axes(self)

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        played = self._validated(parameters)
        returns = played.returns[:: self.episodes["validation"]]
        return scenery.episode(self, played, returns) | scenery.surface(self, parameters)
