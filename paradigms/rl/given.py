"""What a person hands to `DQN`, as something that copies can be made from."""

from __future__ import annotations

import inspect
from typing import Any

import gymnasium
from gymnasium.envs.registration import EnvSpec

from paradigms.errors import ParadigmsError, UsageError
from paradigms.rl import making
from paradigms.rl.faults import shut
from paradigms.rl.layers import SILENT, altered, layers
from paradigms.rl.making import FORM, Made


def taken(env: Any) -> Made:
    """Its name, its specification, or the function itself.

    Raises:
        UsageError: nothing that can be made again, with the function to give instead.
    """
    if isinstance(env, str | EnvSpec):
        return env
    if isinstance(env, gymnasium.Env):
        return _specified(env)
    if isinstance(env, gymnasium.vector.VectorEnv):
        spec = getattr(env, "spec", None)
        form = FORM if spec is None else f"DQN({spec.id!r})"
        raise UsageError(
            "a vector environment plays many at once; DQN makes its own copies.", f"Give {form}."
        )
    if callable(env):
        made: Made = env
        return made
    raise UsageError(
        f"env={env!r} is no environment.", f"Give its name, DQN('CartPole-v1'), or a function, {FORM}."
    )


def _specified(env: gymnasium.Env[Any, Any]) -> EnvSpec:
    """The specification of an environment that can be made again just as it is.

    Raises:
        UsageError: it cannot, or it was changed after it was made.
    """
    name, form = type(env).__name__, f"DQN(lambda: {written(env)})"
    if env.spec is None:
        raise UsageError(
            f"{name} was not made by gymnasium.make, so it cannot be made again.",
            f"Register it, or give a function that makes one: {form}.",
        )
    lost = [one.name for one in env.spec.additional_wrappers if one.kwargs is None]
    if lost:
        raise UsageError(
            f"{lost[0]} cannot be made again from its specification.", f"Give a function: {form}."
        )
    try:
        copy = making.make(env.spec)
    except ParadigmsError as error:
        if not env.spec.additional_wrappers:
            raise
        raise UsageError(
            f"{error.what} It was made once, and cannot be again.", f"Give a function: {form}."
        ) from error
    try:
        changed = _changed(env, copy)
    finally:
        shut(copy)
    if changed:
        raise UsageError(
            f"{env.spec.id} was changed after it was made ({', '.join(changed[:3])}), unlike its copies.",
            "Give a function that makes it and changes it.",
        )
    return env.spec


def _changed(env: gymnasium.Env[Any, Any], copy: gymnasium.Env[Any, Any]) -> list[str]:
    try:
        return altered(env, copy)
    except Exception:  # its own code failed in play, which is told where it is played
        return []


def written(env: gymnasium.Env[Any, Any]) -> str:
    """The environment as one would type it."""
    *around, base = layers(env)
    spec, known = base.spec, gymnasium.registry.get(base.spec.id) if base.spec else None
    if spec is None:
        text, outer = f"{type(base).__name__}({_rest(type(base).__init__, 1)})", around
    else:
        given = {k: v for k, v in spec.kwargs.items() if known is None or known.kwargs.get(k) != v}
        words = [repr(spec.id), *(f"{k}={v!r}" for k, v in given.items())]
        text = f"gymnasium.make({', '.join(words)})"
        visible = [one for one in around if type(one) not in SILENT]
        outer = visible[: len(visible) - len(known.additional_wrappers if known else ())]
    for one in reversed(outer):
        more = _rest(type(one).__init__, 2)
        text = f"{type(one).__name__}({text}{', ' * bool(more)}{more})"
    return text


def _rest(function: Any, known: int) -> str:
    """An ellipsis where a function takes more arguments than the first `known`."""
    try:
        names = list(inspect.signature(function).parameters.values())[known:]
    except (TypeError, ValueError):
        return ""
    open_ = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return "…" if any(one.default is one.empty and one.kind not in open_ for one in names) else ""
