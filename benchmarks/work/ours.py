"""This project's engine on rows that a benchmark already has in memory: no recorder, no folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import torch

from benchmarks.task import threads
from paradigms.engine import devices
from paradigms.engine.loop import train
from paradigms.engine.moments import moments
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streams import Streams
from paradigms.engine.training import Training
from paradigms.options import Options
from paradigms.registry import entry

RECORDED = 120
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def table(x: np.ndarray, y: np.ndarray | None = None) -> Table:
    """Rows [R, N, d], on the device."""
    return Table(torch.as_tensor(x, device=DEVICE), None if y is None else torch.as_tensor(y, device=DEVICE))


def training(
    learner: str,
    seeds: Sequence[int],
    budget: int,
    parts: Mapping[str, Table] | None = None,
    classes: int = 0,
    **settings: Any,
) -> Training:
    """R replicas that are about to learn; `settings` beat the learner's defaults."""
    devices.prepare(threads())
    about = entry(learner)
    problem = Problem(
        options=Options.of(about.defaults(settings, quick=False) | settings),
        streams=Streams(0, tuple(seeds)),
        budget=budget,
        device=DEVICE,
        dtype=torch.float32,
        parts=parts or {},
        classes=classes,
        **({"target_mean": np.zeros(len(seeds)), "target_scale": np.ones(len(seeds))} if not classes else {}),
    )
    built, phases = import_module(about.module).build(problem)
    return problem.begin(built, phases)


def learn(ready: Training) -> Training:
    """Through the one loop, in as many blocks as a study has; nobody looks."""
    train(ready, moments(ready.total, RECORDED), lambda *_: True)
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()
    return ready
