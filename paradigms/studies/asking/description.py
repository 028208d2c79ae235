"""What was asked and what was resolved, as config.json holds it."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from paradigms import __version__
from paradigms.studies.asking.assembly import Assembly
from paradigms.studies.asking.plan import Plan

if TYPE_CHECKING:
    from paradigms.studies.study import Prepared

PACKAGES = ("torch", "numpy", "gymnasium", "scikit-learn", "scipy", "matplotlib", "seaborn")


def configuration(prepared: Prepared, command: str) -> dict[str, Any]:
    """The file as it is before any learner has begun."""
    request = prepared.request
    return {
        "version": 1,
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
        "versions": versions(),
        "started_time": datetime.now(UTC).isoformat(timespec="seconds"),
        "learners": [],
    }


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
    """A learner's object in config.json."""
    plan, entry = assembly.plan, assembly.plan.entry
    data = dict(assembly.data)
    return {
        "id": plan.id,
        "name": entry.name,
        "title": entry.title,
        "paradigm": entry.paradigm,
        "task": entry.task,
        "dataset": plan.subject,
        "model": plan.settings.get("model", entry.model),
        "metric": entry.metric,
        "lower_is_better": entry.lower_is_better,
        "view": entry.view,
        "loss": entry.loss,
        "baseline_name": entry.baseline,
        "reference_name": data.pop("maximum_from", entry.reference),
        "settings": {**plan.settings, "samples": assembly.problem.budget},
        "parameters": assembly.training.parameters.flat.shape[1],
        "feedback": asdict(entry.feedback) | _declared(plan),
        "data": data,
    }


def _declared(plan: Plan) -> dict[str, Any]:
    """What an environment of our own knows of its delay."""
    delay = plan.settings.get("delay")
    if delay is None:
        return {}
    return {"delay": delay} | ({"moves": "the rest of the return is its own estimate"} if delay else {})
