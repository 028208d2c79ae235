"""Replicas that train in one batched program: what they have in common, and how they are dealt out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from paradigms.entries import Entry
from paradigms.options import OPTIONS
from paradigms.runs.identity import Replica
from paradigms.studies.asking.plan import Plan, Setting

if TYPE_CHECKING:
    from paradigms.datasets import Dataset


@dataclass(frozen=True, eq=False)
class Company:
    """Replicas of one learner whose settings differ in nothing but options that stack.

    `kept` says whether their models, predictions and pictures stay.
    """

    plan: Plan
    replicas: tuple[Replica, ...]
    kept: bool = True

    @property
    def entry(self) -> Entry:
        """The learner's."""
        return self.plan.entry

    @property
    def id(self) -> str:
        """The learner's."""
        return self.plan.id

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each replica, [R]."""
        return tuple(replica.seed for replica in self.replicas)

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """The setting of each replica, [R]."""
        return tuple(self.plan.settings[replica.setting] for replica in self.replicas)

    @property
    def dataset(self) -> Dataset | None:
        """What all of them learn from."""
        return self.settings[0].dataset

    @property
    def subject(self) -> str:
        """Its name, or the environment's."""
        return self.settings[0].subject

    @cached_property
    def options(self) -> Mapping[str, Any]:
        """What they share; where they differ, a tuple with the value of each replica."""
        return {name: self._option(name) for name in self.settings[0].options}

    def _option(self, name: str) -> Any:
        each = [setting.options[name] for setting in self.settings]
        return each[0] if all(value == each[0] for value in each) else tuple(each)


def programme(setting: Setting) -> tuple[Any, ...]:
    """What two settings must have in common to train together: all but what stacks."""
    apart = {
        name: value
        for name, value in setting.options.items()
        if value is None or name not in OPTIONS or not OPTIONS[name].stacks
    }
    return id(setting.dataset), tuple(sorted((name, repr(value)) for name, value in apart.items()))


def dealt(
    plan: Plan, replicas: Sequence[Replica], capacity: Callable[[Setting], int], kept: Collection[Replica]
) -> list[Company]:
    """All these replicas in companies of at most as many as a setting's `capacity`, as even as can be.

    The settings of one seed train together where there are more settings than seeds, on one copy of its
    data; else the seeds of one setting do. What is dealt again in the same way stays as it is. `kept` are
    those that leave more than their rows.
    """

    programmes = {number: programme(plan.settings[number]) for number in {one.setting for one in replicas}}

    def group(replica: Replica) -> tuple[Any, ...]:
        return programmes[replica.setting], replica in kept

    order = {one: place for place, one in enumerate(dict.fromkeys(map(group, replicas)))}
    ranked = sorted(replicas, key=lambda one: order[group(one)])
    found = []
    for (_, stays), together in groupby(ranked, group):
        some = list(together)
        most = capacity(plan.settings[some[0].setting])
        found += [Company(plan, part, stays) for part in _parts(some, plan.default.dataset is None, most)]
    return found


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
