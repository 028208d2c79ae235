"""Features on one scale: means and deviations in one sweep, exact far from zero; sparse rows stay so."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.sparsefuncs import inplace_column_scale, mean_variance_axis

from paradigms.engine.sparse import is_sparse

TILE = 4096
"""Rows that are looked at together."""


def measured(x: Any, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance [d] of the columns of x [N, d], in float64.

    Squares are taken from the mean of the first rows, so that none is large beside its differences.
    """
    if is_sparse(x):
        mean, variance = mean_variance_axis(x.astype(np.float64), axis=0, weights=weights)
        return mean, variance
    shift = x[:TILE].mean(0, dtype=np.float64)
    sums, squares = np.zeros_like(shift), np.zeros_like(shift)
    for start in range(0, len(x), TILE):
        near = x[start : start + TILE] - shift
        heavy = near if weights is None else near * weights[start : start + TILE, None]
        sums += heavy.sum(0)
        squares += np.einsum("nd,nd->d", heavy, near)
    total = len(x) if weights is None else weights.sum()
    mean = sums / total
    return shift + mean, np.maximum(squares / total - mean**2, 0)


def scales(mean: np.ndarray, variance: np.ndarray, rows: int) -> np.ndarray:
    """Standard deviations [d]; one where a column is constant but for rounding."""
    eps = np.finfo(np.float64).eps
    constant = variance <= rows * eps * variance + (rows * mean * eps) ** 2
    return np.where(constant, 1.0, np.sqrt(variance))


def scaled(x: Any, mean: np.ndarray, scale: np.ndarray) -> Any:
    """(x − mean) / scale as a copy in the precision of x; of sparse rows x / scale."""
    if is_sparse(x):
        copy = x.copy()
        inplace_column_scale(copy, 1 / scale)
        return copy
    told = np.empty(x.shape, x.dtype)
    for start in range(0, len(x), TILE):
        tile = told[start : start + TILE]
        np.subtract(x[start : start + TILE], mean, out=tile, casting="same_kind")
        tile /= scale.astype(x.dtype)
    return told


def product(x: Any, mean: np.ndarray, outward: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """(x − mean) W + b for W [d, k] and b [k], a tile at a time into one buffer: [N, k]."""
    if is_sparse(x):
        return np.asarray(x @ outward - mean @ outward + shift)
    told, outward = np.empty((len(x), outward.shape[1]), x.dtype), np.ascontiguousarray(outward, x.dtype)
    held = np.empty((min(TILE, len(x)), x.shape[1]), x.dtype)
    for start in range(0, len(x), TILE):
        rows = x[start : start + TILE]
        tile = np.subtract(rows, mean, out=held[: len(rows)], casting="same_kind")
        np.matmul(tile, outward, out=told[start : start + TILE])
    told += shift.astype(x.dtype)
    return told
