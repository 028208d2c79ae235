"""What finished shares say of one learner, as one run of all their replicas would have said it.

A replica hangs on its own identity alone, so what the shares leave is what one run leaves.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.plan import Plan
from paradigms.studies.saving.ledger import Ledger
from paradigms.studies.training.products import Shown, add_pictures


def described(parts: Sequence[RunFolder], learner: str) -> list[dict[str, Any]]:
    """The learner as config.json describes it in each share."""
    return [
        one for part in parts for one in part.read_json("config.json")["learners"] if one["id"] == learner
    ]


def join(parts: Sequence[RunFolder], plan: Plan, folder: RunFolder) -> None:
    """Writes what finished shares say of one learner as one run would have written it."""
    folder.writer.append(folder.metrics.name, "".join(_rows(parts, plan.id)).encode())
    folder.writer.append(folder.predictions.name, _predictions(parts, plan.id).encode())
    shared = bool(plan.default.options.all_data)
    kept = {name: _keeping(parts, name, folder) for name in _stored(parts, plan.id)}
    for name, having in kept.items():
        _join_models(having, name, folder, shared)
    if kept:
        _join_pictures(kept, folder)


def _keeping(parts: Sequence[RunFolder], name: str, folder: RunFolder) -> list[RunFolder]:
    """The shares that have kept this model; and the run itself, if it has one of other seeds.

    One of the same seeds was joined before, by a run that ended before it could say so.
    """
    having = [part for part in parts if (part.path / "model" / f"{name}.json").exists()]
    if not (folder.path / "model" / f"{name}.json").exists():
        return having
    before = set(folder.read_json(f"model/{name}.json")["seeds"])
    again = any(before & set(part.read_json(f"model/{name}.json")["seeds"]) for part in having)
    return having if again else [folder, *having]


def _stored(parts: Sequence[RunFolder], learner: str) -> list[str]:
    """Names of what is kept of a learner, one for each setting."""
    found = {path.stem for part in parts for path in (part.path / "model").glob("*.json")}
    return sorted(name for name in found if name.partition("@")[0] == learner)


def _rows(parts: Sequence[RunFolder], learner: str) -> list[str]:
    """Lines of metrics.jsonl: step by step, test rows at the end."""
    found = []
    for part in parts:
        for line in _finished(part, part.metrics):
            row = json.loads(line)
            if row["learner"] == learner:
                last, who = row["split"] == "test", (row["setting"], row["seed"])
                found.append((last, 0 if last else row["step"], row["split"] == "validation", who, line))
    return [line for *_, line in sorted(found)]


def _predictions(parts: Sequence[RunFolder], learner: str) -> str:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    found: dict[tuple[int, int], list[list[str]]] = {}
    for part in parts:
        for row in csv.reader(_finished(part, part.predictions)):
            if row[0] == learner:
                found.setdefault((int(row[1]), int(row[2])), []).append(row)
    for _, rows in sorted(found.items()):
        writer.writerows(rows)
    return lines.getvalue()


def _finished(part: RunFolder, path: Path) -> io.StringIO:
    """The lines that its finished learners have left in a growing file; another may be adding to it."""
    return io.StringIO(path.read_bytes()[: Ledger(part).sizes[path.name]].decode(), newline="")


def _join_models(parts: Sequence[RunFolder], name: str, folder: RunFolder, shared: bool) -> None:
    """`shared`: all replicas have one preprocessing."""
    arrays = [part.read_arrays(f"model/{name}.safetensors") for part in parts]
    abouts = [part.read_json(f"model/{name}.json") for part in parts]
    order = np.argsort([seed for about in abouts for seed in about["seeds"]], kind="stable")
    each = ["seeds", "usable", *(["preprocessing"] if abouts[0]["preprocessing"] and not shared else [])]
    joined = {key: _ordered([one for about in abouts for one in about[key]], order) for key in each}
    whole = {key: np.concatenate([one[key] for one in arrays])[order] for key in arrays[0]}
    folder.write_arrays(f"model/{name}.safetensors", whole, {"version": abouts[0]["version"]})
    folder.write_json(f"model/{name}.json", abouts[0] | joined)


def _ordered(listed: list[Any], order: np.ndarray) -> list[Any]:
    return [listed[place] for place in order]


def _join_pictures(kept: Mapping[str, Sequence[RunFolder]], folder: RunFolder) -> None:
    """Of every setting; each share's arrays are read once."""
    parts = {part.path: part for having in kept.values() for part in having}
    held = {path: part.read_arrays("snapshots.safetensors") for path, part in parts.items()}
    told = {path: part.read_json("snapshots.json")["learners"] for path, part in parts.items()}
    add_pictures(
        folder,
        {
            name: _joined([held[one.path] for one in having], [told[one.path][name] for one in having])
            for name, having in kept.items()
        },
    )


def _joined(held: Sequence[Mapping[str, np.ndarray]], abouts: Sequence[Mapping[str, Any]]) -> Shown:
    """One setting's pictures in all shares."""
    longest = max(abouts, key=lambda about: about["steps"][-1])
    every = [replica for about in abouts for replica in about["replicas"]]
    order = np.array(sorted(range(len(every)), key=lambda place: every[place]))
    about = {**longest, "replicas": _ordered(every, order)}
    return about, {one: _picture(one, held, abouts, longest["steps"], order) for one in longest["arrays"]}


def _picture(
    name: str,
    held: Sequence[Mapping[str, np.ndarray]],
    abouts: Sequence[Mapping[str, Any]],
    steps: list[int],
    order: np.ndarray,
) -> np.ndarray:
    """One array of all shares; a share that ended before the others shows its end from there on."""
    found = []
    for arrays, about in zip(held, abouts, strict=True):
        array, dims = arrays[about["arrays"][name]["key"]], about["arrays"][name]["dims"]
        if "seed" not in dims:
            return array
        if "moment" in dims:
            shown = [step if step in about["steps"] else about["steps"][-1] for step in steps]
            array = array[[about["steps"].index(step) for step in shown]]
        found.append(array)
    return np.concatenate(found, dims.index("seed")).take(order, dims.index("seed"))
