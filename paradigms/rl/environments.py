"""Gymnasium environments, many at once, every episode with a seed of its own.

An environment's state is its episode's seed and the actions since: nothing else is needed to come
back to it. Scalar environments are stepped in a plain loop: Gymnasium's own vector wrappers share
generators between copies, reset at moments of their own, or cost more than the step itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np

from paradigms.errors import Failed
from paradigms.rl.answers import begun, taken
from paradigms.rl.faults import Wrong, failed, shut
from paradigms.rl.observed import observing


@dataclass(frozen=True)
class Step:
    """What n environments answered: `after` [n, o] is the true next observation, also at an episode's end."""

    after: np.ndarray
    reward: np.ndarray  # [n]
    terminated: np.ndarray  # [n]
    ended: np.ndarray  # [n], terminated or truncated


class Environments:
    """n copies, stepped together; copy i's episode number e starts from `seed(i, e)`.

    A copy whose episode ended starts its next one at once; `observation` [n, o] is always where the
    next action will be taken. `heed` is called before whatever may take long, and may raise.
    """

    def __init__(
        self,
        copies: Sequence[gymnasium.Env[Any, Any]],
        seed: Callable[[int, int], int],
        owner: Callable[[int], str] = lambda i: f"copy {i}",
    ) -> None:
        self.copies, self.owner, n = copies, owner, len(copies)
        self.see = observing(self.copies[0].observation_space)
        self.first_action = int(self.copies[0].action_space.start)  # type: ignore[attr-defined]
        self._seed = seed
        self.episode = np.full(n, -1)
        self.actions: list[list[int]] = [[] for _ in range(n)]
        self.steps, self.closed, self.forgetful = [0] * n, [False] * n, False
        self.heed: Callable[[], None] = lambda: None
        self.observation = np.zeros((n, self.see.width), self.see.dtype)
        self.earned = np.zeros(n)
        self.last_return = np.full(n, np.nan)

    def __len__(self) -> int:
        return len(self.copies)

    def start(self, i: int) -> None:
        """Copy i begins its next episode."""
        self.episode[i] += 1
        self.actions[i].clear()
        self.steps[i] = 0
        self.earned[i] = 0.0
        try:
            self.observation[i] = self.see.keep(begun(self.copies[i], self._seed(i, int(self.episode[i]))))
        except Exception as error:
            raise self._failed(i, error) from error

    def start_all(self) -> None:
        """Every copy begins an episode."""
        for i in range(len(self)):
            self.heed()
            self.start(i)
        self.check()

    def step(self, actions: Sequence[int]) -> Step:
        """Takes one action in every copy; an episode that ends is followed by the next."""
        answer = self.some(range(len(self)), actions)
        self.observation[:] = answer.after
        self.check()
        for i in np.flatnonzero(answer.ended).tolist():
            self.last_return[i] = self.earned[i]
            self.start(i)
        return answer

    def some(self, which: Sequence[int], actions: Sequence[int]) -> Step:
        """One action in each of the copies numbered `which`; `observation` is left to the caller."""
        n = len(which)
        after = np.empty((n, self.see.width), self.see.dtype)
        reward, terminated, ended = np.empty(n, np.float32), np.empty(n, bool), np.empty(n, bool)
        for place, (i, action) in enumerate(zip(which, actions, strict=True)):
            self.heed()
            after[place], reward[place], terminated[place], ended[place] = self.act(i, action)
        return Step(after, reward, terminated, ended)

    def act(self, i: int, action: int) -> tuple[np.ndarray, float, bool, bool]:
        """One action in one copy: observation, reward, terminated, ended."""
        self.count(i, action)
        try:
            observation, reward, terminated, ended = taken(self.copies[i], action + self.first_action)
            self.earned[i] += reward
            return self.see.keep(observation), reward, terminated, ended
        except Exception as error:
            raise self._failed(i, error) from error

    def count(self, i: int, action: int) -> None:
        """Copy i takes another step; the action is kept unless nobody will play it back."""
        self.steps[i] += 1
        if not self.forgetful:
            self.actions[i].append(action)

    def check(self) -> None:
        """Raises where an observation is not a number, or infinite."""
        if self.observation.dtype.kind != "f":
            return
        lost = ~np.isfinite(self.observation)
        if lost.any():
            i, variable = (int(place) for place in np.argwhere(lost)[0])
            what = "NaN" if np.isnan(self.observation[i, variable]) else "an infinite number"
            raise self._failed(i, Wrong(f"{what} in its observation (observation {variable})"))

    def _failed(self, i: int, error: Exception) -> Failed:
        where = f"step {self.steps[i]} of episode {self.episode[i]}"
        return failed(f"{self.owner(i)}, {where}", self.copies[i], error)

    def state(self) -> dict[str, Any]:
        """Where every copy is: its episode and the actions since."""
        return {
            "episode": self.episode.tolist(),
            "actions": [list(one) for one in self.actions],
            "last_return": [None if np.isnan(r) else float(r) for r in self.last_return],
        }

    def restore(self, state: dict[str, Any], observation: np.ndarray) -> list[int]:
        """Plays every copy back to where it was; returns those that did not come to the same observation."""
        self.episode[:] = np.array(state["episode"]) - 1
        self.last_return[:] = [np.nan if r is None else r for r in state["last_return"]]
        for i in range(len(self)):
            self.start(i)
        self._again(state["actions"])
        return np.flatnonzero((self.observation != observation).any(1)).tolist()

    def _again(self, actions: Sequence[Sequence[int]]) -> None:
        """Takes each copy's actions, all copies at once, as when they were played first."""
        playing, step = [i for i, one in enumerate(actions) if len(one)], 0
        while playing:
            answer = self.some(playing, [actions[i][step] for i in playing])
            self.observation[playing] = answer.after
            for place in np.flatnonzero(answer.ended):  # it went on when it was played first
                self.start(playing[place])
            step += 1
            left = zip(playing, answer.ended, strict=True)
            playing = [i for i, ended in left if not ended and step < len(actions[i])]

    def dismiss(self, which: Iterable[int]) -> None:
        """Closes these copies, which are not played again."""
        for i in which:
            if not self.closed[i]:
                self.closed[i] = True
                shut(self.copies[i])

    def close(self) -> None:
        """Closes every copy."""
        self.dismiss(range(len(self)))
