"""Rows of the bundled data sets, for what lessons compute themselves."""

from __future__ import annotations

from functools import cache

import numpy as np

from paradigms import datasets


def digits(count: int | None = None, skip: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """So many rows of digits from row `skip` of a fixed order on, x [N, 64] in [0, 1] and classes [N]."""
    x, y = _digits()
    return x[skip:][:count], y[skip:][:count]


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    found = datasets.load("digits")
    assert found.target is not None
    order = np.random.default_rng(0).permutation(len(found))
    return found.frame.to_numpy()[order] / 16.0, found.target[order]


def diabetes() -> tuple[np.ndarray, np.ndarray]:
    """All rows of diabetes, x [N, 10] and y [N], each column to mean 0 and deviation 1."""
    found = datasets.load("diabetes")
    assert found.target is not None
    x, y = found.frame.to_numpy(), found.target
    return (x - x.mean(0)) / x.std(0), (y - y.mean()) / y.std()
