"""How observations are kept: numbers in a row, or the number of a state; and which kinds cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import Space, spaces

from paradigms.errors import UsageError
from paradigms.rl.faults import Wrong

UNBOUNDED = 1e6
"""A declared bound from which on it is none: nobody scales by the largest number there is."""
WIDE = 64
"""More numbers than these are not drawn one by one."""


class Vector:
    """Numbers in a row: a Box or MultiBinary of any shape with at most two sides, a grey picture among them.

    What the environment gives as bytes is kept as bytes.
    """

    def __init__(self, shape: tuple[int, ...], small: bool) -> None:
        self.shape, self.dtype = shape, np.dtype(np.uint8 if small else np.float32)
        self.width = self.inputs = int(np.prod(shape))
        sides = tuple(side for side in shape if side > 1)
        self.picture = sides if len(sides) == 2 and min(sides) > 2 else None

    def keep(self, observation: Any) -> np.ndarray:
        """A copy: some environments reuse their buffer.

        Raises:
            Wrong: another number of numbers, or one that a byte cannot hold.
        """
        given = np.asarray(observation)
        with np.errstate(over="ignore", invalid="ignore"):
            kept = np.array(given, dtype=self.dtype).reshape(-1)
        if len(kept) != self.width:
            raise Wrong(f"an observation of shape {np.shape(observation)} instead of {self.width} numbers")
        if self.dtype == np.uint8 and given.dtype != np.uint8 and not np.array_equal(kept, given.reshape(-1)):
            raise Wrong("an observation that its space, of bytes, does not hold")
        return kept

    def to_json(self) -> dict[str, Any]:
        """What `seeing` takes."""
        return {"shape": list(self.shape), "bytes": self.dtype == np.uint8}


class Index:
    """A Discrete observation: one number, shown to the network one-hot."""

    shape: tuple[int, ...] = ()
    picture = None
    dtype = np.dtype(np.float32)

    def __init__(self, states: int, first: int) -> None:
        self.width, self.inputs, self.first = 1, states, first

    def keep(self, observation: Any) -> np.ndarray:
        """The number, counted from 0.

        Raises:
            Wrong: one that there is no state of.
        """
        number = int(observation) - self.first
        if number != observation - self.first or not 0 <= number < self.inputs:
            raise Wrong(f"an observation {observation} that its space does not hold")
        return np.array([number], dtype=np.float32)

    def to_json(self) -> dict[str, Any]:
        """What `seeing` takes."""
        return {"states": self.inputs, "first": self.first}


def observing(space: Space[Any]) -> Vector | Index:
    """How observations of this space are kept."""
    if isinstance(space, spaces.Discrete):
        return Index(int(space.n), int(space.start))
    small = isinstance(space, spaces.MultiBinary) or space.dtype in (np.uint8, np.bool_)
    return Vector(tuple(int(side) for side in space.shape or ()), small)


def seeing(kept: Mapping[str, Any]) -> Vector | Index:
    """The same from what `to_json` gave."""
    if "states" in kept:
        return Index(int(kept["states"]), int(kept["first"]))
    return Vector(tuple(int(side) for side in kept["shape"]), bool(kept["bytes"]))


def bounds(space: Space[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Middle and half-width of every observed number's declared range; 0 and 1 where none is declared."""
    if not isinstance(space, spaces.Box):
        return np.zeros(1), np.ones(1)
    low, high = (np.ravel(end).astype(float) for end in (space.low, space.high))
    declared = (np.abs(low) < UNBOUNDED) & (np.abs(high) < UNBOUNDED) & (high > low)
    low, high = np.where(declared, low, -1.0), np.where(declared, high, 1.0)
    return (low + high) / 2, (high - low) / 2


def check(name: str, actions: Space[Any], observed: Space[Any]) -> None:
    """Raises where DQN cannot play.

    Raises:
        UsageError: actions or observations of another kind, and what to do about it.
    """
    if not isinstance(actions, spaces.Discrete):
        kind = type(actions).__name__
        raise UsageError(f"{name} has a {kind} action space; DQN needs Discrete.", "Try --env CartPole-v1.")
    if isinstance(observed, spaces.Box | spaces.MultiBinary):
        if (
            np.dtype(observed.dtype).kind in "biuf"
            and _sides(observed) <= 2
            and int(np.prod(observed.shape)) > 0
        ):
            return
    elif isinstance(observed, spaces.Discrete):
        return
    raise UsageError(*_refusal(name, observed))


def _sides(space: Space[Any]) -> int:
    """How many dimensions a picture or vector has beside a channel that stands alone."""
    shape = space.shape or ()
    return 2 if len(shape) == 3 and 1 in (shape[0], shape[2]) else len(shape)


def _refusal(name: str, observed: Space[Any]) -> tuple[str, str]:
    kind, needs = type(observed).__name__, "DQN here needs numbers in a row, a grey picture, or Discrete."
    if isinstance(observed, spaces.Box):
        said, shape = f"{name} has {kind}{observed.shape} observations; {needs}", observed.shape
        if 0 in shape:
            return f"{name} observes nothing: {kind}{shape}.", "Let it observe one number that never changes."
        if len(shape) == 3 and shape[2] == 3:
            return said, f"Make them grey: {_wrapped('GrayscaleObservation', name)}"
        return said, f"Flatten them: {_wrapped('FlattenObservation', name)}"
    said = f"{name} observes a {kind}; {needs}"
    if observed.is_np_flattenable:
        return said, f"Flatten it: {_wrapped('FlattenObservation', name)}"
    return said, "Give it a TransformObservation that answers with an array."


def _wrapped(wrapper: str, name: str) -> str:
    if name.rpartition(":")[2] not in gymnasium.registry:
        return f"let the function that makes it give {wrapper}(env), with {wrapper} of gymnasium.wrappers."
    return (
        f"register it with additional_wrappers=({wrapper}.wrapper_spec(),), "
        f"or DQN({wrapper}(gymnasium.make({name!r})))."
    )
