"""What a page may show of an environment: names for its numbers, one episode, and Q over two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.parameters import Parameters
from paradigms.rl.episodes import Played
from paradigms.rl.observed import WIDE, Index
from paradigms.rl.world import World

if TYPE_CHECKING:
    from paradigms.rl.agent import Agent

GRID = 40
"""Points along each side of the drawn Q surface."""
SHOWN = 500
"""Steps of an episode that are kept for drawing."""
FRAMES = 9
"""Pictures of an episode whose observations are pictures."""

_NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "CartPole-v1": (
        ("cart position (m)", "cart velocity (m/s)", "pole angle (rad)", "pole angular velocity (rad/s)"),
        ("push left", "push right"),
    ),
    "Acrobot-v1": (
        (
            "cos angle 1",
            "sin angle 1",
            "cos angle 2",
            "sin angle 2",
            "angular velocity 1 (rad/s)",
            "angular velocity 2 (rad/s)",
        ),
        ("torque −1", "no torque", "torque +1"),
    ),
    "MountainCar-v0": (("position", "velocity"), ("push left", "no push", "push right")),
    "FrozenLake-v1": (("square",), ("left", "down", "right", "up")),
    "CliffWalking-v1": (("square",), ("up", "right", "down", "left")),
    "paradigms/Road-v0": (
        ("offset (1 is the edge)", "heading (rad)", "bend here", "bend in 5 steps", "bend in 10 steps"),
        ("left", "straight on", "right"),
    ),
    "paradigms/Corridor-v0": (("place",), ("left", "right")),
    "Taxi-v4": (("state",), ("south", "north", "east", "west", "pick up", "drop off")),
}
_PAIRS = {"CartPole-v1": (2, 3), "Acrobot-v1": (4, 5), "MountainCar-v0": (0, 1), "paradigms/Road-v0": (0, 1)}


def describe(world: World) -> dict[str, Any]:
    """The `data` object of config.json for an environment.

    `grid` says how numbered states lie, or of which height and width a picture is; `ground`, where they lie
    on a grid, has one sign for each state: # nobody ever stands there, * or x an episode ends, * best.
    """
    see, (observed, actions) = world.see, _NAMES.get(world.name, ((), ()))
    known = [f"observation {i}" for i in range(see.width)] if see.width <= WIDE else []
    grid = see.picture or (world.grid if isinstance(see, Index) else None)
    return {
        "kind": "environment",
        "observation": list(observed) or known,
        "actions": list(actions) or [f"action {i}" for i in range(world.actions)],
        "limit": world.limit,
        "maximum": world.best.value,
        "maximum_from": world.best.source,
        "threshold": world.best.threshold,
        "discrete": isinstance(see, Index),
        "grid": None if grid is None else list(grid),
        **({} if world.ground is None else {"ground": world.ground}),
        "notes": world.notes,
        "private": False,
    }


def episode(learner: Agent[Any], played: Played, returns: np.ndarray) -> dict[str, np.ndarray]:
    """One greedy episode of every replica, padded to the longest that can be shown."""
    length, rows, steps = min(learner.limit, SHOWN), len(returns), len(played.actions)
    done = np.full((rows, length), -1, np.int16 if learner.actions < 2**15 else np.int32)
    done[:, :steps] = played.actions.T
    found = {"episode_actions": done, "episode_return": returns}
    if learner.see.width <= WIDE:
        seen = np.full((rows, length, learner.see.width), np.nan, np.float32)
        seen[:, :steps] = played.observations.swapaxes(0, 1)
        seen[done < 0] = np.nan
        found["episode"] = seen
    if learner.see.picture is not None:
        lasts = (done >= 0).sum(1)
        found["frames"] = np.stack([_frames(learner, played, r, int(lasts[r])) for r in range(rows)])
    return found


def _frames(learner: Agent[Any], played: Played, replica: int, lasts: int) -> np.ndarray:
    """What was seen at some steps of an episode, evenly from the first to the last, [F, h, w]."""
    steps = np.linspace(0, max(0, lasts - 1), FRAMES).round().astype(int)
    return played.observations[steps, replica].reshape(FRAMES, *(learner.see.picture or ()))


def pairs(learner: Agent[Any]) -> np.ndarray:
    """Which two observed variables the Q surface is drawn over: those that vary most, [R, 2] or [2].

    −1 stands where a replica saw only one that varies, or none.
    """
    if learner.name in _PAIRS:
        return np.array(_PAIRS[learner.name], np.int16)
    seen = numbers(learner.probes)
    spread, size = np.ptp(seen, axis=1), np.abs(seen).max(1)  # [R, o]
    varies = spread > 1e-6 * size
    ranked = np.argsort(np.where(varies, -seen.std(axis=1), np.inf), axis=1, kind="stable")[:, :2]
    found = np.where(np.take_along_axis(varies, ranked, 1), ranked, -1)
    found = np.pad(found, ((0, 0), (0, 2 - found.shape[1])), constant_values=-1)
    both = (found >= 0).all(1, keepdims=True)
    return np.where(both, np.sort(found, axis=1), found).astype(np.int32)


def axes(learner: Agent[Any]) -> dict[str, np.ndarray]:
    """Which two observed variables the Q surface is drawn over, and between which values."""
    if isinstance(learner.see, Index):
        return {}
    pair, seen = pairs(learner), numbers(learner.probes)
    each = np.broadcast_to(pair, (len(seen), 2))
    chosen = np.take_along_axis(seen, np.maximum(each, 0)[:, None].astype(int), axis=2)  # [R, N, 2]
    chosen = np.where(each[:, None] < 0, 0.0, chosen)
    low, high = chosen.min(1), chosen.max(1)  # [R, 2]
    bounds = np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)
    return {"q_axes": bounds.astype(np.float32), "q_variables": pair}


def surface(learner: Agent[Any], parameters: Parameters) -> dict[str, np.ndarray]:
    """Q over those two variables, the others at their median; every state's Q where states are counted.

    What is not finite has no picture: it is NaN throughout.
    """
    rows = len(parameters.flat)
    if isinstance(learner.see, Index):
        states = torch.arange(learner.see.inputs, device=learner.problem.device, dtype=learner.problem.dtype)
        values = learner.values(parameters, states.view(1, -1, 1).expand(rows, -1, -1))
        return {"q_values": _finite(values.float().cpu().numpy())}
    every = GRID * GRID
    step = every if learner.see.width <= WIDE else GRID  # wide states by and by
    states, places = learner.probes.median(1, keepdim=True).values, _points(learner)
    parts = [
        learner.values(
            parameters, _placed(learner, states.repeat(1, step, 1), places[:, first : first + step])
        )
        for first in range(0, every, step)
    ]
    whole = torch.cat(parts, dim=1).view(rows, GRID, GRID, -1)
    return {"q_surface": _finite(whole.float().cpu().numpy())}


def _points(learner: Agent[Any]) -> np.ndarray:
    """The points of the grid, row by row, [R, GRID², 2]."""
    bounds, share = axes(learner)["q_axes"], np.linspace(0, 1, GRID)
    along_x = bounds[:, :1] + (bounds[:, 1:2] - bounds[:, :1]) * share
    along_y = bounds[:, 2:3] + (bounds[:, 3:4] - bounds[:, 2:3]) * share
    return np.stack([np.tile(along_x, (1, GRID)), np.repeat(along_y, GRID, axis=1)], axis=2)


def _placed(learner: Agent[Any], states: Tensor, places: np.ndarray) -> Tensor:
    """The states [R, B, o] with the two variables of each replica put there."""
    pair = np.broadcast_to(pairs(learner), (len(states), 2))
    for axis in (0, 1):
        for replica, variable in enumerate(pair[:, axis]):
            if variable >= 0:
                states[replica, :, variable] = learner.problem.tensor(places[replica, :, axis])
    return states


def _finite(values: np.ndarray) -> np.ndarray:
    """The values of each replica, or NaN throughout where one of them is not finite."""
    lost = ~np.isfinite(values).reshape(len(values), -1).all(1)
    values[lost] = np.nan
    return values
