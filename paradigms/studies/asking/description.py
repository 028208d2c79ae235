"""What was asked and what was resolved, as config.json holds it."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from paradigms import __version__
from paradigms.entries import Entry
from paradigms.errors import UsageError
from paradigms.options import Options
from paradigms.runs.folder import VERSION, RunFolder, plain
from paradigms.studies.asking.assembly import Assembly

if TYPE_CHECKING:
    from paradigms.studies.asking.prepared import Prepared

PACKAGES = ("torch", "numpy", "gymnasium", "scikit-learn", "scipy", "matplotlib", "seaborn")


def configuration(prepared: Prepared, command: str) -> dict[str, Any]:
    """The file as it is before any learner has begun."""
    request, found = prepared.request, versions()
    return {
        "version": VERSION,
        "command": command,
        "options": request.to_json(),
        "study": {
            "seeds": list(request.replica_seeds),
            "seed": request.seed,
            "device": str(prepared.device),
            "dtype": request.dtype,
            "threads": prepared.threads,
            "workers": prepared.workers,
            "quick": request.quick,
            "same_data": request.same_data,
        },
        "versions": found,
        "started_time": datetime.now(UTC).isoformat(timespec="seconds"),
        "learners": [],
    }


@cache
def versions() -> dict[str, str]:
    """Python, the platform and the packages that results hang on."""
    found = {"python": platform.python_version(), "paradigms": __version__}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def describe(assembly: Assembly) -> dict[str, Any]:
    """A learner's object in config.json: its settings, and what the first that trains here is like."""
    company, entry, setting = assembly.company, assembly.entry, assembly.company.setting
    data = dict(assembly.data)
    return {
        "id": assembly.id,
        "name": entry.name,
        "title": entry.title,
        "paradigm": entry.paradigm,
        "task": entry.task,
        "dataset": setting.subject,
        "model": setting.options.model or entry.model,
        "metric": entry.metric,
        "lower_is_better": entry.lower_is_better,
        "view": entry.view,
        **({"gradientless": entry.gradientless} if entry.gradientless else {}),
        "loss": entry.minimised(setting.options.named(entry.options)),
        "baseline_name": entry.baseline,
        "reference_name": data.pop("maximum_from", _reference(assembly)),
        "described": setting.number,
        "options": {**setting.options.named(entry.options), "samples": assembly.problem.budget},
        "settings": [
            {"setting": one.number, "varied": one.varied, "options": one.options.named(entry.options)}
            for one in company.plan.settings
        ],
        "parameters": assembly.training.parameters.flat.shape[1],
        "feedback": asdict(entry.feedback) | _declared(entry, setting.options),
        "data": data,
    }


def _reference(assembly: Assembly) -> str:
    """Its name; of rows on the disk, how many of them it was fitted on where these are not all."""
    if not assembly.streamed or assembly.entry.streams == "exact":
        return assembly.entry.reference
    rows, sampled = assembly.problem.parts["train"].rows, assembly.problem.parts["train"].x.shape[1]
    fitted = f", fitted on {sampled:,} of {rows:,} training rows" if sampled < rows else ""
    return f"{assembly.entry.reference}{fitted}"


def enter(about: Mapping[str, Any], config: dict[str, Any], folder: RunFolder) -> None:
    """Puts a learner into config.json, where it stands already if another of its companies has begun.

    Raises:
        UsageError: it began with other data or defaults.
    """
    known = {one["id"]: one for one in config["learners"]}
    before = known.get(about["id"])
    known[about["id"]] = about if before is None else _joined(plain(before), plain(about))
    config["learners"] = list(known.values())
    folder.write_json("config.json", config)


def _joined(known: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    apart = ("described", "settings", *(PER_SETTING if known["described"] != about["described"] else ()))
    same = all(known.get(name) == value for name, value in about.items() if name not in apart)
    shorter, longer = sorted((known["settings"], about["settings"]), key=len)
    if not same or longer[: len(shorter)] != shorter:
        raise UsageError(
            f"{known['id']} began with other data or other defaults than it has now.", "Train it anew."
        )
    return {**(about if about["described"] < known["described"] else known), "settings": longer}


PER_SETTING = ("dataset", "model", "options", "parameters", "feedback", "data", "loss", "reference_name")
"""What may hang on which setting is described."""


def _declared(entry: Entry, options: Options) -> dict[str, Any]:
    """What an environment of our own knows of its delay."""
    if "delay" not in entry.options:
        return {}
    moves = {"moves": "the rest of the return is its own estimate"} if options.delay else {}
    return {"delay": options.delay, **moves}
