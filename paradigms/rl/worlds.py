"""Worlds small enough to compute: ten arms of which one is best, a chain of right moves, a corridor, a star.

Bandit (Sutton & Barto, section 2.3): one state, ten actions; a pull ends the episode and earns the arm's mean
plus normal noise. The means are drawn once, from `arms`.

Chain: `length` right moves in a row earn 1, any other move ends the episode with nothing. Which move is right
is drawn for each place from `arms` too. Chance needs 2ⁿ ln 2 episodes in the median.

Corridor: `length` steps from one end to the other, where alone 1 is paid; a move leads back or on, and the
wall behind the first place holds. By targets of one step, what the end pays is known one place further back
at each visit. Chance needs length · (length + 1) steps in the mean.

Star (Baird 1995): seven states that are met alike, all leading to the seventh. What is earned is noise around
nothing, so every value is 0, and eight features are enough to say so. Linear values that aim at their own
estimate of the seventh leave all bounds nevertheless: it is aimed at from everywhere and learned one time in
seven. (Baird's rewards are exactly 0 and his weights start elsewhere; a linear map here starts at 0.)

>>> import gymnasium
>>> chain = gymnasium.make("paradigms.rl:paradigms/Chain-v0", length=3)
>>> chain.observation_space, chain.action_space
(Discrete(4), Discrete(2))
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

ARMS, LENGTH, PLACES = 10, 6, 10
Transitions = dict[int, dict[int, list[tuple[float, int, float, bool]]]]


class _Numbered(gymnasium.Env[np.int64, np.int64]):
    """States by number, starting in the first."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - Gymnasium's own declaration

    def __init__(self, states: int, actions: int) -> None:
        self.observation_space, self.action_space = spaces.Discrete(states), spaces.Discrete(actions)
        self.initial_state_distrib = np.eye(states)[0]
        self._state = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.int64, dict[str, Any]]:
        """To the first state."""
        super().reset(seed=seed)
        self._state = 0
        return np.int64(0), {}


class Bandit(_Numbered):
    """One pull an episode. Its rewards are noisy, so that it publishes no transitions."""

    def __init__(self, arms: int = 0) -> None:
        super().__init__(1, ARMS)
        self.means = np.random.default_rng(arms).normal(size=ARMS)
        self.metadata = {**self.metadata, "best_known": (float(self.means.max()), "the mean of the best arm")}

    def step(self, action: np.int64) -> tuple[np.int64, float, bool, bool, dict[str, Any]]:
        """The arm's mean, and noise."""
        return np.int64(0), float(self.means[int(action)] + self.np_random.normal()), True, False, {}


class Chain(_Numbered):
    """States 0 to `length`; the last is where all moves were right. `P` is as in Gymnasium's own worlds."""

    def __init__(self, length: int = LENGTH, arms: int = 0) -> None:
        super().__init__(length + 1, 2)
        right = np.random.default_rng(arms).integers(2, size=length)
        self.P: Transitions = {length: {move: [(1.0, length, 0.0, True)] for move in range(2)}}
        for state, move in enumerate(right.tolist()):
            last = state == length - 1
            self.P[state] = {
                move: [(1.0, state + 1, 1.0 if last else 0.0, last)],
                1 - move: [(1.0, state, 0.0, True)],
            }

    def step(self, action: np.int64) -> tuple[np.int64, float, bool, bool, dict[str, Any]]:
        """As `P` says."""
        _, self._state, reward, over = self.P[self._state][int(action)][0]
        return np.int64(self._state), reward, over, False, {}


class Corridor(_Numbered):
    """Places 0 to `length` in a row; at the last it is over. `P` is as in Gymnasium's own worlds."""

    def __init__(self, length: int = PLACES) -> None:
        super().__init__(length + 1, 2)
        self.shape = (1, length + 1)
        self.P: Transitions = {length: {move: [(1.0, length, 0.0, True)] for move in range(2)}}
        for place in range(length):
            ahead, last = place + 1, place == length - 1
            self.P[place] = {
                0: [(1.0, max(place - 1, 0), 0.0, False)],
                1: [(1.0, ahead, float(last), last)],
            }

    def step(self, action: np.int64) -> tuple[np.int64, float, bool, bool, dict[str, Any]]:
        """As `P` says."""
        _, self._state, reward, over = self.P[self._state][int(action)][0]
        return np.int64(self._state), reward, over, False, {}


class Star(gymnasium.Env[np.ndarray, np.int64]):
    """One move, from a state drawn alike to the seventh, where a time limit and no end cuts it."""

    metadata: dict[str, Any] = {"render_modes": [], "best_known": (0.0, "all rewards are noise around 0")}  # noqa: RUF012

    def __init__(self) -> None:
        self.observation_space = spaces.Box(0, 2, (8,), np.float32)
        self.action_space = spaces.Discrete(1)
        self.features = np.c_[2 * np.eye(7), np.ones(7)].astype(np.float32)
        self.features[6, 6:] = 1, 2

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """To any of the seven."""
        super().reset(seed=seed)
        return self.features[self.np_random.integers(7)].copy(), {}

    def step(self, action: np.int64) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """To the seventh, for a normal number."""
        return self.features[6].copy(), float(self.np_random.normal()), False, False, {}
