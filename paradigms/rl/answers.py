"""What an environment answers to `reset` and `step`, checked; Gym's older answers are named as such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np

from paradigms.rl.faults import Wrong

LARGEST = float(np.finfo(np.float32).max)
"""What a reward is kept in holds no more."""
RESET = "an old answer to reset(): Gymnasium's is a pair, (observation, info), and Gym's was the observation"
SEEDS = "a reset() that takes no seed, as Gym's did: Gymnasium's is reset(*, seed=None, options=None)"
STEP = (
    "an old answer to step(): Gymnasium's is observation, reward, terminated, truncated, info, "
    "and Gym's had four parts, with done"
)


def begun(env: gymnasium.Env[Any, Any], seed: int) -> Any:
    """The first observation of an episode.

    Raises:
        Wrong: it does not answer as Gymnasium's environments do.
    """
    try:
        answer: Any = env.reset(seed=seed)
    except TypeError as error:
        if "seed" in str(error) and "argument" in str(error):
            raise Wrong(SEEDS) from error
        raise
    except ValueError as error:  # a wrapper took it apart
        if "unpack (expected 2" in str(error):
            raise Wrong(RESET) from error
        raise
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], Mapping)):
        raise Wrong(RESET)
    return answer[0]


def taken(env: gymnasium.Env[Any, Any], action: int) -> tuple[Any, float, bool, bool]:
    """The next observation, the reward, whether it terminated, and whether it is over.

    Raises:
        Wrong: a reward that nobody can use, or it does not answer as Gymnasium's environments do.
    """
    try:
        answer: Any = env.step(action)
    except ValueError as error:  # a wrapper took it apart
        if "unpack (expected 5, got 4)" in str(error):
            raise Wrong(STEP) from error
        raise
    if isinstance(answer, tuple) and len(answer) == 4:
        raise Wrong(STEP)
    observation, reward, terminated, truncated, _ = answer
    return observation, _worth(reward), bool(terminated), bool(terminated or truncated)


def _worth(reward: Any) -> float:
    """The reward, also where it stands in an array by itself."""
    worth = float(reward.item() if isinstance(reward, np.ndarray) and reward.size == 1 else reward)
    if np.isnan(worth):
        raise Wrong("a reward that is not a number")
    if abs(worth) > LARGEST:
        raise Wrong(
            "an infinite reward" if np.isinf(worth) else f"a reward of {worth:g}, more than float32 holds"
        )
    return worth
