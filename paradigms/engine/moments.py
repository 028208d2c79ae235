"""At which steps to look: few, and evenly informative."""

from __future__ import annotations

import numpy as np


def moments(total: int, cap: int) -> list[int]:
    """Steps 1 … total at which to record: dense early, regular later, `total` always, at most `cap`.

    Half are spaced evenly in log(step), half evenly in step: learning is quick at first, and its end
    matters too.

    >>> moments(5, 10)
    [1, 2, 3, 4, 5]
    >>> moments(1000, 8)
    [1, 6, 32, 178, 250, 500, 750, 1000]
    """
    if total <= cap:
        return list(range(1, total + 1))
    early = np.geomspace(1, total, cap - cap // 2 + 1)[:-1]
    late = np.linspace(0, total, cap // 2 + 1)[1:]
    return sorted({round(float(step)) for step in (*early, *late)})


def thin(steps: list[int], cap: int) -> list[int]:
    """At most `cap` of these steps, first and last kept, evenly by position."""
    if len(steps) <= cap:
        return list(steps)
    return [steps[i] for i in sorted({round(float(i)) for i in np.linspace(0, len(steps) - 1, cap)})]
