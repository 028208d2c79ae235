"""The engine against itself: its bare matrix products, one replica, no recorder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from benchmarks.task import Task, nothing, threads
from benchmarks.work.ours import DEVICE, learn, table, training

HIDDEN, BATCH, FEATURES, CLASSES, ROWS = (64, 64), 64, 64, 10, 1344


def step(seeds: Sequence[int], updates: int, width: int = HIDDEN[0]) -> Task:
    """`updates` steps of the engine, ten networks 64-64-64-10 on random rows."""
    generator = torch.Generator().manual_seed(0)
    replicas = len(seeds)
    x = torch.rand(replicas, ROWS, FEATURES, generator=generator)
    y = torch.randint(CLASSES, (replicas, ROWS), generator=generator)
    parts = {"train": table(x.numpy(), y.numpy())}

    def ready(updates: int) -> Any:
        return training(
            "classification",
            seeds,
            updates * BATCH,
            parts,
            classes=CLASSES,
            hidden=(width, width),
            batch_size=BATCH,
            lr=1e-3,
            schedule="constant",
            l2=0.0,
        )

    learn(ready(3))
    return Task(lambda pair: learn(ready(updates)), nothing)


def products(seeds: Sequence[int], updates: int, width: int = HIDDEN[0]) -> Task:
    """The matrix products of the same steps and nothing else: forward, to the weights, to the inputs."""
    torch.set_flush_denormal(True)
    torch.set_num_threads(threads())
    widths, replicas = (FEATURES, width, width, CLASSES), len(seeds)
    layers = []
    for fan_in, fan_out in pairwise(widths):
        shapes = (BATCH, fan_in), (fan_in, fan_out), (BATCH, fan_out)
        layers.append([torch.rand(replicas, *shape, device=DEVICE) for shape in shapes])

    @torch.no_grad()
    def work(pair: int) -> None:
        for _ in range(updates):
            for i, (x, w, g) in enumerate(layers):
                torch.bmm(x, w)
                torch.bmm(x.transpose(1, 2), g)
                if i:
                    torch.bmm(g, w.transpose(1, 2))
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()

    work(0)
    return Task(work, nothing)


def study(learner: str, replicas: int, what: str, **options: Any) -> Task:
    """One learner of a study: through the `bare` loop, `recorded`, or recorded and `watched`.

    Recorded are signals, rows, pictures' arrays and checkpoints; evaluations and pictures are computed only
    where it is watched, else every look gets the first one's answer.
    """
    from paradigms.studies import study as studies
    from paradigms.studies.folder import RunFolder
    from paradigms.studies.recorder import Recorder
    from paradigms.studies.request import Request

    request = Request("run", (learner,), options, seeds=replicas, threads=threads()).checked()
    prepared = studies.prepare(request)
    (plan,) = prepared.plans
    held = tempfile.TemporaryDirectory()
    Recorder(prepared.assemble(plan), RunFolder(Path(held.name) / "warm"))  # references are fitted once

    def bare(pair: int) -> None:
        learn(prepared.assemble(plan).training)

    def written(pair: int) -> None:
        assembly = prepared.assemble(plan)
        if what == "recorded":
            for look in ("evaluate", "view"):
                setattr(assembly.learner, look, _once(getattr(assembly.learner, look)))
        folder, control = RunFolder(Path(held.name) / f"{pair}", new=True), studies.Control()
        with folder.writing(control.say, studies.configuration(prepared, "")):
            studies.learn(assembly, folder, studies.Ledger(folder, control.say), control)

    return Task(bare if what == "bare" else written, nothing)


def _once(look: Callable[..., Any]) -> Callable[..., Any]:
    """Answers what it answered the first time, for each part of the data."""
    known: dict[Any, Any] = {}

    def again(parameters: Any, *part: str) -> Any:
        if part not in known:
            known[part] = look(parameters, *part)
        return known[part]

    return again
