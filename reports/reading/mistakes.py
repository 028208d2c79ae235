"""Which class is taken for which: the one answer that figures, words and questions give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .pictures import Array


@dataclass(frozen=True)
class Mistake:
    """So many rows of the class `true` were taken for the class `taken`."""

    true: int
    taken: int
    rows: int


def mistakes(counts: Array) -> list[Mistake]:
    """All that were made [C, C], most frequent first."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")
    pairs = (divmod(int(place), len(counts)) for place in order[: np.count_nonzero(wrong)])
    return [Mistake(i, j, int(wrong[i, j])) for i, j in pairs]


def clearest(counts: Array) -> Mistake | None:
    """The most frequent mistake; `None` where no mistake is more frequent than every other, or made twice."""
    found = mistakes(counts)
    if not found or found[0].rows < 2:
        return None
    return found[0] if len(found) == 1 or found[0].rows > found[1].rows else None
