"""A request that can be met: what would be trained where, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import torch

from paradigms.engine import devices
from paradigms.runs.identity import Replica
from paradigms.studies.asking.assembly import Assembly, assemble
from paradigms.studies.asking.company import Company, dealt, together
from paradigms.studies.asking.estimate import Estimate, duration, estimate, means
from paradigms.studies.asking.plan import Plan, plans
from paradigms.studies.asking.request import Request

LONG = 60.0
"""Seconds of training that are said before they begin."""
HELD = 300.0
"""Megabytes up to which what was assembled to be tried waits for its training."""

Made = dict[tuple[str, tuple[Replica, ...]], Assembly]
"""Learner's id and its replicas → what waits for its training."""


@dataclass(frozen=True)
class Prepared:
    """Plans, what their training takes (about so many seconds in all), and where it is done.

    `cached` are the bytes of a number, where companies should fit into a processor's cache. What is assembled
    before it is wanted is `made`.
    """

    request: Request
    plans: list[Plan]
    notes: list[str]
    expected: dict[str, list[Estimate]]
    device: torch.device
    dtype: torch.dtype
    cached: int | None
    threads: int
    workers: int
    seconds: float
    made: Made = field(default_factory=dict)

    def companies(self, plan: Plan, replicas: Sequence[Replica], hands: int = 1) -> list[Company]:
        """These as they train together, so that as many hands get about as many of them."""
        return dealt(plan, replicas, -(-len(replicas) // hands), self.cached)

    def assemble(self, company: Company) -> Assembly:
        """With its data, for this study."""
        return assemble(company, self.request.seed, self.device, self.dtype)

    def rehearse(self) -> None:
        """Assembles every programme once: what can be trained here next, as far as there is room to hold it.

        Of what other processes will train, or is too large to wait, one replica.

        Raises:
            UsageError: one of them cannot be.
        """
        room = HELD if self.workers == 1 else 0.0
        for plan in self.plans:
            first = {one.company.programme: one for one in reversed(self.expected[plan.id])}
            for one in reversed(first.values()):
                if one.megabytes <= room:
                    room -= one.megabytes
                    self.made[plan.id, one.company.replicas] = self.assemble(one.company)
                else:
                    self.assemble(together(plan, one.company.replicas[:1])).learner.close()

    def foreword(self) -> list[str]:
        """A person's own tables as they were understood, the notes, and where they will be trained."""
        tables = {
            id(one.dataset): one.dataset
            for plan in self.plans
            for one in plan.settings
            if one.dataset is not None and one.dataset.kind == "file"
        }
        own = [table.describe() for table in tables.values()]
        many = "s" if self.threads > 1 else ""
        where = f"{self.device} with {self.threads} thread{many}"
        each = "" if self.workers == 1 else f" in each of {self.workers} processes"
        long = f", for about {duration(self.seconds)}" if self.seconds > LONG else ""
        return [*own, *self.notes, f"Training on {where}{each}{long}."]


def prepare(request: Request) -> Prepared:
    """Loads what a request asks for, and says where its replicas train.

    Raises:
        UsageError: the request cannot be met.
    """
    device = devices.resolve(request.device)
    dtype = devices.resolve_dtype(request.dtype, device)
    found, notes = plans(request)
    expected, cached = {}, dtype.itemsize if device.type == "cpu" else None
    for plan in found:
        companies = dealt(plan, plan.asked, len(plan.asked), cached)
        expected[plan.id] = list(map(estimate, companies))
    there = means(request, list(chain(*expected.values())), device.type, dtype.itemsize)
    threads = devices.prepare(there.threads)
    return Prepared(
        request, found, notes, expected, device, dtype, cached, threads, there.workers, there.seconds
    )
