"""A request that can be met: what would be trained where, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import torch

from paradigms.engine import devices
from paradigms.engine.slices import Slices
from paradigms.errors import UsageError
from paradigms.runs.identity import Replica
from paradigms.studies.asking.assembly import Assembly, assemble
from paradigms.studies.asking.company import Company, dealt, together
from paradigms.studies.asking.elsewhere import Elsewhere
from paradigms.studies.asking.estimate import Estimate, duration, estimate, means, untried
from paradigms.studies.asking.loaded import SILENT, Watch
from paradigms.studies.asking.plan import Plan, plans
from paradigms.studies.asking.ranks import Ranks
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
    before it is wanted is `made`. There are as many shares as `workers`; of these so many `at_once` have a
    process here, or all are trained `elsewhere`.
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
    at_once: int
    seconds: float
    elsewhere: Elsewhere | None = None
    ranks: Ranks | None = None
    made: Made = field(default_factory=dict)

    def companies(self, plan: Plan, replicas: Sequence[Replica], hands: int = 1) -> list[Company]:
        """These as they train together, so that as many hands get about as many of them."""
        return dealt(plan, replicas, -(-len(replicas) // hands), self.cached)

    def hands(self, wanted: Mapping[str, Sequence[Replica]]) -> list[list[Company]]:
        """These replicas of each learner, by its id, in as many shares as there are workers.

        A share has the same seeds of every learner. Of a sweep, whose settings cost more and less, the
        company that takes longest goes first, each to the share with least to do (Graham 1969).
        """
        hands: list[list[Company]] = [[] for _ in range(self.workers)]
        companies = {plan.id: self.companies(plan, wanted[plan.id], self.workers) for plan in self.plans}
        if self.request.grid:
            return _by_cost(list(chain(*companies.values())), len(hands))
        for some in companies.values():
            for hand, places in zip(hands, np.array_split(np.arange(len(some)), len(hands)), strict=True):
                hand += [some[place] for place in places]
        return hands

    def assemble(self, company: Company) -> Assembly:
        """With its data, for this study."""
        assembly = assemble(company, self.request.seed, self.device, self.dtype)
        if self.request.slices is not None:
            assembly.training.slices = sliced(assembly, self.request.slices, self.ranks)
        return assembly

    @property
    def roughly(self) -> str:
        """How its seconds are meant."""
        known = not any(untried(one) for some in self.expected.values() for one in some)
        return "about" if known else "up to"

    def rehearse(self) -> None:
        """Assembles every programme once: what can be trained here next, as far as there is room to hold it.

        Of what other processes will train, or is too large to wait, one replica.

        Raises:
            UsageError: one of them cannot be.
        """
        room = HELD if self.workers == 1 and self.elsewhere is None else 0.0
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
        if self.ranks is not None:
            each = f" in each of {self.ranks.count} processes, {self.request.slices} slices to a batch"
        if self.elsewhere is not None:
            each = f" in {self.workers} share{'s' if self.workers > 1 else ''} on {self.elsewhere.name}"
        long = f", for {self.roughly} {duration(self.seconds)}" if self.seconds > LONG else ""
        return [*own, *self.notes, f"Training on {where}{each}{long}."]


def sliced(assembly: Assembly, count: int, ranks: Ranks | None) -> Slices:
    """How its batches are parted.

    Raises:
        UsageError: they have fewer rows, or a network looks at a batch as a whole.
    """
    rows = min(phase.source.batch_size for phase in assembly.training.phases)
    if rows < count:
        raise UsageError(f"--slices {count}: a batch of {assembly.id} has {rows} rows.", "Ask for fewer.")
    if assembly.company.options.norm == "batch":
        raise UsageError(
            f"--slices {count}: a batch norm is of a whole batch, and a slice is not.", "Use --norm layer."
        )
    return Slices(count) if ranks is None else Slices(count, ranks.rank, ranks.count, ranks.gather)


def _by_cost(companies: Sequence[Company], count: int) -> list[list[Company]]:
    """So many hands that take about as long; in each they keep their order."""
    costs = [estimate(one).seconds for one in companies]
    hands: list[list[int]] = [[] for _ in range(count)]
    loads = [0.0] * count
    for place in sorted(range(len(costs)), key=lambda place: -costs[place]):
        least = loads.index(min(loads))
        hands[least].append(place)
        loads[least] += costs[place]
    return [[companies[place] for place in sorted(hand)] for hand in hands]


def _check_far(found: Sequence[Plan]) -> None:
    """Raises UsageError for rows that cannot travel."""
    tables = [one.dataset for plan in found for one in plan.settings if one.dataset is not None]
    if any(table.streamed for table in tables):
        raise UsageError(
            "--on: rows that stream stay on this machine.", "Leave --on out, or give --no-stream."
        )


def prepare(
    request: Request,
    elsewhere: Elsewhere | None = None,
    ranks: Ranks | None = None,
    watch: Watch = SILENT,
) -> Prepared:
    """Loads what a request asks for, and says where its replicas train; reading may take long to `watch`.

    Raises:
        UsageError: the request cannot be met.
    """
    device = devices.resolve(request.device)
    dtype = devices.resolve_dtype(request.dtype, device)
    found, notes = plans(request, watch)
    if elsewhere is not None:
        _check_far(found)
    expected, cached = {}, dtype.itemsize if device.type == "cpu" else None
    for plan in found:
        companies = dealt(plan, plan.asked, len(plan.asked), cached)
        expected[plan.id] = list(map(estimate, companies))
    away = None if elsewhere is None else elsewhere.workers
    there = means(request, list(chain(*expected.values())), device.type, dtype.itemsize, away)
    threads = devices.prepare(there.threads)
    return Prepared(
        request=request,
        plans=found,
        notes=notes,
        expected=expected,
        device=device,
        dtype=dtype,
        cached=cached,
        threads=threads,
        workers=there.workers,
        at_once=there.workers,
        seconds=there.seconds,
        elsewhere=elsewhere,
        ranks=ranks,
    )
