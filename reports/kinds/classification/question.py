"""Which two classes will be confused most."""

from __future__ import annotations

import numpy as np

from ...films.question import Question
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import count, number


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """Which two; `None` if next to nothing was taken for something else."""
    if "confusion" not in pictures:
        return None
    counts = pictures.take("confusion").astype(float)
    names = learner.classes(counts.shape[-1])
    last, early = (_wrong(counts[m]) for m in (-1, min(1, len(counts) - 1)))
    pairs = [*_pairs(last)[:1], *_pairs(early), *_pairs(last)]
    chosen = list(dict.fromkeys(pairs))[:4]
    if not last.any() or len(chosen) < 2:
        return None
    worst, shown = chosen[0], sorted(chosen)
    a, b = (names[i] for i in worst)
    together = last[worst] + last[worst[::-1]]
    told = f"At the end {a} and {b} were taken for each other {count(int(together), 'time')}, "
    told += f"of {count(int(last.sum()), 'mistake')} on {number(counts[-1].sum())} held-out rows."
    choices = [f"{names[i]} and {names[j]}" for i, j in shown]
    return Question("Which two classes will it confuse most at the end?", choices, shown.index(worst), told)


def _wrong(counts: Array) -> Array:
    return counts - np.diag(np.diag(counts))


def _pairs(wrong: Array) -> list[tuple[int, int]]:
    """Pairs of classes that are taken for each other, most often first."""
    both = np.triu(wrong + wrong.T, 1)
    order = np.argsort(-both, axis=None, kind="stable")
    found = [np.unravel_index(int(place), both.shape) for place in order[:6]]
    return [(int(i), int(j)) for i, j in found if both[i, j] > 0]
