"""Rows from the disk against rows in memory, and how long it takes to read a person's CSV."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.task import Task, nothing, threads

FEATURES = 16


def generated(rows: int) -> dict[str, np.ndarray]:
    """So many rows of noise, and a weighted sum of it with more noise."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(rows, FEATURES))
    y = x @ generator.normal(size=FEATURES) + generator.normal(size=rows)
    return {f"x{k}": x[:, k] for k in range(FEATURES)} | {"y": y}


def rows(stream: bool, rows: int, seeds: Sequence[int], batch: int) -> Task:
    """One epoch of linear regressions; the data are read, split and scaled before the clock starts."""
    import pyarrow as pa
    from pyarrow import parquet

    from paradigms.engine.loop import train
    from paradigms.engine.moments import moments
    from paradigms.studies.asking.prepared import prepare
    from paradigms.studies.asking.request import Request

    held = tempfile.TemporaryDirectory()
    file = Path(held.name) / "table.parquet"
    parquet.write_table(pa.table(generated(rows)), file)
    request = Request(
        "run supervised",
        ("regression",),
        {"epochs": 1.0, "batch_size": batch},
        data=file,
        target="y",
        stream=stream,
        cache=held.name if stream else None,
        seeds=len(seeds),
        threads=threads(),
        workers=1,
        device="cpu",
    ).checked()
    prepared = prepare(request)
    (plan,) = prepared.plans
    (company,) = prepared.companies(plan, plan.asked)

    def assembled() -> Any:
        return prepared.assemble(company)

    waiting = [assembled()]

    def work(pair: int) -> Any:
        assert held.name  # the folder lives as long as this
        assembly = waiting.pop()
        train(assembly.training, moments(assembly.training.total, 120), lambda *_: True)
        return assembly

    def judge(assembly: Any) -> dict[str, float]:
        scores = assembly.learner.evaluate(assembly.training.parameters, "test")["r2"]
        waiting.append(assembled())
        return {"r2": float(np.median(scores)), "steps": float(assembly.training.step)}

    return Task(work, judge)


def reading(how: str, rows: int) -> Task:
    """A CSV of so many rows: as a data set in memory, into a cache on the disk, or by Arrow alone."""
    import pyarrow as pa
    from pyarrow import csv

    from paradigms.datasets import read_stream, read_table

    held = tempfile.TemporaryDirectory()
    file = Path(held.name) / "table.csv"
    csv.write_csv(pa.table(generated(rows)), file)

    def work(pair: int) -> Any:
        if how == "disk":  # the folder lives as long as this
            return read_stream(file, target="y", where=f"{held.name}/{pair}")
        assert held.name
        return read_table(file, target="y") if how == "memory" else csv.read_csv(file)

    work(-1)  # what a first reading loads is not the work
    return Task(work, nothing)
