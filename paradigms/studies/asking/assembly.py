"""From a plan to something that trains: data on the device, the learner, its phases, its description."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from paradigms.datasets import split
from paradigms.engine.learner import Learner
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streams import Streams
from paradigms.engine.training import Training
from paradigms.errors import UsageError
from paradigms.studies.asking.plan import Plan, budget

if TYPE_CHECKING:
    from paradigms.datasets import Part, Split


@dataclass(frozen=True)
class Assembly:
    """One learner ready to be trained; `split` is None for an environment."""

    plan: Plan
    learner: Learner[Any]
    training: Training
    problem: Problem
    split: Split | None
    data: dict[str, Any]


def assemble(
    plan: Plan, study: int, seeds: tuple[int, ...], device: torch.device, dtype: torch.dtype
) -> Assembly:
    """Loads, splits and builds; the same arguments give the same assembly, bit for bit."""
    streams = Streams(study, seeds)
    module = importlib.import_module(plan.entry.module)
    parts: Split | None = None
    if plan.dataset is None:
        _check_budget(plan, 0)
        problem = Problem(plan.settings, streams, budget(plan, 0), device, dtype)
        data = importlib.import_module("paradigms.rl.scenery").describe(plan.settings)
    else:
        whole = bool(plan.settings.get("all_data"))
        wide = np.float64 if dtype == torch.float64 else np.float32
        parts = split(plan.dataset, study_seed=study, seeds=seeds, whole=whole, dtype=wide)
        _check_budget(plan, parts.sizes["train"])
        problem = _problem(plan, streams, parts, device, dtype)
        data = plan.dataset.facts() | {"split": parts.sizes}
    learner, phases = module.build(problem)
    training = Training(learner, problem.start(learner), phases)
    learner.begin(training.parameters)
    return Assembly(plan, learner, training, problem, parts, data)


def _check_budget(plan: Plan, rows: int) -> None:
    """Raises unless the budget is enough for one update."""
    settings, asked = plan.settings, budget(plan, rows)
    if plan.dataset is None:
        least, what = settings["envs"] * (settings["n_step"] + 1), "--samples"
    else:
        moments = 4 if "replay" in settings else 1
        least, what = (
            moments * settings["batch_size"],
            "--epochs" if settings["samples"] is None else "--samples",
        )
    if asked < least:
        raise UsageError(
            f"{plan.entry.name}: {asked:,} samples end before the first update, which takes {least:,}.",
            f"Give more {what}" + (" or a smaller --batch-size." if rows else "."),
        )


def _problem(plan: Plan, streams: Streams, parts: Split, device: torch.device, dtype: torch.dtype) -> Problem:
    assert plan.dataset is not None
    mean = scale = None
    if plan.dataset.task == "regression":
        mean = np.array([one.target_mean for one in parts.preprocessing])
        scale = np.array([one.target_scale for one in parts.preprocessing])

    def table(part: Part) -> Table:
        x = torch.as_tensor(np.ascontiguousarray(part.x), dtype=dtype, device=device)
        if part.y is None:
            return Table(x)
        if mean is None or scale is None:
            return Table(x, torch.as_tensor(np.ascontiguousarray(part.y), device=device))
        y = (part.y.astype(np.float64) - mean[:, None]) / scale[:, None]
        return Table(x, torch.as_tensor(y, dtype=dtype, device=device))

    return Problem(
        settings=plan.settings,
        streams=streams,
        budget=budget(plan, parts.sizes["train"]),
        device=device,
        dtype=dtype,
        parts={"train": table(parts.train), "validation": table(parts.validation), "test": table(parts.test)},
        classes=len(plan.dataset.classes or ()),
        target_mean=mean,
        target_scale=scale,
    )
