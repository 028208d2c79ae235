"""Learners by kinds of feedback: the order and the colours of a page with more of them than play at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

AT_ONCE = 6
"""Learners that play side by side on one screen."""
COLOURS = 8


def order(kinds: Sequence[str]) -> list[int]:
    """Learners with these kinds of feedback as a page has them: a family kind by kind, others as they came.

    >>> order(["a", "b", "a"]), order(["a", "b"] * 4)
    ([0, 1, 2], [0, 2, 4, 6, 1, 3, 5, 7])
    """
    as_they_came = range(len(kinds))
    if len(kinds) <= AT_ONCE:
        return list(as_they_came)
    first = {kind: rank for rank, kind in enumerate(dict.fromkeys(kinds))}
    return sorted(as_they_came, key=lambda i: first[kinds[i]])


def places(kinds: Sequence[str]) -> list[int]:
    """Their places in the palette. Of a family, colours differ within a kind, and between the first of each.

    >>> places(["a", "b"]), places(["a"] * 4 + ["b"] * 4)
    ([0, 1], [0, 1, 2, 3, 12, 13, 14, 15])
    """
    if len(kinds) <= AT_ONCE:
        return list(range(len(kinds)))
    ranks = {kind: rank for rank, kind in enumerate(dict.fromkeys(kinds))}
    met: Counter[str] = Counter()
    found = []
    for kind in kinds:
        rank, colour = ranks[kind], met[kind] + COLOURS * ranks[kind] // len(ranks)
        round_ = rank + len(ranks) * (met[kind] // COLOURS)
        found.append(colour % COLOURS + COLOURS * round_)
        met[kind] += 1
    return found


def first(kinds: Sequence[str], count: int = AT_ONCE) -> list[int]:
    """Whom the player shows before anybody is chosen: the first of every kind, then the second, in order.

    >>> first(["a", "a", "a", "b", "c"], 4)
    [0, 1, 3, 4]
    """
    met: Counter[str] = Counter()
    turns = []
    for i, kind in enumerate(kinds):
        turns.append((met[kind], i))
        met[kind] += 1
    return sorted(i for _, i in sorted(turns)[:count])
