"""What a row, an array and a model are of: a replica, which is a setting and a seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Replica(NamedTuple):
    """One independent training of a learner: the number of its setting, and its seed.

    Setting 0 is the learner's default; what a sweep varies counts from 1.
    """

    setting: int
    seed: int


def replicas(pairs: Iterable[Iterable[int]]) -> tuple[Replica, ...]:
    """From pairs, as JSON holds them."""
    return tuple(Replica(*map(int, pair)) for pair in pairs)


def spoken(some: Sequence[Replica]) -> str:
    """Replicas in a few words.

    >>> spoken([Replica(0, 0), Replica(0, 1)])
    'replicas 0 to 1, trained together'
    >>> spoken([Replica(1, 0), Replica(2, 0)])
    '2 replicas of settings 1 to 2, trained together'
    """
    settings, seeds = ([one[i] for one in some] for i in range(2))
    if not any(settings):
        return (
            f"replica {seeds[0]}"
            if len(some) == 1
            else f"replicas {min(seeds)} to {max(seeds)}, trained together"
        )
    if len(some) == 1:
        return f"replica {seeds[0]} of setting {settings[0]}"
    return f"{len(some)} replicas of settings {min(settings)} to {max(settings)}, trained together"


def stored(learner: str, setting: int) -> str:
    """The name under which a setting's model and pictures are kept.

    >>> stored("kmeans-digits", 0), stored("kmeans-digits", 7)
    ('kmeans-digits', 'kmeans-digits@7')
    """
    return f"{learner}@{setting}" if setting else learner
