"""Whether an environment's episodes can be repeated, and how long its steps take."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np

from paradigms.rl.answers import begun, taken
from paradigms.rl.faults import shut
from paradigms.rl.making import Made, make
from paradigms.rl.observed import Index, Vector, observing

EPISODES, STEPS = 8, 25
"""Episodes that are played twice, and steps of each: at most."""
ENOUGH = 0.2
"""Seconds after which the pace of an environment is known."""


def doubts(made: Made, limit: int | None, patience: float = math.inf) -> str | None:
    """Why its episodes cannot be repeated: played twice, in another order, they are not the same.

    None where they can, as far as `patience` seconds show, and where the environment fails, which is told
    where it is played.
    """
    one, other = make(made, limit), make(made, limit)
    see, until = observing(one.observation_space), time.monotonic() + patience
    try:
        first = _episodes(one, see, range(EPISODES), until)
        again = _episodes(other, see, reversed(first), math.inf)
    except Exception:  # whatever it raises
        return None
    finally:
        shut(one)
        shut(other)
    if all(first[seed] == again[seed] for seed in first):
        return None
    return "does not follow reset(seed=…): its episodes cannot be repeated"


def _episodes(
    env: gymnasium.Env[Any, Any], see: Vector | Index, seeds: Any, until: float
) -> dict[int, list[tuple[Any, ...]]]:
    found = {}
    for seed in seeds:
        found[seed] = list(_answers(env, see, seed))
        if time.monotonic() > until:
            break
    return found


def _answers(env: gymnasium.Env[Any, Any], see: Vector | Index, seed: int) -> Iterator[tuple[Any, ...]]:
    """All that an episode of random actions answers, as it can be compared."""
    space: Any = env.action_space
    actions = np.random.default_rng(seed).integers(space.n, size=STEPS) + int(space.start)
    yield (see.keep(begun(env, seed)).tobytes(),)
    for action in actions.tolist():
        observation, reward, terminated, ended = taken(env, action)
        yield see.keep(observation).tobytes(), reward, terminated, ended
        if ended:
            return


def pace(made: Made, limit: int | None) -> float | None:
    """Seconds that one step takes, resets included; None where the environment fails."""
    env = make(made, limit)
    see, began, steps = observing(env.observation_space), time.perf_counter(), 0
    try:
        for seed in range(EPISODES):
            steps += sum(1 for _ in _answers(env, see, seed))
            if time.perf_counter() - began > ENOUGH:
                break
        return (time.perf_counter() - began) / steps
    except Exception:  # whatever it raises
        return None
    finally:
        shut(env)
