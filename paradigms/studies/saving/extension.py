"""What a sweep leaves behind when more is asked of it: its best settings are judged anew.

What was under way is too, since replicas may train in other company now.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable

from paradigms.runs.folder import EMPTY, RunFolder, as_json
from paradigms.studies.saving.generations import Generations
from paradigms.studies.saving.ledger import Ledger


def forget(folder: RunFolder, ledger: Ledger, learners: Iterable[str], seeds: Collection[int]) -> None:
    """All that was made on fresh seeds goes: rows, predictions, models and pictures; and checkpoints.

    They stand at the end of the growing files, so that what remains is a beginning. The ledger is written
    first: who is killed in between finds it, and cuts the files where it says.
    """
    for learner in learners:
        Generations(folder, learner).drop()
    for learner, done in ledger.done.items():
        ledger.done[learner] = {replica for replica in done if replica.seed in seeds}
    ledger.sizes = {name: _length(folder, name, seeds) for name in EMPTY}
    ledger.write()
    folder.cut(ledger.sizes)
    _forget_models(folder, seeds)
    _forget_pictures(folder, seeds)


def _length(folder: RunFolder, name: str, seeds: Collection[int]) -> int:
    """Bytes in front of the first line of another seed."""
    length = 0
    with (folder.path / name).open("rb") as lines:
        for line in lines:
            if not _of(line.decode(), name, seeds):
                break
            length += len(line)
    return length


def _of(line: str, name: str, seeds: Collection[int]) -> bool:
    if name.endswith(".jsonl"):
        return json.loads(line)["seed"] in seeds
    seed = next(csv.reader([line]))[2]
    return seed == "seed" or int(seed) in seeds


def _forget_models(folder: RunFolder, seeds: Collection[int]) -> None:
    for path in (folder.path / "model").glob("*.json"):
        if not set(folder.read_json(f"model/{path.name}")["seeds"]) <= set(seeds):
            path.with_suffix(".safetensors").unlink(missing_ok=True)
            path.unlink()


def _forget_pictures(folder: RunFolder, seeds: Collection[int]) -> None:
    if not (folder.path / "snapshots.json").exists():
        return
    index = folder.read_json("snapshots.json", dict)
    kept = {
        name: about
        for name, about in index["learners"].items()
        if {seed for _, seed in about["replicas"]} <= set(seeds)
    }
    keys = {array["key"] for about in kept.values() for array in about["arrays"].values()}
    arrays = {key: array for key, array in folder.read_arrays("snapshots.safetensors").items() if key in keys}
    folder.writer.put("snapshots.json", as_json(index | {"learners": kept}))
    folder.write_arrays("snapshots.safetensors", arrays, {"version": index["version"]})
