"""From a request to what will be trained: one plan a learner, with its data and resolved settings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from paradigms import datasets
from paradigms.entries import Entry
from paradigms.errors import UsageError
from paradigms.studies.asking.request import Request

if TYPE_CHECKING:
    from paradigms.datasets import Dataset
    from paradigms.rl.world import World

WITHOUT_RATE = {"sgd": 0.5, "momentum": 0.1, "nesterov": 0.1}
"""Learning rates for learners whose own rule needs none, when another rule is asked for."""
PATIENCE = 0.5
"""Seconds in which an environment is asked whether it repeats itself."""


@dataclass(frozen=True)
class Plan:
    """One learner of a study. `dataset` is None for an environment, of which `world` tells what is known."""

    entry: Entry
    id: str
    settings: Mapping[str, Any]
    dataset: Dataset | None
    world: World | None = None

    @property
    def subject(self) -> str:
        """The data set's name, or the environment's."""
        return str(self.settings["env"]) if self.dataset is None else self.dataset.name


def plans(request: Request) -> tuple[list[Plan], list[str]]:
    """The plans of a request, and what a person should know: who is left out, which options mean what.

    Raises:
        UsageError: data that fit none of the learners, or a learner that was named but does not fit.
    """
    loaded: dict[str, Dataset] = {}
    found, notes, left = [], [], []
    for entry in request.entries:
        settings = settings_of(entry, request)
        dataset = None if entry.dataset is None else _dataset(entry, request, loaded)
        reason = None if dataset is None else _misfit(entry, dataset, request)
        if reason is not None:
            left.append((entry.name, reason))
            continue
        if "clusters" in settings and settings["clusters"] is None and dataset is not None:
            settings["clusters"] = len(dataset.classes or ())
        smaller = {} if dataset is None else _smaller(settings, request, dataset)
        notes += _implied(entry, request, settings)
        notes += [f"{entry.name}: --{name} {n}, few enough for these data." for name, n in smaller.items()]
        world = None if dataset is not None else _world(entry, settings)
        notes += [] if world is None else _known(entry, world, settings)
        found.append(Plan(entry, _id(entry, settings, dataset), settings | smaller, dataset, world))
    if not found:
        raise left[0][1]
    return found, [*(f"{name} is left out: {why.what}" for name, why in left), *request.remarks(), *notes]


def _world(entry: Entry, settings: Mapping[str, Any]) -> World:
    """What one look at the environment tells."""
    from paradigms.rl.world import World

    return World.of(settings["env"], settings["limit"])


def _known(entry: Entry, world: World, settings: Mapping[str, Any]) -> list[str]:
    """What a person should know of an environment; one that has a preset is known to repeat itself."""
    from paradigms.rl.repeating import doubts

    known = settings["env"] in entry.variants
    doubt = None if known else doubts(settings["env"], settings["limit"], patience=PATIENCE)
    return [*world.notes, *([] if doubt is None else [f"Warning: {world.name} {doubt}."])]


def _misfit(entry: Entry, dataset: Dataset, request: Request) -> UsageError | None:
    """Why these data do not fit a learner that nobody asked for by name."""
    given = request.data is not None or request.dataset is not None
    try:
        dataset.require(entry.task)
    except UsageError as error:
        if request.named or len(request.learners) == 1 or not given:
            raise
        return error
    return None


def _implied(entry: Entry, request: Request, settings: Mapping[str, Any]) -> list[str]:
    """What a given option changes, or does not, without being asked."""
    notes = []
    if "lr" in request.options and entry.options["lr"] is None and "optimizer" not in request.options:
        notes.append(f"{entry.name} learns by plain {settings['optimizer']}, because --lr was given.")
    if "hidden" in request.options and settings.get("model") == "linear":
        notes.append(f"{entry.name} is linear, so --hidden changes nothing; --model mlp has hidden layers.")
    return notes


def _smaller(settings: Mapping[str, Any], request: Request, dataset: Dataset) -> dict[str, int]:
    """Defaults that are too many for a small table: at most half its features, an eighth of its rows."""
    distinct = len(dataset.frame.drop_duplicates()) if settings.get("clusters") else 0
    most = {
        "components": max(1, len(dataset.features) // 2),
        "clusters": max(2, min(len(dataset) // 8, distinct // 2)),
    }
    return {name: n for name, n in most.items() if name not in request.options and settings.get(name, 0) > n}


def _id(entry: Entry, settings: Mapping[str, Any], dataset: Dataset | None) -> str:
    if dataset is None:
        return f"{entry.name}-{_slug(settings['env'])}"
    name = PurePath(dataset.name).stem if dataset.kind == "file" else dataset.name
    model = f"-{settings['model']}" if "model" in settings else ""
    return f"{entry.name}-{_slug(name)}{model}"


def _dataset(entry: Entry, request: Request, loaded: dict[str, Dataset]) -> Dataset:
    """The data of one learner; each is read once."""
    name = str(request.data or request.dataset or entry.dataset)
    if name not in loaded:
        if request.data is not None:
            task, drop = request.task or _task_of_all(request), request.drop or ()
            loaded[name] = datasets.read_table(request.data, target=request.target, task=task, drop=drop)
        else:
            loaded[name] = datasets.load(name, seed=request.seed, task=request.task)
    return loaded[name]


def _task_of_all(request: Request) -> str | None:
    """Where nobody will learn the target, it may be what it is."""
    return None if any(entry.paradigm == "supervised" for entry in request.entries) else "kmeans"


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.")[:60] or "data"


def settings_of(entry: Entry, request: Request) -> dict[str, Any]:
    """Defaults, `--quick`, then what was given; and what follows from that."""
    given = {name: value for name, value in request.options.items() if name in entry.options}
    settings = entry.defaults(given, request.quick) | given
    if given.get("samples") is not None and "epochs" in settings:
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
