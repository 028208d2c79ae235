"""A study: every learner of a request trained, recorded in one folder, summed up in a report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from threadpoolctl import threadpool_limits

from paradigms.errors import Failed, Interrupted, Unwritten, UsageError
from paradigms.runs.folder import RunFolder, plain
from paradigms.runs.identity import Replica
from paradigms.runs.lock import sole
from paradigms.studies.asking.assembly import Assembly
from paradigms.studies.asking.company import Company, together
from paradigms.studies.asking.description import configuration, describe, enter
from paradigms.studies.asking.estimate import processors, read_once
from paradigms.studies.asking.loaded import SILENT, Watch
from paradigms.studies.asking.plan import Plan
from paradigms.studies.asking.prepared import Prepared, prepare
from paradigms.studies.asking.ranks import Ranks
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import extended, workers_of
from paradigms.studies.saving.extension import forget
from paradigms.studies.saving.ledger import Ledger
from paradigms.studies.sharing import archive, join, local, pool, share
from paradigms.studies.sharing.fingerprint import differing, fingerprint
from paradigms.studies.sharing.share import Share
from paradigms.studies.training.exhaustion import lacking, release
from paradigms.studies.training.learning import Control, learn
from paradigms.studies.winners import best_of, fresh, write_best

__all__ = ["Control", "report", "run"]

PAYS = 1_000_000
"""Parameters from which on sharing a batch between processes was seen to pay (docs/performance.md)."""
Wanted = Mapping[str, Sequence[Replica]]
"""Learner's id → the replicas that are to be trained."""


def run(request: Request, folder: RunFolder, control: Control, command: str) -> None:
    """Trains what the request asks for and writes the folder; finished replicas are not trained again.

    Raises:
        UsageError: before anything is written or trained, if the request cannot be met.
        Interrupted: the person asked to stop; the folder holds a checkpoint.
        Unwritten: all is trained, and the disk refused to take it to the last.
    """
    away = control.elsewhere
    if away is not None and read_once(request):
        raise UsageError(
            f"{request.data} is no file that can travel to workers elsewhere.", "Save it as one."
        )
    prepared = prepare(request, away, control.ranks, _watch(control, request))
    whole = request.among is None
    if folder.new and whole:
        prepared.rehearse()
    with folder.writing(control.say, configuration(prepared, command)) as config:
        ledger = Ledger(folder, control.say)
        if not folder.new:
            prepared = _dealt_as_before(prepared, config, folder)
            more = extended(config, request, command)
            if more is not None:
                prepared.rehearse()
                share.drop(folder)
                forget(folder, ledger, [plan.id for plan in prepared.plans], config["study"]["seeds"])
                folder.write_json("config.json", more)
                config = more
        if whole:
            for text in prepared.foreword():
                control.say(text)
        if control.ranks is not None:
            _begin_together(control.ranks, request, folder)
        _Here(prepared, folder, config, control, ledger).carry_out()
        if whole:
            share.drop(folder)


def _begin_together(ranks: Ranks, request: Request, folder: RunFolder) -> None:
    """The others get their order and what the folder holds.

    Raises:
        UsageError: one is not ready, or would round otherwise.
    """
    if not ranks.rank:
        ranks.told(json.dumps(request.to_json()).encode())
        ranks.told(archive.packed(folder.path))
    for rank, there in enumerate(ranks.agree(here := fingerprint(request.device))):
        if other := differing(here, there):
            raise UsageError(
                f"process {rank} would not come to the same bits: {other}.", "Leave its machine out."
            )


def _watch(control: Control, request: Request) -> Watch:
    """Whoever hears of training hears of a long reading as well, and may end it."""

    def look(done: int, total: int) -> None:
        control.look("Reading the table", done, total)
        if control.stop():
            raise Interrupted("stopped while the table was read; nothing of that is kept.")

    return Watch(control.say if request.among is None else SILENT.say, look)


def _dealt_as_before(prepared: Prepared, config: dict[str, Any], folder: RunFolder) -> Prepared:
    """In as many shares as the run has; one that has none yet may be shared out elsewhere."""
    shares = 1 if read_once(prepared.request) else workers_of(config)
    if prepared.elsewhere is None:
        return replace(prepared, workers=shares, at_once=min(shares, processors()))
    if shares > 1:
        return replace(prepared, workers=shares)
    config["study"] = config["study"] | {"workers": prepared.workers}
    folder.write_json("config.json", config)
    return prepared


@dataclass(frozen=True)
class _Here:
    """A study under way: what is asked, where it is written, who hears of it, and what is finished.

    `config` is what config.json says.
    """

    prepared: Prepared
    folder: RunFolder
    config: dict[str, Any]
    control: Control
    ledger: Ledger

    def carry_out(self) -> None:
        """All that is asked; of a sweep, then its best settings on fresh seeds."""
        request, plans = self.prepared.request, self.prepared.plans
        self.train({plan.id: plan.asked for plan in plans})
        if request.grid and request.among is None and request.keep != "none":
            best = best_of(self.folder, plans)  # later rows are of other seeds, and choose nothing
            self.train(fresh(best, request))
            write_best(self.folder, best, plans, request)
        self.ledger.close()

    def train(self, wanted: Wanted) -> None:
        """What is missing of these replicas, shared out over processes where there are several."""
        if self.prepared.workers > 1 or self.prepared.elsewhere is not None or not self.folder.new:
            self._train_shared(wanted)
            local.dismiss()
        for plan in self.prepared.plans:
            missing = self._missing(plan, wanted)
            if not missing:
                continue
            if self.control.stop():
                raise Interrupted(f"stopped before {plan.id}.")
            self._train(plan, self.prepared.companies(plan, missing))
            self.ledger.add(plan.id, missing)

    def _missing(self, plan: Plan, wanted: Wanted) -> tuple[Replica, ...]:
        return self.ledger.missing(plan.id, wanted.get(plan.id, ()))

    def _train_shared(self, wanted: Wanted) -> None:
        """A learner is joined when all shares have finished it; one share has begun elsewhere or is none."""
        hands = self.prepared.hands({plan.id: self._missing(plan, wanted) for plan in self.prepared.plans})
        dealt = share.dealt(self._request, hands, self.folder)

        def joined() -> None:
            for plan in self.prepared.plans:
                missing = self._missing(plan, wanted)
                having = [one for one in dealt if plan.id in one.learners]
                if not all(one.finished([plan.id]) for one in having):
                    break
                if missing:
                    self._join(having, plan)
                    self.ledger.add(plan.id, missing)

        if self.prepared.workers == 1 and self.prepared.elsewhere is None:
            dealt = [one for one in dealt if one.begun]
        if dealt:
            learners, away = [plan.id for plan in self.prepared.plans], self.prepared.elsewhere
            here = local.local(self.prepared.at_once, self.prepared.threads or 1)
            with here if away is None else nullcontext(away) as those:
                pool.train(dealt, learners, those, self.control, joined, run, self._mixed)
            joined()

    def _mixed(self, one: Share, fingerprint: Mapping[str, str]) -> None:
        """Writes down whose bits hang on another machine's rounding than the others'."""
        known = self.config.setdefault("mixed", [])
        about = {"fingerprint": dict(fingerprint), "learners": plain(one.learners)}
        if about not in known:
            known.append(about)
            self.folder.write_json("config.json", self.config)

    @property
    def _request(self) -> Request:
        """As shares ask it: with as many threads as were decided here."""
        return replace(self.prepared.request, threads=self.prepared.threads)

    def _train(self, plan: Plan, companies: list[Company]) -> None:
        """One learner's replicas, together if they can be and are its first; else company by company."""
        alone = len(companies) == 1 and not self.ledger.done.get(plan.id)
        if alone and self._together(companies[0]):
            return
        if alone:
            release()
            self.control.say(
                f"{plan.id}: {len(companies[0].replicas)} replicas at once are too many for the memory. "
                "Going on with half of them."
            )
            companies = _halves(companies[0])
        shares = share.dealt(self._request, [[company] for company in companies], self.folder)
        for place, one in enumerate(shares):
            if not one.finished([plan.id]):
                self._train_share(one, plan, place, len(shares))
        self._join(shares, plan)

    def _train_share(self, one: Share, plan: Plan, place: int, count: int) -> None:
        """As a run of its own, of which the person hears as of this one."""
        try:
            alone = replace(plan, asked=one.learners[plan.id])
            prepared = replace(self.prepared, request=one.request, plans=[alone], workers=1)
            folder, told = one.open(), _told(self.control, one, place, count)
            with folder.writing(told.say, configuration(prepared, "")) as config:
                _Here(prepared, folder, config, told, Ledger(folder, told.say)).carry_out()
        except Unwritten as error:
            raise Unwritten(one.spoken(error.what), one.spoken(error.hint)) from None

    def _together(self, company: Company) -> bool:
        """Trains all replicas of a company at once, if there is memory for it."""
        try:
            with threadpool_limits(self.prepared.threads):  # of NumPy, whose last bits hang on their number
                waiting = self.prepared.made.pop((company.plan.id, company.replicas), None)
                assembly = waiting or self.prepared.assemble(company)
                enter(describe(assembly), self.config, self.folder)
                if assembly.training.slices is not None:
                    self._warn(assembly)
                try:
                    learn(assembly, self.folder, self.ledger, self.control)
                finally:
                    assembly.learner.close()
        except (MemoryError, RuntimeError) as error:
            if not lacking(error):
                raise
            count = len(company.replicas)
            if count == 1 or self.control.ranks is not None:  # others go on with all of them
                raise Failed(
                    f"{company.plan.id}: {'one replica' if count == 1 else f'{count} replicas'} ran out of "
                    "the device's memory.",
                    "Ask for a smaller network or memory.",
                ) from error
            return False
        return True

    def _warn(self, assembly: Assembly) -> None:
        """Where slices cost more than sharing them saves."""
        count = assembly.training.parameters.flat.numel()
        if count < PAYS:
            self.control.say(
                f"{assembly.id} trains {count:,} parameters: below a million, several processes take longer "
                "over slices than one."
            )

    def _join(self, shares: Sequence[Share], plan: Plan) -> None:
        parts = [one.open() for one in shares]
        self.folder.cut(self.ledger.sizes)
        for description in join.described(parts, plan.id):
            enter(description, self.config, self.folder)
        join.join(parts, plan, self.folder)


def _halves(company: Company) -> list[Company]:
    half = len(company.replicas) // 2
    parts = company.replicas[:half], company.replicas[half:]
    return [together(company.plan, part) for part in parts]


def _told(control: Control, one: Share, place: int, count: int) -> Control:
    """The person hears how far all shares are together."""

    def look(title: str, done: int, total: int) -> None:
        control.look(title, place * total + done, count * total)

    def say(text: str) -> None:
        control.say(one.spoken(text))

    return Control(look, control.stop, say, control.every, control.patient, ranks=control.ranks)


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
