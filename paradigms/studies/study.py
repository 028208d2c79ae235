"""A study: every learner of a request trained in turn, recorded in one folder, summed up in a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from threadpoolctl import threadpool_limits

from paradigms.engine import devices
from paradigms.errors import Failed, Interrupted, Unwritten, UsageError
from paradigms.runs.folder import RunFolder, plain
from paradigms.runs.lock import sole
from paradigms.studies.asking import estimate
from paradigms.studies.asking.assembly import Assembly, assemble
from paradigms.studies.asking.description import configuration, describe
from paradigms.studies.asking.estimate import check_memory, duration
from paradigms.studies.asking.plan import Plan, plans
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import workers_of
from paradigms.studies.saving.ledger import Ledger
from paradigms.studies.sharing import shares, spare
from paradigms.studies.sharing import workers as processes
from paradigms.studies.training.exhaustion import lacking, release
from paradigms.studies.training.learning import Control, learn

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
    workers: int

    def assemble(self, plan: Plan, seeds: int | None = None) -> Assembly:
        """One of the learners with its data, or with only the first few of its replicas."""
        chosen = self.request.replica_seeds[:seeds]
        return assemble(plan, self.request.seed, chosen, self.device, self.dtype)

    def foreword(self) -> list[str]:
        """A person's own table as it was understood, the notes, and where it will be trained."""
        tables = {id(plan.dataset): plan.dataset for plan in self.plans if plan.dataset is not None}
        own = [table.describe() for table in tables.values() if table.kind == "file"]
        seeds = len(self.request.replica_seeds)
        each = (estimate.estimate(plan, seeds, estimate.paced(plan)) for plan in self.plans)
        seconds = sum(one.seconds for one in each) / self.workers
        long = f", for about {duration(seconds)}" if seconds > LONG else ""
        many = "s" if self.threads > 1 else ""
        where = f"{self.device} with {self.threads} thread{many}"
        if self.workers > 1:
            where += f" in each of {self.workers} processes"
        return [*own, *self.notes, f"Training on {where}{long}."]


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
    alone = request.workers is None and device.type != "cpu"
    workers = 1 if alone else estimate.workers(request, found, threads)
    prepared = Prepared(request, found, notes, device, dtype, threads, workers)
    for plan in found:
        prepared.assemble(plan, seeds=1).learner.close()
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
        prepared = replace(prepared, workers=min(workers_of(folder), estimate.most_workers(request)))
        if request.among is None:
            for text in prepared.foreword():
                control.say(text)
        ledger = Ledger(folder, control.say)
        if prepared.workers > 1:
            _train_shares(prepared, folder, ledger, control)
        spare.dismiss()  # a graphics card was found, say
        for plan in _left(prepared, ledger):
            if control.stop():
                raise Interrupted(f"stopped before {plan.id}.")
            _train(prepared, plan, folder, ledger, control)
            ledger.add(plan.id)
        ledger.close()
        shares.drop(folder)


def _left(prepared: Prepared, ledger: Ledger) -> list[Plan]:
    return [plan for plan in prepared.plans if plan.id not in ledger.learners]


def _train_shares(prepared: Prepared, folder: RunFolder, ledger: Ledger, control: Control) -> None:
    """What is left, its seeds shared out over processes; a learner is joined when all have finished it."""
    dealt = shares.dealt(replace(prepared.request, threads=prepared.threads), prepared.workers, folder)

    def join() -> None:
        for plan in _left(prepared, ledger):
            if not all(share.finished([plan.id]) for share in dealt):
                break
            _join([share.open() for share in dealt], plan, folder, ledger)
            ledger.add(plan.id)

    if _left(prepared, ledger):
        processes.train(dealt, [plan.id for plan in prepared.plans], control, join)
        join()


def _train(prepared: Prepared, plan: Plan, folder: RunFolder, ledger: Ledger, control: Control) -> None:
    """One learner, all its replicas at once; in halves where they are too many for the memory."""
    if _fits(prepared, plan, folder, ledger, control):
        return
    release()
    replicas = len(prepared.request.replica_seeds)
    control.say(
        f"{plan.id}: {replicas} replicas at once are too many for the memory. Going on with half of them."
    )
    halves = shares.dealt(replace(prepared.request, threads=prepared.threads), 2, folder, plan)
    for half in halves:
        _train_half(half, control)
    _join([half.open() for half in halves], plan, folder, ledger)


def _train_half(half: shares.Share, control: Control) -> None:
    """As a run of its own, of which the person hears as of this one."""
    try:
        told = Control(control.look, control.stop, lambda text: control.say(half.spoken(text)), control.every)
        run(half.request, half.open(), told, "")
    except Unwritten as error:
        raise Unwritten(half.spoken(error.what), half.spoken(error.hint)) from None


def _fits(prepared: Prepared, plan: Plan, folder: RunFolder, ledger: Ledger, control: Control) -> bool:
    """Trains all replicas at once, if there is memory for it."""
    try:
        with threadpool_limits(prepared.threads):  # of NumPy, whose last bits hang on their number
            assembly = prepared.assemble(plan)
            _enter(describe(assembly), folder)
            try:
                learn(assembly, folder, ledger, control)
            finally:
                assembly.learner.close()
    except (MemoryError, RuntimeError) as error:
        if not lacking(error):
            raise
        if len(prepared.request.replica_seeds) == 1:
            raise Failed(
                f"{plan.id}: one replica ran out of the device's memory.",
                "Ask for a smaller network or memory.",
            ) from error
        return False
    return True


def _join(parts: Sequence[RunFolder], plan: Plan, folder: RunFolder, ledger: Ledger) -> None:
    folder.cut(ledger.sizes)
    _enter(shares.described(parts, plan.id), folder)
    shares.join(parts, plan, folder)


def _enter(description: Mapping[str, Any], folder: RunFolder) -> None:
    """Describes the learner in config.json, where it stands already if its training is resumed."""
    config, about = folder.read_json("config.json"), plain(description)
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
