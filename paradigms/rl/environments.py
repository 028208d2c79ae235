"""Gymnasium environments, many at once, every episode with a seed of its own.

An environment's state is its episode's seed and the actions since: nothing else is needed to come
back to it. Scalar environments are stepped in a plain loop: Gymnasium's own vector wrappers share
generators between copies, reset at moments of their own, or cost more than the step itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.envs.registration import EnvSpec

from paradigms.errors import Failed, UsageError, unknown
from paradigms.rl.faults import Wrong, failed


@dataclass(frozen=True)
class Step:
    """What n environments answered: `after` [n, o] is the true next observation, also at an episode's end."""

    after: np.ndarray
    reward: np.ndarray  # [n]
    terminated: np.ndarray  # [n]
    ended: np.ndarray  # [n], terminated or truncated


class Vector:
    """A Box observation, a vector or a grey image: its numbers, in a row."""

    def __init__(self, space: spaces.Box) -> None:
        self.width = self.inputs = int(np.prod(space.shape))

    def keep(self, observation: Any) -> np.ndarray:
        """A copy: some environments reuse their buffer."""
        kept = np.array(observation, dtype=np.float32).reshape(-1)
        if len(kept) != self.width:
            raise Wrong(f"an observation of shape {np.shape(observation)} instead of {self.width} numbers")
        return kept


class Index:
    """A Discrete observation: one number, shown to the network one-hot."""

    def __init__(self, space: spaces.Discrete) -> None:
        self.width, self.inputs, self.first = 1, int(space.n), int(space.start)

    def keep(self, observation: Any) -> np.ndarray:
        """The number, counted from 0."""
        number = int(observation) - self.first
        if not 0 <= number < self.inputs:
            raise Wrong(f"an observation {observation} that its space does not hold")
        return np.array([number], dtype=np.float32)


Made = str | EnvSpec | Callable[[], gymnasium.Env[Any, Any]]
"""What an environment can be made from: its name, its specification, or a function."""


def title(made: Made) -> str:
    """What an environment is called."""
    if isinstance(made, str):
        return made
    return made.id if isinstance(made, EnvSpec) else getattr(made, "__name__", type(made).__name__)


def make(made: Made, limit: int | None = None) -> gymnasium.Env[Any, Any]:
    """One environment that DQN can play; `limit` sets its longest episode.

    Raises:
        UsageError: unknown name, a missing package, continuous actions, or observations of another kind.
    """
    name = title(made)
    try:
        env = _make(made, limit)
    except gymnasium.error.DependencyNotInstalled as error:
        raise UsageError(f"{name} needs a package that is not installed: {error}.") from None
    except (gymnasium.error.Error, ModuleNotFoundError) as error:
        known = list(gymnasium.registry)
        raise (
            unknown("environment", name, known) if name not in known else UsageError(f"{name}: {error}.")
        ) from None
    _check(name, env)
    return env


def _make(made: Made, limit: int | None) -> gymnasium.Env[Any, Any]:
    if isinstance(made, str | EnvSpec):
        return gymnasium.make(made, disable_env_checker=True, max_episode_steps=limit)
    env = made()
    return env if limit is None else gymnasium.wrappers.TimeLimit(env, limit)


def _check(name: str, env: gymnasium.Env[Any, Any]) -> None:
    actions, observed = env.action_space, env.observation_space
    if not isinstance(actions, spaces.Discrete):
        kind = type(actions).__name__
        raise UsageError(f"{name} has a {kind} action space; DQN needs Discrete.", "Try --env CartPole-v1.")
    numbers = isinstance(observed, spaces.Box) and len(observed.shape) in (1, 2)
    if not numbers and not isinstance(observed, spaces.Discrete):
        kind, shape = type(observed).__name__, getattr(observed, "shape", "")
        raise UsageError(
            f"{name} has {kind}{shape} observations; DQN here needs a vector, a grey image or Discrete."
        )


def observing(env: gymnasium.Env[Any, Any]) -> Vector | Index:
    """How this environment's observations are kept."""
    space = env.observation_space
    return Index(space) if isinstance(space, spaces.Discrete) else Vector(space)  # type: ignore[arg-type]


def bounds(env: gymnasium.Env[Any, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Middle and half-width of every observed number's declared range; 0 and 1 where none is declared."""
    space = env.observation_space
    low, high = (np.ravel(getattr(space, end, 0.0)).astype(float) for end in ("low", "high"))
    declared = np.isfinite(low) & np.isfinite(high) & (high > low)
    low, high = np.where(declared, low, -1.0), np.where(declared, high, 1.0)
    return (low + high) / 2, (high - low) / 2


class Environments:
    """n copies, stepped together; copy i's episode number e starts from `seed(i, e)`.

    A copy whose episode ended starts its next one at once; `observation` [n, o] is always where the
    next action will be taken.
    """

    def __init__(
        self,
        copies: Sequence[gymnasium.Env[Any, Any]],
        seed: Callable[[int, int], int],
        owner: Callable[[int], str] = lambda i: f"copy {i}",
    ) -> None:
        self.copies, self.owner, n = copies, owner, len(copies)
        self.see = observing(self.copies[0])
        self.first_action = int(self.copies[0].action_space.start)  # type: ignore[attr-defined]
        self._seed = seed
        self.episode = np.full(n, -1)
        self.actions: list[list[int]] = [[] for _ in range(n)]
        self.observation = np.zeros((n, self.see.width), np.float32)
        self.earned = np.zeros(n)
        self.last_return = np.full(n, np.nan)

    def __len__(self) -> int:
        return len(self.copies)

    def start(self, i: int) -> None:
        """Copy i begins its next episode."""
        self.episode[i] += 1
        self.actions[i].clear()
        self.earned[i] = 0.0
        try:
            observation, _ = self.copies[i].reset(seed=self._seed(i, int(self.episode[i])))
            self.observation[i] = self.see.keep(observation)
        except Exception as error:
            raise self._failed(i, error) from error

    def start_all(self) -> None:
        """Every copy begins an episode."""
        for i in range(len(self)):
            self.start(i)
        self.check()

    def step(self, actions: Sequence[int]) -> Step:
        """Takes one action in every copy; an episode that ends is followed by the next."""
        taken = self.some(range(len(self)), actions)
        self.observation[:] = taken.after
        self.check()
        for i in np.flatnonzero(taken.ended).tolist():
            self.last_return[i] = self.earned[i]
            self.start(i)
        return taken

    def some(self, which: Sequence[int], actions: Sequence[int]) -> Step:
        """One action in each of the copies numbered `which`; `observation` is left to the caller."""
        n = len(which)
        after = np.empty((n, self.see.width), np.float32)
        reward, terminated, ended = np.empty(n, np.float32), np.empty(n, bool), np.empty(n, bool)
        for place, (i, action) in enumerate(zip(which, actions, strict=True)):
            after[place], reward[place], terminated[place], ended[place] = self.act(i, action)
        return Step(after, reward, terminated, ended)

    def act(self, i: int, action: int) -> tuple[np.ndarray, float, bool, bool]:
        """One action in one copy: observation, reward, terminated, ended."""
        try:
            observation, reward, terminated, truncated, _ = self.copies[i].step(action + self.first_action)
            self.actions[i].append(action)
            self.earned[i] += float(reward)
            if math.isnan(self.earned[i]):
                raise Wrong("a reward that is not a number")
            return self.see.keep(observation), float(reward), bool(terminated), bool(terminated or truncated)
        except Exception as error:
            raise self._failed(i, error) from error

    def check(self) -> None:
        """Raises where an observation is not a number."""
        lost = np.isnan(self.observation).any(1)
        if lost.any():
            raise self._failed(int(lost.argmax()), Wrong("NaN in its observation"))

    def _failed(self, i: int, error: Exception) -> Failed:
        where = f"step {len(self.actions[i])} of episode {self.episode[i]}"
        return failed(f"{self.owner(i)}, {where}", self.copies[i], error)

    def state(self) -> dict[str, Any]:
        """Where every copy is: its episode and the actions since."""
        return {
            "episode": self.episode.tolist(),
            "actions": [list(taken) for taken in self.actions],
            "last_return": [None if np.isnan(r) else float(r) for r in self.last_return],
        }

    def restore(self, state: dict[str, Any], observation: np.ndarray) -> list[int]:
        """Plays every copy back to where it was; returns those that did not come to the same observation."""
        self.episode[:] = np.array(state["episode"]) - 1
        self.last_return[:] = [np.nan if r is None else r for r in state["last_return"]]
        for i, actions in enumerate(state["actions"]):
            self.start(i)
            for action in actions:
                self.observation[i], _, _, ended = self.act(i, action)
                if ended:  # it went on when it was played first
                    self.start(i)
                    break
        return np.flatnonzero((self.observation != observation).any(1)).tolist()

    def close(self) -> None:
        """Closes every copy."""
        for copy in self.copies:
            copy.close()
