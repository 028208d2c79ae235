"""What a trained company leaves behind: models, predictions on held-out rows and pictures, by setting."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from paradigms.datasets.streams.table import TOLD
from paradigms.engine.devices import numbers
from paradigms.runs.folder import VERSION, RunFolder
from paradigms.runs.identity import Replica, listed, stored
from paradigms.runs.pictures import described
from paradigms.studies.asking import module
from paradigms.studies.asking.assembly import Assembly
from paradigms.studies.training import discreet
from paradigms.studies.training.recorder import Recorder

Lead = tuple[str, ...]
Shown = tuple[Mapping[str, Any], Mapping[str, np.ndarray]]
"""What is said of one setting's pictures, and their arrays."""


def keep(assembly: Assembly, recorder: Recorder, folder: RunFolder) -> list[str]:
    """Writes all three; returns what must be said of them."""
    for setting, places in _settings(assembly).items():
        keep_model(assembly, setting, places, folder)
    if assembly.split is not None:
        keep_predictions(assembly, folder)
    keep_pictures(assembly, recorder, folder)
    return _left_out(assembly, recorder)


def _left_out(assembly: Assembly, recorder: Recorder) -> list[str]:
    """A sentence for the replicas that have no picture at some moment, because it would not be finite."""
    lost: dict[Replica, int] = {}
    without = discreet.CENTRES if assembly.discreet else ()
    for (_, samples), one in zip(recorder.picture_steps, recorder.pictures, strict=True):
        floats = [a for name, a in one.items() if a.dtype.kind == "f" and a.size and name not in without]
        for r, replica in enumerate(assembly.company.replicas):
            if any(np.isnan(array[r]).all() for array in floats):
                lost.setdefault(replica, samples)
    if not lost:
        return []
    return [
        f"{assembly.id}: what {listed(sorted(lost))} believe is not finite from sample "
        f"{min(lost.values()):,} on; those pictures are left out."
    ]


def _settings(assembly: Assembly) -> dict[int, list[int]]:
    """Setting → the places of its replicas."""
    found: dict[int, list[int]] = {}
    for place, replica in enumerate(assembly.company.replicas):
        found.setdefault(replica.setting, []).append(place)
    return found


def keep_model(assembly: Assembly, setting: int, places: list[int], folder: RunFolder) -> None:
    """Parameters by name, and how rows become what the parameters expect."""
    company, training = assembly.company, assembly.training
    held = {**training.parameters, **assembly.learner.constants()}
    arrays = {name: tensor[places].detach().cpu().numpy() for name, tensor in held.items()}
    name = stored(assembly.id, setting)
    folder.write_arrays(f"model/{name}.safetensors", arrays, {"version": VERSION})
    about = {
        "version": VERSION,
        "learner": assembly.id,
        "setting": setting,
        "name": assembly.entry.name,
        "subject": company.setting.subject,
        "seeds": [company.replicas[place].seed for place in places],
        "parameters": list(training.parameters),
        "usable": [training.why[place] != "diverged" for place in places],
        "preprocessing": _preprocessing(assembly, places),
        "network": None if assembly.network is None else assembly.network.description,
        **assembly.learner.manner(),
    }
    folder.write_json(f"model/{name}.json", about)


def _preprocessing(assembly: Assembly, places: list[int]) -> list[dict[str, Any]]:
    """Of each replica, or of all of them where they share it; none of environments."""
    if assembly.split is None:
        return []
    whole = bool(assembly.company.options.all_data)
    return [assembly.preprocessing(place).to_json() for place in (places[:1] if whole else places)]


@torch.no_grad()
def keep_predictions(assembly: Assembly, folder: RunFolder) -> None:
    """Held-out rows by their index in the table, one line for each replica that saw them held out.

    None of those that are answered at every place; of rows on the disk the first.
    """
    company, entry, dataset = assembly.company, assembly.entry, assembly.company.setting.dataset
    assert dataset is not None
    known = {**assembly.training.parameters, **assembly.learner.constants()}
    x = assembly.problem.parts["test"].x
    said = module.respond(entry, assembly.network, known, x[:, :TOLD] if assembly.streamed else x)
    answer = numbers(said["prediction"])
    if answer.ndim > 2:
        return
    mean, scale = assembly.problem.target_mean, assembly.problem.target_scale
    supervised = entry.task in ("regression", "classification")
    if supervised and mean is not None and scale is not None:
        answer = answer * scale[:, None] + mean[:, None]
    names = dataset.classes if entry.task == "classification" else None
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    for r, replica in enumerate(company.replicas):
        rows, targets = assembly.held_out(r)
        target = targets if supervised and targets is not None else [""] * len(rows)
        for row, right, said in zip(rows, target, answer[r], strict=True):
            pair = (right, f"{said:.6g}") if names is None else (names[int(right)], names[int(said)])
            writer.writerow([assembly.id, *replica, int(row), *pair])
    folder.writer.append(folder.predictions.name, lines.getvalue().encode())


def keep_pictures(assembly: Assembly, recorder: Recorder, folder: RunFolder) -> None:
    """Every setting's arrays of every moment, and what each shows."""
    pictures = _pictures(assembly, recorder)
    steps, samples = zip(*recorder.picture_steps, strict=True)
    shown: dict[str, Shown] = {}
    for setting, places in _settings(assembly).items():
        name = stored(assembly.id, setting)
        arrays = {
            one: array.take(places, lead.index("seed")) if "seed" in lead else array
            for one, (lead, array) in pictures.items()
        }
        index = {
            one: {"key": f"{name}/{one}", **described(one, pictures[one][0], array.ndim)}
            for one, array in arrays.items()
        }
        replicas = [assembly.company.replicas[place] for place in places]
        about = {"steps": list(steps), "samples": list(samples), "replicas": replicas, "arrays": index}
        shown[name] = about, arrays
    add_pictures(folder, shown)


def add_pictures(folder: RunFolder, shown: Mapping[str, Shown]) -> None:
    """Adds settings' arrays to snapshots.safetensors, and their index to snapshots.json.

    By the names they are kept under; what was there under these goes.
    """
    held = folder.read_arrays("snapshots.safetensors")
    held = {key: array for key, array in held.items() if key.rpartition("/")[0] not in shown}
    for about, arrays in shown.values():
        held |= {about["arrays"][one]["key"]: array for one, array in arrays.items()}
    index: dict[str, Any] = {"version": VERSION, "learners": {}}
    if folder.writer.read("snapshots.json") is not None:
        index |= folder.read_json("snapshots.json", dict)
    index["learners"] = {**dict(index["learners"]), **{name: about for name, (about, _) in shown.items()}}
    folder.write_arrays("snapshots.safetensors", held, {"version": VERSION})
    folder.write_json("snapshots.json", index)


def _pictures(assembly: Assembly, recorder: Recorder) -> dict[str, tuple[Lead, np.ndarray]]:
    """Name → the leading dimensions and the array: what does not change in training, then what does."""
    found: dict[str, tuple[Lead, np.ndarray]] = {}
    replicas = len(assembly.company.replicas)
    learner = assembly.learner
    scene = discreet.scene(learner, assembly.width) if assembly.discreet else learner.scene()
    for name, array in scene.items():
        if array.ndim == 1:  # the same for every replica
            found[name] = (), array.copy()
        else:
            each = np.broadcast_to(array, (max(len(array), replicas), *array.shape[1:]))
            found[name] = ("seed",), each.copy()
    for name in recorder.pictures[-1]:
        found[name] = ("moment", "seed"), np.stack([one[name] for one in recorder.pictures])
    return found
