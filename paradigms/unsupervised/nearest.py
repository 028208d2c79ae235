"""Distances from rows to centres, one answer for whoever asks: the nearest centre is where they are smallest.

Squares are taken from the centres' middle in float64, by one product a tile. What that leaves of a distance
much smaller than the rest is rounding, so those are taken anew, from the difference itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from paradigms.engine.sparse import Matrix, is_sparse

TILE = 4096
"""Rows whose distances are held at once."""
SMALL = 1e-6
"""Distances² below this share of the sizes that they are the difference of are taken anew."""


def distances(x: Matrix, centres: np.ndarray) -> np.ndarray:
    """‖x − c‖ for rows x [N, d] and centres [K, d]: [N, K], in the precision of x."""
    told = np.empty((x.shape[0], len(centres)), x.dtype)
    for place, rows, square, size in _tiles(x, centres):
        told[place] = _exact(rows, centres, square + size[:, None], size)
    return told


def labels(x: Matrix, centres: np.ndarray) -> np.ndarray:
    """The number of the nearest centre, [N]: where `distances` are smallest, without taking all of them.

    By products in float32; rows whose best two lie nearer to each other than those resolve are asked again.
    """
    if is_sparse(x):
        return np.concatenate([distances(x[at : at + TILE], centres).argmin(1) for at in _starts(x)])
    with np.errstate(all="ignore"):  # what leaves float32's range is nearest to nothing, and asked again
        told, unsure = _by_single(x, centres)
    told[unsure] = distances(x[unsure], centres).argmin(1)
    return told


def _by_single(x: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest centre [N] by products in float32, and the rows that these cannot decide."""
    zero = centres.mean(0, dtype=np.float64)
    moved = (centres - zero).astype(np.float32)
    half, across, length = (moved**2).sum(1) / 2, np.ascontiguousarray(-moved.T), np.abs(moved).max()
    told, unsure = np.empty(len(x), np.int64), [np.empty(0, np.int64)]
    near = np.empty((TILE // 2, x.shape[1]), np.float32)
    for start in range(0, len(x), len(near)):
        rows = x[start : start + len(near)]
        tile = np.subtract(rows, zero, out=near[: len(rows)], casting="same_kind")
        score = tile @ across
        score += half
        best = told[start : start + len(rows)] = score.argmin(1)
        size = (length + np.abs(tile).max()) * length * x.shape[1] ** 1.5
        limit = score[np.arange(len(best)), best] + 4 * size * np.finfo(np.float32).eps
        close = score <= limit[:, None]
        if np.count_nonzero(close) != len(rows):
            unsure.append(start + np.flatnonzero(np.count_nonzero(close, axis=1) != 1))
    return told, np.concatenate(unsure)


def own(x: Matrix, centres: np.ndarray, number: np.ndarray) -> np.ndarray:
    """‖x − c‖² [N] in float64 for the centre with each row's `number` [N]."""
    told = np.empty(x.shape[0])
    for start in _starts(x):
        place = slice(start, start + TILE)
        apart = _dense(x[place]) - centres[number[place]].astype(np.float64)
        told[place] = np.einsum("nd,nd->n", apart, apart)
    return told


def _starts(x: Matrix) -> range:
    return range(0, x.shape[0], TILE)


def _tiles(x: Matrix, centres: np.ndarray) -> Iterator[tuple[slice, Matrix, np.ndarray, np.ndarray]]:
    """Where, the rows, ‖x − c‖² − s [T, K], and s [T] by which that is too small."""
    zero = np.zeros(x.shape[1]) if is_sparse(x) else centres.mean(0, dtype=np.float64)
    moved = centres - zero
    half, across = (moved**2).sum(1), np.ascontiguousarray(-2 * moved.T)
    for start in _starts(x):
        rows = x[start : start + TILE]
        near = rows.astype(np.float64) if is_sparse(rows) else rows - zero
        square = near @ across
        square += half
        yield slice(start, start + TILE), rows, square, _squared(near)


def _squared(rows: Matrix) -> np.ndarray:
    """‖x‖² of every row, [N]."""
    if is_sparse(rows):
        return np.asarray(rows.multiply(rows).sum(1)).ravel()
    return np.einsum("nd,nd->n", rows, rows)


def _exact(rows: Matrix, centres: np.ndarray, square: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Roots of the squares [T, K]; of those that rounding may have made, from the differences."""
    n, k = np.nonzero(square <= SMALL * size[:, None])
    if len(n):
        apart = _dense(rows[n]) - centres[k]
        square[n, k] = np.einsum("nd,nd->n", apart, apart)
    return np.sqrt(square, out=square)


def _dense(rows: Matrix) -> np.ndarray:
    return np.asarray((rows.toarray() if is_sparse(rows) else rows), dtype=np.float64)
