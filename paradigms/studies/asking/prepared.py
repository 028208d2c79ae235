"""A request that can be met: what would be trained where, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from paradigms.engine import devices
from paradigms.runs.identity import Replica
from paradigms.studies.asking import estimate
from paradigms.studies.asking.assembly import Assembly, assemble
from paradigms.studies.asking.company import Company, dealt, programme
from paradigms.studies.asking.plan import Plan, Setting, plans
from paradigms.studies.asking.request import Request

LONG = 60.0
"""Seconds of training that are said before they begin."""
HELD = 300.0
"""Megabytes up to which what was assembled to be tried waits for its training."""


@dataclass(frozen=True)
class Prepared:
    """Plans, and where they are trained.

    `made` holds what was assembled before it is wanted; `together` how all that is asked for is dealt.
    """

    request: Request
    plans: list[Plan]
    notes: list[str]
    device: torch.device
    dtype: torch.dtype
    threads: int
    workers: int
    made: dict[str, Assembly] = field(default_factory=dict)
    together: dict[str, list[Company]] = field(default_factory=dict)

    def replicas(self, plan: Plan) -> tuple[Replica, ...]:
        """Those of a learner that are asked for."""
        return asked(self.request, plan)

    def companies(
        self, plan: Plan, replicas: Sequence[Replica] | None = None, hands: int = 1
    ) -> list[Company]:
        """They, or some of them, as they train together, so that as many hands get about as many of them."""
        if plan.id in self.together and hands == 1 and replicas in (None, self.replicas(plan)):
            return self.together[plan.id]
        return _companies(self.request, plan, self.device, self.dtype, replicas, hands)

    def assemble(self, company: Company) -> Assembly:
        """With its data; what was assembled to see whether it can be is taken."""
        made = self.made.pop(company.id, None)
        if made is not None and made.company.replicas == company.replicas:
            return made
        if made is not None:
            made.learner.close()
        return assemble(company, self.request.seed, self.device, self.dtype)

    def foreword(self) -> list[str]:
        """A person's own tables as they were understood, the notes, and where they will be trained."""
        tables = {
            id(one.dataset): one.dataset
            for plan in self.plans
            for one in plan.settings
            if one.dataset is not None and one.dataset.kind == "file"
        }
        own = [table.describe() for table in tables.values()]
        return [*own, *self.notes, f"Training on {self._where()}{self._long()}."]

    def _where(self) -> str:
        many = "s" if self.threads > 1 else ""
        where = f"{self.device} with {self.threads} thread{many}"
        return where if self.workers == 1 else f"{where} in each of {self.workers} processes"

    def _long(self) -> str:
        each = (estimate.seconds(self.companies(plan), timed=True) for plan in self.plans)
        seconds = sum(each) / self.workers
        return f", for about {estimate.duration(seconds)}" if seconds > LONG else ""


def prepare(request: Request) -> Prepared:
    """Finds out what can be wrong with a request, by assembling what it asks for; of large ones, one replica.

    Raises:
        UsageError: the request cannot be met.
    """
    device = devices.resolve(request.device)
    dtype = devices.resolve_dtype(request.dtype, device)
    found, notes = plans(request)
    companies = {plan.id: _companies(request, plan, device, dtype) for plan in found}
    every = [company for some in companies.values() for company in some]
    estimate.check_memory(every, dtype.itemsize)
    threads = devices.prepare(request.threads or estimate.threads(every))
    alone = request.workers is None and device.type != "cpu"
    workers = 1 if alone else estimate.workers(request, every, threads)
    prepared = Prepared(request, found, notes, device, dtype, threads, workers, together=companies)
    for plan in found if request.among is None else ():
        _try(prepared, companies[plan.id])
    return prepared


def _try(prepared: Prepared, companies: Sequence[Company]) -> None:
    """Assembles every program of a learner once: all of it if that is small and trained here next."""
    first = {programme(company.settings[0]): company for company in reversed(companies)}
    alone = prepared.workers == 1 and len(companies) == 1
    if alone and estimate.estimate(companies[0]).megabytes < HELD:
        prepared.made[companies[0].id] = prepared.assemble(companies[0])
        return
    for one in reversed(first.values()):
        prepared.assemble(Company(one.plan, one.replicas[:1], one.kept)).learner.close()


def asked(request: Request, plan: Plan) -> tuple[Replica, ...]:
    """The replicas of a learner that a request speaks of."""
    if request.among is not None:
        return request.among.get(plan.entry.name, ())
    return plan.replicas(request.replica_seeds)


def keeps(request: Request, plan: Plan, replica: Replica) -> bool:
    """Whether a replica's model, predictions and pictures stay.

    Those of a sweep's best setting and of the default are of the fresh seeds on which the two are judged;
    where no setting can be the best, those of the default are its own.
    """
    if not request.grid or request.keep == "all":
        return True
    return replica.seed >= len(request.replica_seeds) or (replica.setting == 0 and not plan.comparable)


def _companies(
    request: Request,
    plan: Plan,
    device: torch.device,
    dtype: torch.dtype,
    replicas: Sequence[Replica] | None = None,
    hands: int = 1,
) -> list[Company]:
    some = asked(request, plan) if replicas is None else replicas
    kept = [one for one in some if keeps(request, plan, one)]
    share = max(1, -(-len(some) // hands))

    def capacity(setting: Setting) -> int:
        return min(share, estimate.capacity(setting, dtype.itemsize)) if device.type == "cpu" else share

    return dealt(plan, some, capacity, frozenset(kept))
