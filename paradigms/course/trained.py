"""Registered learners on rows that a lesson draws, where no data set of the catalogue has them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.options import Options
from paradigms.registry import LEARNERS

Parts = Mapping[str, tuple[Any, Any]]
"""Part → x [R or 1, N, d] and y [R or 1, N] (class codes, or standardised numbers; None without a
teacher).
"""


def begun(
    learner: str,
    parts: Parts,
    draw: Draw,
    steps: int,
    replicas: int | None = None,
    shape: Any = (),
    **options: Any,
) -> Any:
    """A training of one replica a seed at its start, in float64; options may have a value for each replica.

    Parts that are not given are the training part. An example of `shape` lies flat in its row. A learner
    without batches goes through all rows in each of its steps.
    """
    import torch

    from paradigms.engine.rows import Table

    entry, count = LEARNERS[learner], replicas or draw.seeds
    chosen = {**entry.defaults(options, quick=False), **options}
    if chosen.get("lr") is None and chosen.get("optimizer") != "newton":
        chosen["lr"] = 0.1

    def table(x: Any, y: Any) -> Table:
        rows = torch.as_tensor(np.asarray(x, dtype=np.float64))
        told = None if y is None else torch.as_tensor(np.asarray(y))
        return Table(rows, told).shared(count)

    tables = {part: table(*rows) for part, rows in parts.items()}
    train = tables["train"]
    batch = min(chosen.get("batch_size") or train.rows, train.rows)
    if "batch_size" in chosen:
        chosen["batch_size"] = batch
    classes = (
        int(max(int(one.y.max()) for one in tables.values() if one.y is not None)) + 1
        if entry.task == "classification"
        else 0
    )
    return _ready(
        learner, chosen, draw, count, steps * batch, torch.float64,
        parts={part: tables.get(part, train) for part in ("train", "validation", "test")},
        classes=classes, target_mean=np.zeros(count), target_scale=np.ones(count), shape=shape,
    )  # fmt: skip


def acting(learner: str, draw: Draw, samples: int, replicas: int | None = None, **options: Any) -> Any:
    """A training of one agent a seed at its start, that may take so many steps in its environment."""
    import torch

    chosen = {**LEARNERS[learner].defaults(options, quick=False), **options}
    return _ready(learner, chosen, draw, replicas or draw.seeds, samples, torch.float32)


def _ready(
    learner: str, chosen: Mapping[str, Any], draw: Draw, count: int, budget: int, dtype: Any, **data: Any
) -> Any:
    import torch

    from paradigms.engine.problem import Problem
    from paradigms.engine.streams import Streams

    streams = Streams(draw.seed, tuple(int(seed) for seed in np.arange(count) % draw.seeds))
    problem = Problem(Options.of(chosen), streams, budget, torch.device("cpu"), dtype, **data)
    made, phases = importlib.import_module(LEARNERS[learner].module).build(problem)
    return problem.begin(made, phases)


def recalling(training: Any, steps: int) -> Any:
    """The same from its start, by rows that are met in order and recalled from a memory of `memory`."""
    from paradigms.engine.recall import Recalled

    learner, problem = training.learner, training.learner.problem
    return problem.begin(learner, [problem.phase(learner, Recalled(problem, problem.parts["train"]), steps)])


def looked(training: Any, steps: Sequence[int], look: Callable[[Any], Any]) -> np.ndarray:
    """What `look(training)` says at each of these steps (0: before the first), [T, …]."""
    from paradigms.engine.loop import train

    seen = [look(training)] if 0 in steps else []

    def observe(now: Any, signals: Any) -> bool:
        if now.step in steps:
            seen.append(look(now))
        return True

    train(training, [step for step in steps if step], observe)
    return np.array(seen)
