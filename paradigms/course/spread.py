"""What claims make of recorded numbers: slopes of lines, powers, first crossings, nearest settings."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.measures import crossing, iqm


def middle(values: Any, axis: int = 0) -> Any:
    """The interquartile mean over seeds, as claims give it; of what has no axis itself.

    >>> float(middle([1, 2, 3, 100]))
    2.5
    """
    found = np.asarray(values, dtype=np.float64)
    return iqm(np.moveaxis(found, axis, -1)) if found.ndim else found


def slopes(x: Any, y: Any) -> np.ndarray:
    """Of the straight line through each row of y [R, X] over x [X], [R].

    >>> slopes([0, 1, 2], [[1, 3, 5]]).round(6).tolist()
    [2.0]
    """
    at, values = np.asarray(x, dtype=np.float64), np.atleast_2d(np.asarray(y, dtype=np.float64))
    return np.polyfit(at, values.T, 1)[0]


def power(x: Any, y: Any) -> float:
    """The exponent of y ∝ xᵖ, by least squares of the logarithms.

    >>> round(power([1, 2, 4], [3, 12, 48]), 6)
    2.0
    """
    return float(powers(x, y)[0])


def powers(x: Any, y: Any) -> np.ndarray:
    """The same for each row of y [R, X], [R]."""
    return slopes(np.log(np.asarray(x, dtype=np.float64)), np.log(np.asarray(y, dtype=np.float64)))


def reached(steps: Any, values: Any, level: float, falling: bool = False) -> np.ndarray:
    """Where each curve [..., T] first reaches a level, between its points; infinite if never."""
    curves, sign = np.asarray(values, dtype=np.float64), -1.0 if falling else 1.0
    flat = curves.reshape(-1, curves.shape[-1])
    found = [_crossing(steps, sign * line, sign * level) for line in flat]
    return np.array(found).reshape(curves.shape[:-1])


def _crossing(steps: Any, line: np.ndarray, level: float) -> float:
    known = np.isfinite(line)
    return crossing(np.asarray(steps)[known], line[known], level) if known.any() else float("inf")


def nearest(x: Any, wanted: Any) -> np.ndarray:
    """The places in x of those nearest to what is wanted."""
    return np.abs(
        np.subtract.outer(np.asarray(wanted, dtype=np.float64), np.asarray(x, dtype=np.float64))
    ).argmin(-1)


def tuned(cost: Any) -> np.ndarray:
    """Each seed's cost at the setting that costs the other seeds least in the median, [K, R] → [R].

    >>> tuned([[1, 2, 9], [3, 3, 3]]).tolist()
    [3.0, 3.0, 9.0]
    """
    each = np.asarray(cost, dtype=np.float64)
    seeds = range(each.shape[1])
    return np.array([each[np.median(np.delete(each, seed, 1), 1).argmin(), seed] for seed in seeds])
