"""Whole episodes, played by many replicas at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from paradigms.rl.environments import Environments

Policy = Callable[[np.ndarray], np.ndarray]
"""Observations [n, o] → actions [n]."""
Between = Callable[[int, int], None]
"""How many of the episodes are over, and of how many; may raise, to end them all."""
SEEN, ROOM = 65_536, 2**22
"""States of a replica that are remembered at once, and numbers in them: at most."""


@dataclass(frozen=True)
class Played:
    """One episode of each of n copies, and every step of those that were watched.

    observations [T, k, o] (NaN after the end, 0 where they are bytes), actions [T, k] (−1), returns [n];
    cut [n]: whether the limit came before an end of its own.
    """

    observations: np.ndarray
    actions: np.ndarray
    returns: np.ndarray
    cut: np.ndarray


class Seen:
    """States that each of R replicas met, evenly over its steps: all of them, or every second, fourth, …"""

    def __init__(self, replicas: int, width: int, least: int) -> None:
        self.most = max(2 * least, min(SEEN, ROOM // width))
        self.stride, self.count = [1] * replicas, [0] * replicas
        self.kept: list[list[np.ndarray]] = [[] for _ in range(replicas)]
        self.held = [0] * replicas

    def add(self, replica: int, states: np.ndarray) -> None:
        """The next states [m, o] of one replica."""
        number = self.count[replica] + np.arange(len(states))
        self.count[replica] += len(states)
        chosen = states[number % self.stride[replica] == 0]
        self.kept[replica].append(chosen.copy())
        self.held[replica] += len(chosen)
        while self.held[replica] > self.most:
            halved = np.concatenate(self.kept[replica])[::2]
            self.kept[replica], self.held[replica] = [halved], len(halved)
            self.stride[replica] *= 2

    def even(self, replica: int, n: int) -> np.ndarray:
        """n of them, evenly from the first to the last, [n, o]."""
        met = np.concatenate(self.kept[replica])
        return met[np.linspace(0, len(met) - 1, n).astype(int)]


def play(
    environments: Environments,
    policy: Policy,
    limit: int,
    *,
    watched: Sequence[int] | None = None,
    longest: int | None = None,
    seen: Seen | None = None,
    between: Between = lambda over, n: None,
) -> Played:
    """Plays the next episode of every copy to its end, at most `limit` steps; each is closed when it is over.

    Args:
        watched: copies whose steps are kept, all by default; `longest` of them, all by default.
        seen: is told every state that was met.
        between: is called before every step of every copy.
    """
    n = len(environments)
    who = np.arange(n) if watched is None else np.asarray(watched, int)
    environments.forgetful, environments.heed = True, lambda: between(0, n)
    environments.start_all()
    observations: list[np.ndarray] = []
    actions: list[np.ndarray] = []
    live, alive, step, cut = np.arange(n), np.ones(n, bool), 0, np.ones(n, bool)
    while len(live) and step < limit:
        over = n - len(live)
        environments.heed = partial(between, over, n)
        environments.heed()
        chosen = policy(environments.observation)
        if seen is not None:
            _tell(seen, environments, live)
        there = alive[who]
        if (longest is None or step < longest) and there.any():
            observations.append(_padded(environments.observation[who], there))
            actions.append(np.where(there, chosen[who], -1).astype(np.int32))
        answer = environments.some(live.tolist(), chosen[live].tolist())
        environments.observation[live] = answer.after
        environments.check()
        cut[live] = ~answer.terminated
        ended, live = live[answer.ended], live[~answer.ended]
        environments.dismiss(ended.tolist())
        alive[ended] = False
        step += 1
    environments.dismiss(live.tolist())
    return Played(
        np.array(observations).reshape(len(actions), len(who), environments.see.width),
        np.array(actions).reshape(len(actions), len(who)),
        environments.earned.copy(),
        cut,
    )


def _padded(observation: np.ndarray, there: np.ndarray) -> np.ndarray:
    """What is observed [k, o], without those whose episode is over."""
    return np.where(there[:, None], observation, np.nan if observation.dtype.kind == "f" else 0).astype(
        observation.dtype
    )


def _tell(seen: Seen, environments: Environments, live: np.ndarray) -> None:
    """What each replica observes now in the copies that are still played."""
    each = len(environments) // len(seen.count)
    ends = np.searchsorted(live, np.arange(len(seen.count) + 1) * each)
    for replica, (first, last) in enumerate(pairwise(ends.tolist())):
        if last > first:
            seen.add(replica, environments.observation[live[first:last]])
