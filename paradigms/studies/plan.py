"""From a request to what will be trained: one plan a learner, with its data and resolved settings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from paradigms.datasets import load, read_table
from paradigms.errors import DataError, UsageError
from paradigms.registry import Entry
from paradigms.studies.request import Request

if TYPE_CHECKING:
    from paradigms.datasets import Dataset

WITHOUT_RATE = {"sgd": 0.5, "momentum": 0.1, "nesterov": 0.1}
"""Learning rates for learners whose own rule needs none, when another rule is asked for."""


@dataclass(frozen=True)
class Plan:
    """One learner of a study. `dataset` is None for an environment."""

    entry: Entry
    id: str
    settings: Mapping[str, Any]
    dataset: Dataset | None

    @property
    def subject(self) -> str:
        """The data set's name, or the environment's."""
        return str(self.settings["env"]) if self.dataset is None else self.dataset.name


def plans(request: Request) -> tuple[list[Plan], list[str]]:
    """The plans of a request, and a sentence for each learner that was left out.

    Raises:
        UsageError: data that fit none of the learners, or a learner that was named but does not fit.
    """
    loaded: dict[str, Dataset] = {}
    found, notes = [], []
    for entry in request.entries:
        try:
            found.append(_plan(entry, request, loaded))
        except DataError:
            raise
        except UsageError as error:
            if request.named or len(request.learners) == 1 or not _given(request) or entry.dataset is None:
                raise
            notes.append(f"{entry.name} is left out: {error.what}")
    if not found:
        raise UsageError("no learner fits these data.", " ".join(notes))
    return found, notes


def _given(request: Request) -> bool:
    return request.data is not None or request.dataset is not None


def _plan(entry: Entry, request: Request, loaded: dict[str, Dataset]) -> Plan:
    settings = settings_of(entry, request)
    if entry.dataset is None:
        return Plan(entry, f"{entry.name}-{_slug(settings['env'])}", settings, None)
    dataset = _dataset(entry, request, loaded).require(entry.task)
    name = PurePath(dataset.name).stem if dataset.kind == "file" else dataset.name
    model = f"-{settings['model']}" if "model" in settings else ""
    return Plan(entry, f"{entry.name}-{_slug(name)}{model}", settings, dataset)


def _dataset(entry: Entry, request: Request, loaded: dict[str, Dataset]) -> Dataset:
    """The data of one learner; each is read once."""
    name = str(request.data or request.dataset or entry.dataset)
    if name not in loaded:
        if request.data is not None:
            task = request.task if request.task in ("regression", "classification") else None
            loaded[name] = read_table(request.data, target=request.target, task=task, drop=request.drop)
        else:
            loaded[name] = load(name, seed=request.seed)
    return loaded[name]


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.")[:60] or "data"


def settings_of(entry: Entry, request: Request) -> dict[str, Any]:
    """Defaults, `--quick`, then what was given; and what follows from that."""
    given = {name: value for name, value in request.options.items() if name in entry.options}
    settings = entry.defaults(given, request.quick) | given
    if given.get("samples") is not None:
        settings["epochs"] = None
    if given.get("epochs") is not None:
        settings["samples"] = None
    own_rule = entry.options["optimizer"]
    if own_rule == "newton" and settings.get("lr") is not None and "optimizer" not in given:
        settings["optimizer"] = "sgd"
    if settings["optimizer"] == "newton" and own_rule != "newton":
        raise UsageError(
            f"--optimizer newton: the loss of {entry.name} declares no curvature.", "Use adam or sgd."
        )
    if settings["lr"] is None and settings["optimizer"] != "newton":
        settings["lr"] = WITHOUT_RATE.get(settings["optimizer"], 0.01)
    return settings


def budget(plan: Plan, rows: int) -> int:
    """Feedback that each replica may consume, given the rows of its training part."""
    samples, epochs = plan.settings["samples"], plan.settings.get("epochs")
    return int(samples) if samples is not None else math.ceil(float(epochs or 1) * rows)
