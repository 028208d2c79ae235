"""A study: every learner of a request trained in turn, recorded in one folder, summed up in a report."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from paradigms.engine import devices
from paradigms.errors import Interrupted, UsageError
from paradigms.studies import estimate
from paradigms.studies.assembly import Assembly, assemble
from paradigms.studies.description import configuration, describe
from paradigms.studies.estimate import check_memory, duration
from paradigms.studies.folder import RunFolder, plain
from paradigms.studies.learning import Control, learn
from paradigms.studies.ledger import Ledger
from paradigms.studies.lock import sole
from paradigms.studies.memory import enough
from paradigms.studies.plan import Plan, plans
from paradigms.studies.request import Request

__all__ = ["Control", "Prepared", "prepare", "report", "run"]
LONG = 60.0
"""Seconds of training that are said before they begin."""


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
        Unwritten: all is trained, and the disk refused to take it to the last.
    """
    prepared = prepare(request)
    with folder.writing(control.say, configuration(prepared, command)):
        for text in prepared.foreword():
            control.say(text)
        ledger = Ledger(folder, control.say)
        for plan in prepared.plans:
            if plan.id in ledger.learners:
                continue
            if control.stop():
                raise Interrupted(f"stopped before {plan.id}.")
            with enough(plan.id, len(request.replica_seeds)):
                assembly = prepared.assemble(plan)
                _enter(assembly, folder)
                learn(assembly, folder, ledger, control)
            ledger.add(plan.id)
        ledger.close()


def _enter(assembly: Assembly, folder: RunFolder) -> None:
    """Describes the learner in config.json, where it stands already if its training is resumed."""
    config, about = folder.read_json("config.json"), plain(describe(assembly))
    known = {one["id"]: one for one in config["learners"]}
    if known.setdefault(about["id"], about) != about:
        raise UsageError(
            f"{about['id']} began with other data or other defaults than it has now.", "Train it anew."
        )
    folder.write_json("config.json", config | {"learners": list(known.values())})


def report(
    folders: Sequence[Path],
    out: Path,
    embed_rows: bool = False,
    fields: Literal["median", "all"] = "median",
) -> Any:
    """Draws the page of finished runs; `fields` says whose pictures move, the median seed's or all.

    Raises:
        UsageError: another command is writing there.
    """
    from paradigms.reports import draw

    with sole(out) if out.is_dir() else nullcontext():
        return draw(folders, out, embed_rows=embed_rows, fields=fields)
