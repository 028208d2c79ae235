"""What a page may show of an environment: names for its numbers, one episode, and Q over two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from gymnasium import spaces

from paradigms.engine.devices import numbers
from paradigms.engine.parameters import Parameters
from paradigms.rl import environments
from paradigms.rl.episodes import Played

if TYPE_CHECKING:
    from paradigms.rl.dqn import DQN

GRID = 40
"""Points along each side of the drawn Q surface."""
LIMIT = 1000
"""Longest episode where neither the environment nor the person sets one."""
SHOWN = 500
"""Steps of an episode that are kept for drawing."""

_NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "CartPole-v1": (
        ("cart position", "cart velocity", "pole angle", "pole angular velocity"),
        ("push left", "push right"),
    ),
    "Acrobot-v1": (
        (
            "cos angle 1",
            "sin angle 1",
            "cos angle 2",
            "sin angle 2",
            "angular velocity 1",
            "angular velocity 2",
        ),
        ("torque −1", "no torque", "torque +1"),
    ),
    "MountainCar-v0": (("position", "velocity"), ("push left", "no push", "push right")),
    "FrozenLake-v1": (("square",), ("left", "down", "right", "up")),
    "CliffWalking-v1": (("square",), ("up", "right", "down", "left")),
    "Taxi-v4": (("state",), ("south", "north", "east", "west", "pick up", "drop off")),
}
_PAIRS = {"CartPole-v1": (2, 3), "Acrobot-v1": (4, 5)}


def limit(made: environments.Made, asked: int | None) -> int:
    """Longest episode: as asked, else the environment's own, else LIMIT."""
    env = environments.make(made)
    own = None if env.spec is None else env.spec.max_episode_steps
    env.close()
    return asked or own or LIMIT


def describe(name: str, asked: int | None) -> dict[str, Any]:
    """The `data` object of config.json for an environment."""
    from paradigms.rl.optimum import best_return

    longest = limit(name, asked)
    env = environments.make(name, longest)
    see, count = environments.observing(env), int(env.action_space.n)  # type: ignore[attr-defined]
    observed, actions = _NAMES.get(name, ((), ()))
    shape = getattr(env.unwrapped, "shape", None) or getattr(
        getattr(env.unwrapped, "desc", None), "shape", None
    )
    best, source = best_return(name, env)
    return {
        "kind": "environment",
        "observation": list(observed) or [f"observation {i}" for i in range(see.width)],
        "actions": list(actions) or [f"action {i}" for i in range(count)],
        "limit": longest,
        "maximum": best,
        "maximum_from": source,
        "discrete": isinstance(env.observation_space, spaces.Discrete),
        "grid": None if shape is None or int(np.prod(shape)) != see.inputs else [int(side) for side in shape],
        "notes": [],
        "private": False,
    }


def episode(learner: DQN, played: Played) -> dict[str, np.ndarray]:
    """One greedy episode of every replica, padded to the longest that can be shown."""
    length = min(learner.limit, SHOWN)
    rows = len(played.returns)
    seen = np.full((rows, length, learner.see.width), np.nan, np.float32)
    done = np.full((rows, length), -1, np.int16)
    kept = min(length, len(played.actions))
    seen[:, :kept] = played.observations[:kept].swapaxes(0, 1)
    done[:, :kept] = played.actions[:kept].T
    return {"episode": seen, "episode_actions": done, "episode_return": played.returns.astype(np.float32)}


def _pair(learner: DQN) -> tuple[int, int]:
    return _PAIRS.get(learner.name, (0, min(1, learner.see.width - 1)))


def axes(learner: DQN) -> dict[str, np.ndarray]:
    """Which two observed variables the Q surface is drawn over, and between which values."""
    if isinstance(learner.see, environments.Index):
        return {}
    pair = list(_pair(learner))
    seen = numbers(learner.probes[:, :, pair])
    low, high = seen.min(1), seen.max(1)  # [R, 2]
    bounds = np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)
    return {"q_axes": bounds.astype(np.float32), "q_variables": np.array(pair, np.int16)}


def surface(learner: DQN, parameters: Parameters) -> dict[str, np.ndarray]:
    """Q over those two variables, the others at their median; every state's Q where states are counted."""
    rows = len(parameters.flat)
    if isinstance(learner.see, environments.Index):
        states = torch.arange(learner.see.inputs, device=learner.problem.device, dtype=learner.problem.dtype)
        values = learner.values(parameters, states.view(1, -1, 1).expand(rows, -1, -1))
        return {"q_values": values.float().cpu().numpy()}
    x, y = _pair(learner)
    bounds = axes(learner)["q_axes"]
    middle = learner.probes.median(1, keepdim=True).values.repeat(1, GRID * GRID, 1)
    share = np.linspace(0, 1, GRID)
    along_x = bounds[:, :1] + (bounds[:, 1:2] - bounds[:, :1]) * share
    along_y = bounds[:, 2:3] + (bounds[:, 3:4] - bounds[:, 2:3]) * share
    middle[..., x] = learner.problem.tensor(np.tile(along_x, (1, GRID)))
    middle[..., y] = learner.problem.tensor(np.repeat(along_y, GRID, axis=1))
    values = learner.values(parameters, middle).view(rows, GRID, GRID, -1)
    return {"q_surface": values.to(torch.float16).cpu().numpy()}
