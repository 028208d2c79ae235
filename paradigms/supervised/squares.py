"""Least squares in one pass over rows that come in pieces: exact, by way of their second moments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from paradigms.engine.devices import numbers
from paradigms.engine.rows import Table

SMALL = 1e-12
"""Share of the largest eigenvalue below which a direction holds nothing."""


@dataclass(frozen=True)
class Line:
    """x ↦ x · slope + start."""

    slope: np.ndarray
    start: float

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The number [N] for rows [N, d]."""
        return x @ self.slope + self.start


def squares(pieces: Iterable[Table]) -> Iterator[Line]:
    """Each replica's line of least squares through x [R, n, d], y [R, n]; of several the smallest.

    Rows are counted from the first piece's means, in float64, so that nothing is lost where these are large.
    """
    shift = moments = None
    count = 0
    for piece in pieces:
        assert piece.y is not None
        joined = np.concatenate([numbers(piece.x), numbers(piece.y)[: len(piece.x), :, None]], 2).astype(
            np.float64
        )
        if shift is None or moments is None:
            shift = joined.mean(1, keepdims=True)
            moments = np.zeros((len(joined), joined.shape[2] + 1, joined.shape[2] + 1))
        off = joined - shift
        off = np.concatenate([off, np.ones_like(off[:, :, :1])], 2)
        moments += off.swapaxes(1, 2) @ off
        count += joined.shape[1]
    assert shift is not None
    assert moments is not None
    for about, sums in zip(shift[:, 0], moments, strict=True):
        mean = sums[-1, :-1] / count
        spread = sums[:-1, :-1] / count - np.outer(mean, mean)
        slope = np.linalg.pinv(spread[:-1, :-1], rcond=SMALL, hermitian=True) @ spread[:-1, -1]
        middle = about + mean
        yield Line(slope, float(middle[-1] - middle[:-1] @ slope))
