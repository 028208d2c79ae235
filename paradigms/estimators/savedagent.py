"""An agent's file: one safetensors file of its own, or the model of a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.envs.registration import EnvSpec
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from paradigms.errors import UsageError

VERSION = 1
"""Of the saved file."""
WRONG = (OSError, KeyError, TypeError, ValueError, AttributeError, SafetensorError)
"""What reading another file may raise."""
Read = tuple[dict[str, Any], dict[str, np.ndarray]]


def env_to_json(env: Any) -> Any:
    """A name, or a specification as a dict; None for what cannot be written."""
    if isinstance(env, str):
        return env
    try:
        return json.loads(env.to_json()) if isinstance(env, EnvSpec) else None
    except (TypeError, ValueError):
        return None


def env_to_state(env: Any) -> Any:
    """The same, or else the function itself where another process finds it by its name."""
    written = env_to_json(env)
    return written if written is not None or not _found_by_name(env) else env


def _found_by_name(env: Any) -> bool:
    """Whether its module calls it by its name, as it does neither a lambda nor what stands in a function."""
    module = sys.modules.get(getattr(env, "__module__", None) or "")
    return env is not None and getattr(module, getattr(env, "__qualname__", ""), None) is env


def env_from_json(kept: Any) -> Any:
    """What `env_to_json` or `env_to_state` was given."""
    return EnvSpec.from_json(json.dumps(kept)) if isinstance(kept, dict) else kept


def write(path: Path, about: Mapping[str, Any], parameters: Mapping[str, np.ndarray]) -> Path:
    """Writes the file; `.safetensors` is added to a name without an ending.

    Raises:
        UsageError: it cannot be written there.
    """
    where = _named(path)
    if not where.parent.is_dir():
        raise UsageError(f"the agent cannot be saved: there is no folder {where.parent}.", "Make it first.")
    try:
        save_file(dict(parameters), where, {"dqn": json.dumps({"version": VERSION, **about})})
    except (OSError, SafetensorError) as error:
        raise UsageError(f"the agent cannot be saved as {where}: {error}.", "Name another file.") from error
    return where


def _named(path: Path) -> Path:
    return path if path.suffix else path.with_suffix(".safetensors")


def own_model(network: Mapping[str, Any] | None, model: Any) -> dict[str, Any]:
    """The option that says which network it is, where it is a person's own; by its name, or what makes it.

    Raises:
        UsageError: it is, and was not said, or it is not.
    """
    if network is None or network["kind"] != "module":
        if model is not None:
            raise UsageError("this agent has no network of your own.", "Leave model out.")
        return {}
    if not callable(model) and model != network["model"]:
        raise UsageError(
            f"this agent's network is {network['model']}, whose code is not kept.",
            "Give it: DQN.load(path, model=…)",
        )
    return {"model": model}


def fitting(
    parameters: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, np.ndarray]:
    """Those of a network of these shapes.

    Raises:
        UsageError: they are another network's.
    """
    if any(name not in parameters or parameters[name].shape[1:] != shape for name, shape in shapes.items()):
        raise UsageError(
            "the agent that is saved there has another network.", "Give the one it learned with."
        )
    return {name: parameters[name] for name in shapes}


def read(path: Path, setting: int | None = None) -> Read:
    """What is written there of an agent, and its parameters; of a sweep, of which `setting`.

    Raises:
        UsageError: nothing, something else, or no such setting.
    """
    try:
        where = _model(path, setting) if path.is_dir() else _named(path)
        with safe_open(where, "numpy") as file:
            kept = (file.metadata() or {}).get("dqn")
            parameters = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return (json.loads(kept), parameters) if kept is not None else _of_run(where, parameters)
    except WRONG as error:
        raise UsageError(
            f"{path if path.is_dir() else _named(path)} holds no saved agent.",
            "Name a file that save wrote, or the folder of a run of dqn.",
        ) from error


def _model(folder: Path, setting: int | None) -> Path:
    """The model of the run's one agent; of a sweep's, the best setting's unless one is named."""
    from paradigms.reports import kept

    paths = [path for path in (folder / "model").glob("*.json") if _about(path)["name"] == "dqn"]
    held = {int(_about(path).get("setting", 0)): path for path in paths}
    learner = _about(paths[0])["learner"]
    return held[kept(folder, learner, held, setting)].with_suffix(".safetensors")


def _about(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _of_run(where: Path, parameters: Mapping[str, np.ndarray]) -> Read:
    """A model and what its run's folder says of it; replicas that diverged are left out."""
    model = _about(where.with_suffix(".json"))
    config = _about(where.parent.parent / "config.json")
    own = next(one for one in config["learners"] if one["id"] == model["learner"])
    usable = [place for place, good in enumerate(model["usable"]) if good]
    if model["name"] != "dqn":
        raise KeyError(model["name"])
    if not usable:
        raise UsageError(f"every replica of {model['learner']} diverged.", "Train again with a smaller --lr.")
    options = _options(own, model.get("setting", 0))
    settings = {name: value for name, value in options.items() if name not in ("env", "samples")}
    if (model.get("network") or {}).get("kind") == "module":
        del settings["model"]
    about = {
        "env": options["env"],
        "world": model.get("world"),
        "replicas": len(usable),
        "random_state": config["study"]["seed"],
        "settings": settings,
        "network": model.get("network"),
    }
    return about, {name: parameters[name][usable] for name in model["parameters"]}


def _options(learner: Mapping[str, Any], setting: int) -> dict[str, Any]:
    """What a setting's are in config.json; folders older than sweeps have but one."""
    if "options" not in learner:
        return dict(learner["settings"])
    return next(dict(one["options"]) for one in learner["settings"] if one["setting"] == setting)
