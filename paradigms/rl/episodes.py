"""Whole episodes, played by many replicas at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from paradigms.rl.environments import Environments

Policy = Callable[[np.ndarray], np.ndarray]
"""Observations [n, o] → actions [n]."""


@dataclass(frozen=True)
class Played:
    """One episode of each of n copies: observations [T, n, o] (NaN after the end), actions [T, n] (−1)."""

    observations: np.ndarray
    actions: np.ndarray
    returns: np.ndarray

    def every(self, nth: int) -> Played:
        """Those of copies 0, n, 2n, …: the first of each replica that has n."""
        return Played(self.observations[:, ::nth], self.actions[:, ::nth], self.returns[::nth])


def play(environments: Environments, policy: Policy, limit: int) -> Played:
    """Plays the next episode of every copy to its end, at most `limit` steps."""
    environments.start_all()
    n, width = environments.observation.shape
    observations = np.full((limit, n, width), np.nan, np.float32)
    actions = np.full((limit, n), -1, np.int16)
    live = np.arange(n)
    length = 0
    while len(live) and length < limit:
        chosen = policy(environments.observation)
        observations[length, live] = environments.observation[live]
        actions[length, live] = chosen[live]
        taken = environments.some(live.tolist(), chosen[live].tolist())
        environments.observation[live] = taken.after
        environments.check()
        live = live[~taken.ended]
        length += 1
    return Played(observations[:length], actions[:length], environments.earned.copy())
