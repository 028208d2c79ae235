"""What stands around an environment: its wrappers, its limits, and what was changed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gymnasium
import numpy as np
from gymnasium import wrappers

SILENT: tuple[type, ...] = (
    wrappers.OrderEnforcing,
    wrappers.PassiveEnvChecker,
    wrappers.TimeLimit,
    wrappers.RecordEpisodeStatistics,
)
"""Wrappers that change neither what is observed nor what is earned nor what follows."""
ONLOOKERS: tuple[type, ...] = (wrappers.HumanRendering, wrappers.RecordVideo, wrappers.RenderCollection)
"""Wrappers that only show or keep what happens."""
REGARDS: tuple[type, ...] = (
    wrappers.DelayObservation,
    wrappers.FrameStackObservation,
    wrappers.NormalizeObservation,
    wrappers.TimeAwareObservation,
)
"""Gymnasium's wrappers of observations that have a `step` or `reset` of their own."""
HANDLED = ("step", "reset")
"""What changes an environment when it is put in the place of the class's own."""


def layers(env: gymnasium.Env[Any, Any]) -> list[gymnasium.Env[Any, Any]]:
    """The wrappers from the outermost on, and the environment itself at the end."""
    found = [env]
    while isinstance(found[-1], gymnasium.Wrapper):
        found.append(found[-1].env)
    return found


def limit(env: gymnasium.Env[Any, Any]) -> int | None:
    """The longest episode that any of its time limits lets happen; None where there is none."""
    limits = [one._max_episode_steps for one in layers(env) if isinstance(one, wrappers.TimeLimit)]
    return min((int(one) for one in limits if one), default=None)


def plain(env: gymnasium.Env[Any, Any], kinds: Iterable[type]) -> bool:
    """Whether nothing but wrappers of exactly these kinds stands around it, none of them mended by hand."""
    known = tuple(kinds)
    return all(type(one) in known and not patched(one) for one in layers(env)[:-1])


def patched(one: gymnasium.Env[Any, Any]) -> bool:
    """Whether somebody put another `step` or `reset` in the place of the class's."""
    return any(name in vars(one) for name in HANDLED)


def meddling(env: gymnasium.Env[Any, Any]) -> str | None:
    """The name of a layer that may change rewards or what follows an action; None where none does."""
    *around, base = layers(env)
    for one in around:
        if patched(one) or not (type(one) in (*SILENT, *ONLOOKERS, *REGARDS) or _only_regards(type(one))):
            return type(one).__name__
    return type(base).__name__ if patched(base) else None


def _only_regards(kind: type) -> bool:
    """A wrapper of observations whose every step and reset are Gymnasium's own."""
    own = gymnasium.ObservationWrapper
    return issubclass(kind, own) and all(getattr(kind, name) is getattr(own, name) for name in HANDLED)


def altered(env: gymnasium.Env[Any, Any], copy: gymnasium.Env[Any, Any]) -> list[str]:
    """Attributes of the environment itself that differ from those of a copy made anew.

    What play changes is no alteration: the copy is played a little, and what moved is left out. Of an
    environment that has been played itself only real numbers are compared, since whole ones often count.
    """
    one, other = env.unwrapped, copy.unwrapped
    if type(one) is not type(other):
        return []
    before = _known(other)
    _play(copy)
    after = _known(other)
    still = {name for name in before.keys() & after.keys() if _equal(before[name], after[name])}
    played = getattr(one, "_np_random", None) is not None
    mine = {name: value for name, value in _known(one).items() if not (played and _counts(value))}
    changed = [name for name in mine if name in still and not _equal(mine[name], before[name])]
    more = [] if played else list(vars(one).keys() - vars(other).keys())
    return sorted({*changed, *more, *(name for name in HANDLED if name in vars(one))})


def _known(env: gymnasium.Env[Any, Any]) -> dict[str, Any]:
    """Attributes that can be compared: numbers, words, and arrays or sequences of them."""
    return {name: value for name, value in vars(env).items() if name[0] != "_" and _comparable(value)}


def _comparable(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_comparable(one) for one in value)
    return isinstance(value, bool | int | float | str | np.ndarray | np.generic) and not (
        isinstance(value, np.ndarray) and value.dtype == object
    )


def _counts(value: Any) -> bool:
    """Neither a real number nor an array of them."""
    return not np.issubdtype(np.asarray(value).dtype if not isinstance(value, list) else object, np.floating)


def _equal(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    return bool(one == other or (one != one and other != other))


def _play(env: gymnasium.Env[Any, Any], steps: int = 40) -> None:
    """A few steps and resets of a copy."""
    env.reset(seed=0)
    env.action_space.seed(0)
    for _ in range(steps):
        _, _, terminated, truncated, _ = env.step(env.action_space.sample())
        if terminated or truncated:
            env.reset()
