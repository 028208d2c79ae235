"""The learners: one entry each, from which the command line, the report, the docs and the tests grow.

One file a paradigm. Nothing here imports torch; an entry's `module` is imported when its learner is trained.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping

from paradigms.entries import Entry
from paradigms.errors import unknown
from paradigms.registry import reinforcement, selfsupervised, supervised, unsupervised
from paradigms.teaching import TEACHERS

_ENTRIES = (*supervised.ENTRIES, *unsupervised.ENTRIES, *selfsupervised.ENTRIES, *reinforcement.ENTRIES)
REGISTRY: dict[str, Entry] = {one.name: one for one in sorted(_ENTRIES, key=lambda one: not one.compared)}
"""The learners that `run`, `sweep` and `compare` know, in the report's order: first those of `compare`."""
PARADIGMS = tuple(dict.fromkeys(one.paradigm for one in _ENTRIES))
"""The kinds of feedback, in the order in which a page of all learners shows them."""
LEARNERS: Mapping[str, Entry] = ChainMap(REGISTRY, TEACHERS)
"""Every learner by name, the teachers of one task among them."""


def of(paradigm: str) -> tuple[str, ...]:
    """Names of the learners of a paradigm."""
    return tuple(name for name, one in REGISTRY.items() if one.paradigm == paradigm)


def takers(option: str, learners: Iterable[str]) -> list[str]:
    """Who of these learners is given an option: `model` is for those that learn from a table, if some do."""
    found = [name for name in learners if option in LEARNERS[name].options]
    tables = [name for name in found if LEARNERS[name].dataset is not None]
    return tables if option == "model" and tables else found


def entry(name: str) -> Entry:
    """The entry of that name.

    Raises:
        UsageError: no learner of that name, with the nearest.
    """
    if name not in LEARNERS:
        raise unknown("learner", name, LEARNERS)
    return LEARNERS[name]
