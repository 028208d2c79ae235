"""A study: every learner of a request trained in turn, recorded in one folder, summed up in a report."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from paradigms.engine import devices
from paradigms.engine.loop import Training, train
from paradigms.errors import Interrupted
from paradigms.studies import checkpoint, products
from paradigms.studies.assembly import Assembly, assemble
from paradigms.studies.folder import RunFolder
from paradigms.studies.plan import Plan, plans
from paradigms.studies.recorder import Recorder
from paradigms.studies.request import Request

PACKAGES = ("paradigms", "torch", "numpy", "gymnasium", "scikit-learn", "scipy", "matplotlib", "seaborn")


@dataclass
class Control:
    """What the outside tells a study and is told by it; every part has a silent default.

    `look(title, done, total)` follows training, `stop()` asks whether to end at the next block,
    `say(sentence)` takes what a person should read, `show(plan)` a person's own table before training.
    """

    look: Callable[[str, int, int], None] = lambda title, done, total: None
    stop: Callable[[], bool] = lambda: False
    say: Callable[[str], None] = lambda sentence: None
    show: Callable[[Plan], None] = lambda plan: None
    every: float = 20.0


def run(request: Request, folder: RunFolder, control: Control, command: str) -> None:
    """Trains what the request asks for and writes the folder; finished learners are not trained again.

    Raises:
        UsageError: before anything is trained, if the request cannot be met.
        Interrupted: the person asked to stop; the folder holds a checkpoint.
    """
    device = devices.resolve(request.device)
    dtype = devices.resolve_dtype(request.dtype, device)
    threads = devices.prepare(request.threads)
    found, notes = plans(request)
    for note in notes:
        control.say(note)
    control.say(f"Training on {device} with {threads} thread{'s' if threads > 1 else ''}.")
    if (folder.path / "config.json").exists():
        config = folder.read_json("config.json")
    else:
        config = _config(request, command, device, threads)
        folder.write_json("config.json", config)
    for plan in found:
        if plan.id in checkpoint.done(folder)["learners"]:
            continue
        if plan.dataset is not None and plan.dataset.kind == "file":
            control.show(plan)
        assembly = assemble(plan, request.seed, request.replica_seeds, device, dtype)
        others = [one for one in config["learners"] if one["id"] != plan.id]
        config["learners"] = [*others, describe(assembly)]
        folder.write_json("config.json", config)
        learn(assembly, folder, control)
        checkpoint.mark_done(folder, plan.id)


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


def _config(request: Request, command: str, device: torch.device, threads: int) -> dict[str, Any]:
    return {
        "version": 1,
        "command": command,
        "options": request.to_json(),
        "study": {
            "seeds": list(request.replica_seeds),
            "seed": request.seed,
            "device": str(device),
            "dtype": request.dtype,
            "threads": threads,
            "quick": request.quick,
        },
        "versions": versions(),
        "started_time": datetime.now(UTC).isoformat(timespec="seconds"),
        "learners": [],
    }


def versions() -> dict[str, str]:
    """Python, the platform and the packages that results hang on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def describe(assembly: Assembly) -> dict[str, Any]:
    """A learner's object in config.json."""
    plan, entry = assembly.plan, assembly.plan.entry
    reference: str | None = entry.reference
    if plan.dataset is None:
        reference = assembly.data.pop("maximum_from")
    return {
        "id": plan.id,
        "name": entry.name,
        "title": entry.title,
        "paradigm": entry.paradigm,
        "task": entry.task,
        "dataset": plan.subject,
        "model": _model(plan),
        "metric": entry.metric,
        "lower_is_better": entry.lower_is_better,
        "view": entry.view,
        "loss": entry.loss,
        "baseline_name": entry.baseline,
        "reference_name": reference,
        "settings": {**plan.settings, "samples": assembly.problem.budget},
        "parameters": assembly.training.parameters.flat.shape[1],
        "feedback": asdict(entry.feedback),
        "data": assembly.data,
    }


def _model(plan: Plan) -> str:
    kinds = {"kmeans": "centres", "pca": "components"}
    return str(plan.settings.get("model", kinds.get(plan.entry.task, "mlp")))


def report(folders: Sequence[Path], out: Path, embed_rows: bool = False) -> Any:
    """Draws the page of finished runs."""
    from paradigms.reports import draw

    return draw(folders, out, embed_rows=embed_rows)
