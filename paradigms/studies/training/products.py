"""What a trained learner leaves behind: its model, its predictions on held-out rows, its pictures."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.runs.folder import RunFolder
from paradigms.runs.pictures import described
from paradigms.studies.asking.assembly import Assembly
from paradigms.studies.training.recorder import Recorder


def keep(assembly: Assembly, recorder: Recorder, folder: RunFolder) -> list[str]:
    """Writes all three; returns what must be said of them."""
    keep_model(assembly, folder)
    if assembly.split is not None:
        keep_predictions(assembly, folder)
    keep_pictures(assembly, recorder, folder)
    return _left_out(assembly, recorder)


def _left_out(assembly: Assembly, recorder: Recorder) -> list[str]:
    """A sentence for the replicas that have no picture at some moment, because it would not be finite."""
    lost: dict[int, int] = {}
    for (_, samples), one in zip(recorder.picture_steps, recorder.pictures, strict=True):
        for r, seed in enumerate(assembly.problem.streams.seeds):
            if any(
                array.dtype.kind == "f" and array.size and np.isnan(array[r]).all() for array in one.values()
            ):
                lost.setdefault(seed, samples)
    if not lost:
        return []
    who = ", ".join(map(str, sorted(lost)))
    return [
        f"{assembly.plan.id}: what seeds {who} believe is not finite from sample {min(lost.values()):,} on; "
        "those pictures are left out."
    ]


def keep_model(assembly: Assembly, folder: RunFolder) -> None:
    """Parameters by name, and how rows become what the parameters expect."""
    plan, training = assembly.plan, assembly.training
    tensors = {**training.parameters, **assembly.learner.constants()}
    folder.write_tensors(f"model/{plan.id}.safetensors", tensors, {"version": 1})
    preprocessing = [] if assembly.split is None else [one.to_json() for one in assembly.split.preprocessing]
    about = {
        "version": 1,
        "learner": plan.id,
        "name": plan.entry.name,
        "subject": plan.subject,
        "seeds": assembly.problem.streams.seeds,
        "parameters": list(training.parameters),
        "usable": [why != "diverged" for why in training.why],
        "preprocessing": preprocessing,
        **assembly.learner.manner(),
    }
    folder.write_json(f"model/{plan.id}.json", about)


@torch.no_grad()
def keep_predictions(assembly: Assembly, folder: RunFolder) -> None:
    """Held-out rows by their index in the table, one line for each replica that saw them held out."""
    plan, split = assembly.plan, assembly.split
    assert split is not None
    assert plan.dataset is not None
    module: Any = importlib.import_module(plan.entry.module)
    known = {**assembly.training.parameters, **assembly.learner.constants()}
    answer = numbers(module.respond(known, assembly.problem.parts["test"].x)["prediction"])
    mean, scale = assembly.problem.target_mean, assembly.problem.target_scale
    supervised = plan.entry.task in ("regression", "classification")
    if supervised and mean is not None and scale is not None:
        answer = answer * scale[:, None] + mean[:, None]
    names = plan.dataset.classes if plan.entry.task == "classification" else None
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    for r, seed in enumerate(assembly.problem.streams.seeds):
        rows = split.test.rows[min(r, len(split.test.rows) - 1)]
        target = (
            plan.dataset.target[rows] if supervised and plan.dataset.target is not None else [""] * len(rows)
        )
        for row, right, said in zip(rows, target, answer[r], strict=True):
            pair = (right, f"{said:.6g}") if names is None else (names[int(right)], names[int(said)])
            writer.writerow([plan.id, seed, int(row), *pair])
    folder.writer.append(folder.predictions.name, lines.getvalue().encode())


def keep_pictures(assembly: Assembly, recorder: Recorder, folder: RunFolder) -> None:
    """This learner's arrays of every moment, and what each shows."""
    plan, seeds = assembly.plan, list(assembly.problem.streams.seeds)
    found = _pictures(assembly, recorder, len(seeds))
    arrays = {
        name: {"key": f"{plan.id}/{name}", **described(name, lead, array.ndim)}
        for name, (lead, array) in found.items()
    }
    steps, samples = zip(*recorder.picture_steps, strict=True)
    about = {"steps": list(steps), "samples": list(samples), "seeds": seeds, "arrays": arrays}
    add_pictures(folder, plan.id, about, {name: torch.as_tensor(array) for name, (_, array) in found.items()})


def add_pictures(
    folder: RunFolder, learner: str, about: Mapping[str, Any], arrays: Mapping[str, Tensor]
) -> None:
    """Adds a learner's arrays to snapshots.safetensors and their index to snapshots.json."""
    tensors = folder.read_tensors("snapshots.safetensors")
    tensors |= {about["arrays"][name]["key"]: array for name, array in arrays.items()}
    index: dict[str, Any] = {"version": 1, "learners": {}}
    if folder.writer.read("snapshots.json") is not None:
        index |= folder.read_json("snapshots.json", dict)
    index["learners"] = {**dict(index["learners"]), learner: about}
    folder.write_tensors("snapshots.safetensors", tensors, {"version": 1})
    folder.write_json("snapshots.json", index)


def _pictures(
    assembly: Assembly, recorder: Recorder, replicas: int
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Name → the leading dimensions and the array: what does not change in training, then what does."""
    found: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
    for name, array in assembly.learner.scene().items():
        if array.ndim == 1:  # the same for every replica
            found[name] = (), array.copy()
        else:
            each = np.broadcast_to(array, (max(len(array), replicas), *array.shape[1:]))
            found[name] = ("seed",), each.copy()
    for name in recorder.pictures[-1]:
        found[name] = ("moment", "seed"), np.stack([one[name] for one in recorder.pictures])
    return found
