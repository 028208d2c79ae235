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
    learner: str, parts: Parts, draw: Draw, steps: int, replicas: int | None = None, **options: Any
) -> Any:
    """A training of one replica a seed at its start, in float64; options may have a value for each replica.

    Parts that are not given are the training part.
    """
    import torch

    from paradigms.engine.problem import Problem
    from paradigms.engine.rows import Table
    from paradigms.engine.streams import Streams

    entry, count = LEARNERS[learner], replicas or draw.seeds
    chosen = {**entry.defaults(options, quick=False), **options}
    if chosen["lr"] is None and chosen["optimizer"] != "newton":
        chosen["lr"] = 0.1

    def table(x: Any, y: Any) -> Table:
        rows = torch.as_tensor(np.asarray(x, dtype=np.float64))
        told = None if y is None else torch.as_tensor(np.asarray(y))
        return Table(rows, told).shared(count)

    tables = {part: table(*rows) for part, rows in parts.items()}
    train = tables["train"]
    chosen["batch_size"] = min(chosen["batch_size"], train.rows)
    classes = (
        int(max(int(one.y.max()) for one in tables.values() if one.y is not None)) + 1
        if entry.task == "classification"
        else 0
    )
    seeds = tuple(np.arange(count) % draw.seeds)
    streams = Streams(draw.seed, tuple(int(seed) for seed in seeds))
    problem = Problem(
        Options.of(chosen), streams, steps * chosen["batch_size"], torch.device("cpu"), torch.float64,
        {part: tables.get(part, train) for part in ("train", "validation", "test")},
        classes, np.zeros(count), np.ones(count),
    )  # fmt: skip
    made, phases = importlib.import_module(entry.module).build(problem)
    return problem.begin(made, phases)


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
