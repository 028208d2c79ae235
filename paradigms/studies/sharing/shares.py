"""A study in shares of its seeds, each a run of its own, and the one run that they make together.

A replica hangs on its own identity alone, so what the shares leave is what one run of all seeds leaves.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.errors import UsageError
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.plan import Plan
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import request_of
from paradigms.studies.saving.ledger import Ledger
from paradigms.studies.training.products import add_pictures

PREFIX = "seeds-"
"""Of a share's folder in its run's `checkpoint/`."""


@dataclass(frozen=True)
class Share:
    """Some of a run's seeds, asked for as a run of their own in its `checkpoint/`."""

    request: Request
    path: Path

    @property
    def seeds(self) -> str:
        """In words."""
        first, *more = self.request.replica_seeds
        return f"seeds {first} to {more[-1]}" if more else f"seed {first}"

    def spoken(self, text: str) -> str:
        """What is said of it, said of the run that it belongs to."""
        return text.replace(str(self.path), str(self.path.parent.parent))

    def open(self) -> RunFolder:
        """As it was left, or a new one.

        Raises:
            UsageError: it was begun as something else.
        """
        if self._begun:
            return RunFolder(self.path)
        shutil.rmtree(self.path, ignore_errors=True)
        return RunFolder(self.path, new=True)

    def finished(self, learners: Sequence[str]) -> bool:
        """Whether nothing is left to train."""
        return self._begun and set(learners) <= set(Ledger(RunFolder(self.path)).learners)

    @property
    def _begun(self) -> bool:
        """With as many threads as this machine gives, which may be another's."""
        if not (self.path / "config.json").exists():
            return False
        known = request_of(RunFolder(self.path), self.request.options.get("model"))
        if replace(known, threads=None) != replace(self.request, threads=None):
            raise UsageError(f"{self.path} began with other options than it has now.", "Train it anew.")
        return True


def dealt(request: Request, parts: int, folder: RunFolder, plan: Plan | None = None) -> list[Share]:
    """The seeds in as many shares, as even as can be; of one learner alone where a plan is given."""
    shares = []
    for seeds in np.array_split(np.array(request.replica_seeds), parts):
        first, end = int(seeds[0]), int(seeds[-1]) + 1
        own = replace(request, among=(first, end), workers=1)
        name = f"{PREFIX}{first}-{end - 1}"
        if plan is not None:
            options = {key: value for key, value in own.options.items() if key in plan.entry.options}
            own, name = (
                replace(own, learners=(plan.entry.name,), options=options, named=True),
                f"{name}.{plan.id}",
            )
            if plan.entry.dataset is None:
                own = replace(own, dataset=None, data=None, same_data=None, target=None, task=None, drop=None)
        shares.append(Share(own, folder.path / "checkpoint" / name))
    return shares


def drop(folder: RunFolder) -> None:
    """What they made together is safe."""
    for path in (folder.path / "checkpoint").glob(f"{PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)


def described(parts: Sequence[RunFolder], learner: str) -> dict[str, Any]:
    """The learner as config.json describes it, which is the same in every share."""
    known = [
        one for part in parts for one in part.read_json("config.json")["learners"] if one["id"] == learner
    ]
    return dict(known[0])


def join(parts: Sequence[RunFolder], plan: Plan, folder: RunFolder) -> None:
    """Writes what finished shares say of one learner as one run would have written it."""
    folder.writer.append(folder.metrics.name, "".join(_rows(parts, plan.id)).encode())
    _join_models(parts, plan, folder)
    if plan.dataset is not None:
        folder.writer.append(folder.predictions.name, _predictions(parts, plan.id).encode())
    _join_pictures(parts, plan.id, folder)


def _rows(parts: Sequence[RunFolder], learner: str) -> list[str]:
    """Lines of metrics.jsonl: step by step, test rows at the end."""
    found = []
    for part in parts:
        for line in _finished(part, part.metrics):
            row = json.loads(line)
            if row["learner"] == learner:
                last = row["split"] == "test"
                found.append(
                    (last, 0 if last else row["step"], row["split"] == "validation", row["seed"], line)
                )
    return [line for *_, line in sorted(found)]


def _predictions(parts: Sequence[RunFolder], learner: str) -> str:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    for part in parts:
        rows = csv.reader(_finished(part, part.predictions))
        writer.writerows(row for row in rows if row[0] == learner)
    return lines.getvalue()


def _finished(part: RunFolder, path: Path) -> io.StringIO:
    """The lines that its finished learners have left in a growing file; another may be adding to it."""
    return io.StringIO(path.read_bytes()[: Ledger(part).sizes[path.name]].decode(), newline="")


def _join_models(parts: Sequence[RunFolder], plan: Plan, folder: RunFolder) -> None:
    tensors = [part.read_tensors(f"model/{plan.id}.safetensors") for part in parts]
    abouts = [part.read_json(f"model/{plan.id}.json") for part in parts]
    each = ["seeds", "usable", *([] if plan.settings.get("all_data") else ["preprocessing"])]
    joined = {name: [one for about in abouts for one in about[name]] for name in each}
    whole = {name: torch.cat([one[name] for one in tensors]) for name in tensors[0]}
    folder.write_tensors(f"model/{plan.id}.safetensors", whole, {"version": 1})
    folder.write_json(f"model/{plan.id}.json", abouts[0] | joined)


def _join_pictures(parts: Sequence[RunFolder], learner: str, folder: RunFolder) -> None:
    tensors = [part.read_tensors("snapshots.safetensors") for part in parts]
    abouts = [part.read_json("snapshots.json")["learners"][learner] for part in parts]
    longest = max(abouts, key=lambda about: about["steps"][-1])
    about = longest | {"seeds": [seed for about in abouts for seed in about["seeds"]]}
    arrays = {name: _picture(name, tensors, abouts, longest["steps"]) for name in longest["arrays"]}
    add_pictures(folder, learner, about, arrays)


def _picture(
    name: str, tensors: Sequence[Mapping[str, Tensor]], abouts: Sequence[Mapping[str, Any]], steps: list[int]
) -> Tensor:
    """One array of all shares; a share that ended before the others shows its end from there on."""
    found = []
    for held, about in zip(tensors, abouts, strict=True):
        array, dims = held[about["arrays"][name]["key"]], about["arrays"][name]["dims"]
        if "seed" not in dims:
            return array
        if "moment" in dims:
            shown = [step if step in about["steps"] else about["steps"][-1] for step in steps]
            array = array[[about["steps"].index(step) for step in shown]]
        found.append(array)
    return torch.cat(found, dims.index("seed"))
