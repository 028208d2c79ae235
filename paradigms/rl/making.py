"""From a name, a specification or a function to an environment, or to one line that says why not."""

from __future__ import annotations

import copy
import importlib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
from gymnasium.envs.registration import EnvSpec

from paradigms.errors import Failed, UsageError, unknown
from paradigms.rl import observed
from paradigms.rl.faults import told
from paradigms.rl.layers import ONLOOKERS

Made = str | EnvSpec | Callable[[], gymnasium.Env[Any, Any]]
"""What an environment can be made from."""
SOURCES = {"ALE": "ale-py", "BabyAI": "minigrid", "MO": "mo-gymnasium"}
"""Namespaces and the packages that register them."""
FORM = "DQN(lambda: gymnasium.make('CartPole-v1'))"
"""How a function is given."""


def title(made: Made) -> str:
    """What an environment is called."""
    if isinstance(made, str):
        return made
    return made.id if isinstance(made, EnvSpec) else getattr(made, "__name__", type(made).__name__)


def make(made: Made, limit: int | None = None) -> gymnasium.Env[Any, Any]:
    """One environment that DQN can play; `limit` sets its longest episode. No window opens.

    Raises:
        UsageError: unknown name, a missing package, continuous actions, or observations of another kind.
        Failed: its own code raised.
    """
    name = title(made)
    try:
        env = _made(made, limit)
        observed.check(name, env.action_space, env.observation_space)
    except (UsageError, MemoryError):
        raise
    except gymnasium.error.DependencyNotInstalled as error:
        raise UsageError(f"{name} needs a package that is not installed: {error}.") from None
    except ModuleNotFoundError as error:
        raise UsageError(f"{name} needs a package that is not installed: {error.name or error}.") from None
    except Exception as error:
        raise Failed(*_failure(name, error)) from error
    return env


def _made(made: Made, limit: int | None) -> gymnasium.Env[Any, Any]:
    if isinstance(made, str):
        made = _registered(made)
    if isinstance(made, EnvSpec):
        return gymnasium.make(unseen(made), disable_env_checker=True, max_episode_steps=limit)
    env = _unwatched(_environment(title(made), made()))
    return env if limit is None else gymnasium.wrappers.TimeLimit(env, limit)


def _environment(name: str, made: Any) -> gymnasium.Env[Any, Any]:
    """What a function gave, if it is an environment.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(made, gymnasium.Env):
        return made
    hint = f"Give a function that makes one anew at every call: {FORM}."
    if isinstance(made, gymnasium.vector.VectorEnv):
        raise UsageError(f"{name} gave a vector environment; DQN makes its own copies of one.", hint)
    if type(made).__module__.partition(".")[0] == "gym" or hasattr(made, "step"):
        raise UsageError(
            f"{name} gave a {type(made).__name__} that is no gymnasium.Env.",
            "Environments of the older package gym are wrapped by the package shimmy.",
        )
    raise UsageError(f"{name} gave {_word(made)} instead of an environment.", hint)


def _word(value: Any) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _registered(name: str) -> EnvSpec:
    """The specification behind `ID`, or behind `MODULE:ID` whose module is imported first.

    Raises:
        UsageError: nobody has registered it.
    """
    module, _, identifier = name.rpartition(":")
    if module:
        _import(name, module)
    try:
        return gymnasium.spec(identifier)
    except gymnasium.error.NamespaceNotFound:
        raise _unknown_namespace(name, identifier) from None
    except gymnasium.error.Error:
        raise unknown("environment", name, gymnasium.registry) from None


def _import(name: str, module: str) -> None:
    """Imports it, from the folder that one works in as well.

    Raises:
        UsageError: no such module, or one that lacks another.
        Failed: it raised.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)  # at the end: what is installed keeps its name
        importlib.invalidate_caches()
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise UsageError(f"{name} needs a package that is not installed: {error.name}.") from None
        raise UsageError(
            f"unknown environment {name!r}: no module named {module!r} in {here} or among what is installed.",
            "Start in the folder that holds it.",
        ) from None
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise Failed(f"{name}: module {module} could not be imported: {what}.", "Mend it.") from error


def _unknown_namespace(name: str, identifier: str) -> UsageError:
    space = identifier.partition("/")[0]
    package = SOURCES.get(space)
    known = {one.namespace for one in gymnasium.registry.values() if one.namespace}
    if package is None and space.lower() in {one.lower() for one in known}:
        return unknown("environment", name, gymnasium.registry)
    who = f"the package for it, {package}," if package else "the package that does"
    module = package.replace("-", "_") if package else "MODULE"
    return UsageError(
        f"unknown environment {name!r}: nothing that is installed registers the namespace {space!r}.",
        f"Install {who} and name its module: --env {module}:{identifier}.",
    )


def unseen(spec: EnvSpec) -> EnvSpec:
    """The specification of a copy: nothing that shows a window or keeps a film."""
    showing = {kind.__name__ for kind in ONLOOKERS}
    around = tuple(one for one in spec.additional_wrappers if one.name not in showing)
    human = spec.kwargs.get("render_mode") == "human"
    if not human and len(around) == len(spec.additional_wrappers):
        return spec
    other = copy.copy(spec)
    other.additional_wrappers = around
    other.kwargs = {k: v for k, v in spec.kwargs.items() if not (human and k == "render_mode")}
    return other


def _unwatched(env: gymnasium.Env[Any, Any]) -> gymnasium.Env[Any, Any]:
    """What a function gave, without its window."""
    while type(env) in ONLOOKERS:
        env = env.env  # type: ignore[attr-defined]
    if vars(env.unwrapped).get("render_mode") == "human":
        env.unwrapped.render_mode = None
    return env


def _failure(name: str, error: Exception) -> tuple[str, str]:
    """What its own code said, and what to do."""
    said = re.sub(r" was raised from the environment creator for .*", "", str(error), flags=re.DOTALL)
    lacking = re.search(r"missing \d+ required (?:positional|keyword-only) arguments?: (.+)", said)
    if lacking and isinstance(error, TypeError):
        needs = lacking.group(1).replace(", and ", " and ")
        hint = "Register it with kwargs={…}, or give a function: DQN(lambda: gymnasium.make(…, …))."
        return f"{name} could not be made: it needs {needs}.", hint
    return (
        f"{name} could not be made: {told(error, said)}.",
        "Mend the environment, or choose another with --env.",
    )


def distinct(name: str, envs: list[gymnasium.Env[Any, Any]]) -> None:
    """Raises where two of them are one, under whatever wrappers.

    Raises:
        UsageError: they are.
    """
    if len({id(env.unwrapped) for env in envs}) < len(envs):
        who = "the function" if name == "<lambda>" else name
        raise UsageError(
            f"{who} gave the same environment twice; it must make a new one at every call, "
            "e.g. lambda: gymnasium.make(…)."
        )
