"""A study: every learner of a request trained in turn, recorded in one folder, summed up in a report."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import torch

from paradigms import __version__
from paradigms.engine import devices
from paradigms.engine.loop import train
from paradigms.engine.training import Training
from paradigms.errors import Interrupted, UsageError
from paradigms.studies import checkpoint, estimate, products
from paradigms.studies.assembly import Assembly, assemble
from paradigms.studies.estimate import check_memory, duration
from paradigms.studies.folder import RunFolder, plain
from paradigms.studies.plan import Plan, plans
from paradigms.studies.recorder import Recorder
from paradigms.studies.request import Request

LONG = 60.0
"""Seconds of training that are said before they begin."""
PACKAGES = ("torch", "numpy", "gymnasium", "scikit-learn", "scipy", "matplotlib", "seaborn")


@dataclass
class Control:
    """What the outside tells a study and is told by it; every part has a silent default.

    `look(title, done, total)` follows training, `stop()` asks whether to end at the next block,
    `say(text)` takes what a person should read. A checkpoint is saved `every` so many seconds.
    """

    look: Callable[[str, int, int], None] = lambda title, done, total: None
    stop: Callable[[], bool] = lambda: False
    say: Callable[[str], None] = lambda text: None
    every: float = 20.0


@dataclass(frozen=True)
class Prepared:
    """A request that can be met: what would be trained where, and what a person should know of it."""

    request: Request
    plans: list[Plan]
    notes: list[str]
    device: torch.device
    dtype: torch.dtype
    threads: int

    def assemble(self, plan: Plan, seeds: int | None = None) -> Assembly:
        """One of the learners with its data, or with only the first few of its replicas."""
        chosen = self.request.replica_seeds[:seeds]
        return assemble(plan, self.request.seed, chosen, self.device, self.dtype)

    def foreword(self) -> list[str]:
        """A person's own table as it was understood, the notes, and where it will be trained."""
        tables = {id(plan.dataset): plan.dataset for plan in self.plans if plan.dataset is not None}
        own = [table.describe() for table in tables.values() if table.kind == "file"]
        many = "s" if self.threads > 1 else ""
        seconds = sum(estimate.estimate(plan, len(self.request.replica_seeds)).seconds for plan in self.plans)
        long = f", for about {duration(seconds)}" if seconds > LONG else ""
        where = f"Training on {self.device} with {self.threads} thread{many}{long}."
        return [*own, *self.notes, where]


def prepare(request: Request) -> Prepared:
    """Finds out what can be wrong with a request, by assembling one replica of each learner.

    Raises:
        UsageError: the request cannot be met.
    """
    device = devices.resolve(request.device)
    dtype = devices.resolve_dtype(request.dtype, device)
    found, notes = plans(request)
    seeds = len(request.replica_seeds)
    check_memory(found, seeds, dtype.itemsize)
    threads = devices.prepare(request.threads or estimate.threads(found, seeds))
    prepared = Prepared(request, found, notes, device, dtype, threads)
    for plan in found:
        prepared.assemble(plan, seeds=1)
    return prepared


def run(request: Request, folder: RunFolder, control: Control, command: str) -> None:
    """Trains what the request asks for and writes the folder; finished learners are not trained again.

    Raises:
        UsageError: before anything is written or trained, if the request cannot be met.
        Interrupted: the person asked to stop; the folder holds a checkpoint.
    """
    prepared = prepare(request)
    if folder.new:
        folder.begin()
        folder.write_json("config.json", _config(prepared, command))
    for text in prepared.foreword():
        control.say(text)
    for plan in prepared.plans:
        if plan.id in checkpoint.done(folder)["learners"]:
            continue
        if control.stop():
            raise Interrupted(f"stopped before {plan.id}.")
        assembly = prepared.assemble(plan)
        _enter(assembly, folder)
        learn(assembly, folder, control)
        checkpoint.mark_done(folder, plan.id)


def _enter(assembly: Assembly, folder: RunFolder) -> None:
    """Describes the learner in config.json, where it stands already if its training is resumed."""
    config, about = folder.read_json("config.json"), plain(describe(assembly))
    known = {one["id"]: one for one in config["learners"]}
    if known.setdefault(about["id"], about) != about:
        raise UsageError(
            f"{about['id']} began with other data or other defaults than it has now.", "Train it anew."
        )
    folder.write_json("config.json", config | {"learners": list(known.values())})


def learn(assembly: Assembly, folder: RunFolder, control: Control) -> None:
    """Trains one learner to its end, or to the block's end at which the person wants to stop."""
    plan, training = assembly.plan, assembly.training
    began = time.perf_counter()
    recorder = Recorder(assembly, folder)
    before = checkpoint.restore(folder, plan.id, training, recorder)
    if before is None:
        folder.cut(checkpoint.done(folder)["sizes"])
        recorder.start()

    def wall() -> float:
        return (before or 0.0) + time.perf_counter() - began

    saved = time.monotonic()

    def observe(training: Training, signals: dict[str, torch.Tensor]) -> bool:
        nonlocal saved
        recorder.observe(training, signals)
        control.look(plan.entry.title, training.step, training.total)
        stopping = control.stop()
        if stopping or time.monotonic() - saved > control.every:
            checkpoint.save(folder, plan.id, training, recorder, wall())
            saved = time.monotonic()
        if stopping:
            raise Interrupted(f"stopped; {plan.id} is saved at step {training.step} of {training.total}.")
        return True

    train(training, recorder.moments, observe)
    control.look(plan.entry.title, training.total, training.total)
    recorder.finish(training, wall())
    products.keep(assembly, recorder, folder)


def _config(prepared: Prepared, command: str) -> dict[str, Any]:
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


def report(
    folders: Sequence[Path],
    out: Path,
    embed_rows: bool = False,
    fields: Literal["median", "all"] = "median",
) -> Any:
    """Draws the page of finished runs; `fields` says whose pictures move, the median seed's or all."""
    from paradigms.reports import draw

    return draw(folders, out, embed_rows=embed_rows, fields=fields)


def _declared(plan: Plan) -> dict[str, Any]:
    """What an environment of our own knows of its delay."""
    delay = plan.settings.get("delay")
    if delay is None:
        return {}
    return {"delay": delay} | ({"moves": "the rest of the return is its own estimate"} if delay else {})
