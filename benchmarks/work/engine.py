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
    """One learner of a study: through the `bare` loop, or `recorded`.

    Recorded are signals, rows, pictures' arrays and checkpoints; evaluations and pictures are not computed
    anew: every look gets the answer that the first one got before the clock ran.
    """
    from paradigms.runs.folder import RunFolder
    from paradigms.studies.asking.assembly import assemble
    from paradigms.studies.asking.description import configuration
    from paradigms.studies.asking.prepared import prepare
    from paradigms.studies.asking.request import Request
    from paradigms.studies.saving.ledger import Ledger
    from paradigms.studies.training.learning import Control
    from paradigms.studies.training.learning import learn as learnt
    from paradigms.studies.training.recorder import Recorder

    request = Request("run", (learner,), options, seeds=replicas, threads=threads()).checked()
    prepared = prepare(request)
    (plan,) = prepared.plans
    (company,) = prepared.companies(plan, plan.asked)

    def made() -> Any:
        return assemble(company, request.seed, prepared.device, prepared.dtype)

    held = tempfile.TemporaryDirectory()
    looks: dict[Any, Any] = {}
    warm = made()
    Recorder(warm, RunFolder(Path(held.name) / "warm"))  # references are fitted once
    _look_once(warm.learner, looks)
    for part in ("train", "validation", "test"):
        warm.learner.evaluate(warm.training.parameters, part)
    warm.learner.view(warm.training.parameters)

    def bare(pair: int) -> None:
        learn(made().training)

    def written(pair: int) -> None:
        assembly = made()
        _look_once(assembly.learner, looks)
        folder, control = RunFolder(Path(held.name) / f"{pair}", new=True), Control()
        with folder.writing(control.say, configuration(prepared, "")):
            learnt(assembly, folder, Ledger(folder, control.say), control)

    return Task(bare if what == "bare" else written, nothing)


def _look_once(learner: Any, known: dict[Any, Any]) -> None:
    """Makes every look at the learner answer what the first one did, for each part of the data."""

    def once(look: Callable[..., Any]) -> Callable[..., Any]:
        def again(parameters: Any, *part: str) -> Any:
            key = look.__name__, *part
            if key not in known:
                known[key] = look(parameters, *part)
            return known[key]

        return again

    learner.evaluate, learner.view = once(learner.evaluate), once(learner.view)
