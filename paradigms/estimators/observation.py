"""Observations that people hand to an agent, checked against what its environment gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from paradigms.errors import UsageError
from paradigms.rl.observed import Index, Vector
from paradigms.rl.world import World


def read(observation: Any, world: World) -> tuple[np.ndarray, bool]:
    """Rows [n, o] as the learner keeps them, and whether it was one observation alone.

    Raises:
        UsageError: no numbers, another shape, a number that is not finite, or a state that there is not.
    """
    if isinstance(observation, tuple) and len(observation) == 2 and isinstance(observation[1], Mapping):
        raise UsageError(
            "predict takes the observation alone; reset() gives a pair, (observation, info).",
            "Say observation, _ = env.reset().",
        )
    try:
        given = np.asarray(observation, np.float64)
    except (TypeError, ValueError):
        kind = type(observation).__name__
        raise UsageError(f"a {kind} is no observation of numbers; {world.name} {world.words()}.") from None
    see = world.see
    return _states(given, see, world) if isinstance(see, Index) else _vectors(given, see, world)


def _states(given: np.ndarray, see: Index, world: World) -> tuple[np.ndarray, bool]:
    if given.ndim > 2 or (given.ndim == 2 and given.shape[1] != 1):
        raise UsageError(f"an observation of shape {given.shape}; {world.name} {world.words()}.")
    flat = given.reshape(-1, 1) - see.first
    known = (flat == np.floor(flat)) & (flat >= 0) & (flat < see.inputs)
    if not known.all():
        raise UsageError(
            f"there is no state {given.reshape(-1)[~known.ravel()][0]:g}; {world.name} {world.words()}."
        )
    return flat.astype(np.float32), given.ndim == 0


def _vectors(given: np.ndarray, see: Vector, world: World) -> tuple[np.ndarray, bool]:
    one = _fits(given.shape, see)
    if not one and not (given.ndim and _fits(given.shape[1:], see)):
        many = f"{given.size} numbers" if given.ndim < 2 else f"shape {given.shape}"
        raise UsageError(f"an observation of {many}; {world.name} {world.words()}.")
    with np.errstate(over="ignore"):
        flat = given.reshape(1 if one else len(given), see.width).astype(np.float32)
    if not np.isfinite(flat).all():
        row, variable = np.argwhere(~np.isfinite(flat))[0]
        what = "NaN" if np.isnan(flat[row, variable]) else "an infinite number"
        raise UsageError(f"an observation with {what} (observation {variable}).")
    return flat, one


def _fits(shape: tuple[int, ...], see: Vector) -> bool:
    """Its own shape, or for a picture that with its channel elsewhere."""
    sides = tuple(side for side in shape if side > 1)
    moved = see.picture is not None and len(shape) in (2, 3) and sides == see.picture
    return shape == see.shape or moved
