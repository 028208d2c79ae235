"""Whether a difference could be luck: one rule for every difference that a page speaks of.

Differences are paired by seed. The p-value is that of the exact two-sided sign-flip test of their mean
(Fisher 1935): how often would signs drawn at random give a mean as far from zero? Several differences on one
page are judged together by Holm's procedure (1979). Where luck cannot be excluded, two may still be equal
within a margin: the 90 % interval of their mean difference lies inside it (two one-sided tests, Schuirmann
1987). It speaks of these programs on this table, not of other rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Verdict = Literal["too few to say", "unlikely to be luck", "equal", "could be luck"]
FEWEST = 6
"""Pairs below which even the most extreme of all sign patterns is not rare enough."""
LEVEL = 0.05
EXACT = 16
"""Pairs up to which every pattern of signs is tried; of more, as many patterns drawn once and for all."""


def sign_flip(differences: ArrayLike) -> float:
    """The two-sided p-value of paired differences [n]; 1 where there is none.

    >>> sign_flip([1, 2, 3, 4, 5, 6])
    0.03125
    """
    values = np.asarray(differences, dtype=np.float64)
    n = len(values)
    if not n:
        return 1.0
    if n <= EXACT:
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    else:
        signs = np.random.default_rng(19351979).choice([-1, 1], size=(2**EXACT, n))
        signs[0] = 1
    means = np.abs(signs @ values)
    far = np.abs(values.sum())
    return float(np.mean(means >= far * (1 - 1e-12)))


def tellable(pairs: int, differences: int) -> bool:
    """Whether the clearest of so many differences could be told from luck, with so many pairs of each.

    >>> tellable(10, 24), tellable(6, 12)
    (True, False)
    """
    return differences * 2.0 ** (1 - pairs) < LEVEL


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted so that all can be held against one level.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = round(highest, 12)
    return adjusted


def interval(differences: ArrayLike) -> tuple[float, float]:
    """The 90 % interval (Student's) of the mean of two paired differences or more, [n].

    >>> [round(end, 2) for end in interval([1, 2, 3, 4, 5, 6])]
    [1.96, 5.04]
    """

    from scipy.special import stdtrit

    values = np.asarray(differences, dtype=np.float64)
    half = stdtrit(len(values) - 1, 0.95) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def verdict(differences: Sequence[float], p_value: float, equal: float | None = None) -> Verdict:
    """In words; `equal` is the margin within which two are the same, where there is one.

    >>> verdict([0.001, -0.002, 0.001, 0.0, 0.002, -0.001], 1.0, equal=0.01)
    'equal'
    """
    if len(differences) < FEWEST:
        return "too few to say"
    if p_value < LEVEL:
        return "unlikely to be luck"
    if equal is not None and max(map(abs, interval(differences))) < equal:
        return "equal"
    return "could be luck"
