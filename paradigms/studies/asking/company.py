"""Replicas that train in one batched program: what they have in common, and how they are dealt out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from paradigms.options import OPTIONS, Options, joined
from paradigms.runs.identity import Replica
from paradigms.studies.asking.plan import Plan, Setting

CACHE, FEWEST = 4e6, 10
"""Bytes that replicas trained together should fit into; and so many of them pay however large they are."""

Programme = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Company:
    """Replicas of one learner whose settings differ in nothing but options that stack.

    `settings` has the setting of each replica, `setting` is the first of them, and `options` are what they
    share; where they differ, a tuple with the value of each. Companies of one `programme` differ in nothing
    else. `kept` says whether their models, predictions and pictures stay.
    """

    plan: Plan
    replicas: tuple[Replica, ...]
    settings: tuple[Setting, ...]
    setting: Setting
    options: Options
    programme: Programme
    kept: bool


def together(plan: Plan, replicas: Sequence[Replica]) -> Company:
    """These as a company."""
    settings = tuple(plan.settings[replica.setting] for replica in replicas)
    first, kept = settings[0], keeps(plan, replicas[0])
    shared = joined([one.options for one in settings])
    return Company(plan, tuple(replicas), settings, first, shared, programme(first), kept)


def keeps(plan: Plan, replica: Replica) -> bool:
    """Whether a replica's model, predictions and pictures stay.

    Those of a sweep's best setting and of the default are of the fresh seeds on which the two are judged;
    where no setting can be the best, those of the default are its own.
    """
    judging = replica.seed >= plan.seeds
    return not plan.none_kept and (plan.all_kept or judging or (replica.setting == 0 and not plan.comparable))


def programme(setting: Setting) -> Programme:
    """What two settings must have in common to train together: all but what stacks."""
    values = setting.options.named(OPTIONS)
    return id(setting.dataset), *(
        repr(value) for name, value in values.items() if value is None or not OPTIONS[name].stacks
    )


def dealt(plan: Plan, replicas: Sequence[Replica], most: int, itemsize: int | None = None) -> list[Company]:
    """All these replicas in companies of at most `most`, as even as can be.

    With the `itemsize` of a processor's numbers, a company is also not larger than stays in the cache. The
    settings of one seed train together where there are more settings than seeds, on one copy of its data;
    else the seeds of one setting do. What is dealt again in the same way stays as it is.
    """
    programmes = {number: programme(plan.settings[number]) for number in {one.setting for one in replicas}}

    def group(replica: Replica) -> tuple[Programme, bool]:
        return programmes[replica.setting], keeps(plan, replica)

    order = {one: place for place, one in enumerate(dict.fromkeys(map(group, replicas)))}
    ranked = sorted(replicas, key=lambda one: order[group(one)])
    found = []
    for _, grouped in groupby(ranked, group):
        some = list(grouped)
        fit = most if itemsize is None else min(most, capacity(plan.settings[some[0].setting], itemsize))
        parts = _parts(some, plan.settings[0].dataset is None, fit)
        found += [together(plan, part) for part in parts]
    return found


def capacity(setting: Setting, itemsize: int) -> int:
    """As many replicas as have parameters, gradient and moments in the cache.

    A step of 160 networks 64-64 costs each of them an eighth more than one of 20, a step of 240 a third.
    """
    return max(FEWEST, int(CACHE // (4 * itemsize * setting.weights)))


def _parts(replicas: list[Replica], mixed: bool, capacity: int) -> list[tuple[Replica, ...]]:
    """Rows or columns of the table of settings and seeds, whichever are longer; environments need neither."""
    settings, seeds = ({one[i] for one in replicas} for i in range(2))
    if mixed or min(len(settings), len(seeds)) == 1:
        lines = [sorted(replicas)]
    else:
        along = 0 if len(seeds) >= len(settings) else 1
        ranked = sorted(replicas, key=lambda one: (one[along], one[1 - along]))
        lines = [list(line) for _, line in groupby(ranked, lambda one: one[along])]
    return [part for line in lines for part in _even(line, -(-len(line) // capacity))]


def _even(line: list[Replica], parts: int) -> list[tuple[Replica, ...]]:
    return [tuple(line[i] for i in places) for places in np.array_split(np.arange(len(line)), parts)]
