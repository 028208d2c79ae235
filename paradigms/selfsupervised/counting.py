"""Counting which word follows which: n-grams, the rival that a language model has to beat.

P(w | h) = (c(h w) + u(h) P(w | h′)) / (c(h) + u(h)) with u(h) the number of different words seen after h,
and h′ the history without its oldest word (Witten & Bell 1991); at the bottom every word is equally likely.
"""

from __future__ import annotations

import copy
from collections import Counter, defaultdict

import numpy as np

Array = np.ndarray


class Counts:
    """Words of `symbols` codes counted after up to `order` − 1 others, in rows x and what follows them, y.

    >>> counts = Counts(np.array([[0, 1, 0, 1]]), np.array([[1, 0, 1, 0]]), symbols=2, order=2)
    >>> round(counts.probability((1,), 0), 3), round(counts.probability((), 1), 3)
    (0.833, 0.5)
    """

    def __init__(self, x: Array, y: Array, symbols: int, order: int) -> None:
        self.symbols, self.order = symbols, order
        self.after: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for seen, following in zip(x.tolist(), y.tolist(), strict=True):
            for place, word in enumerate(following):
                for length in range(min(order - 1, place + 1) + 1):
                    self.after[tuple(seen[place + 1 - length : place + 1])][word] += 1
        self._held: dict[tuple[tuple[int, ...], int], float] = {}

    def cut(self, order: int) -> Counts:
        """The same counts, of which only histories of fewer than `order` words are asked."""
        shallow = copy.copy(self)
        shallow.order, shallow._held = order, {}
        return shallow

    def probability(self, history: tuple[int, ...], word: int) -> float:
        """Of `word` after `history`, of which the newest words count."""
        history = history[max(0, len(history) - self.order + 1) :]
        if (history, word) in self._held:
            return self._held[history, word]
        shorter = self.probability(history[1:], word) if history else 1 / self.symbols
        found = self.after.get(history)
        if found is not None:
            total, different = sum(found.values()), len(found)
            shorter = (found[word] + different * shorter) / (total + different)
        self._held[history, word] = shorter
        return shorter

    def bits(self, x: Array, y: Array) -> Array:
        """−log₂ P of each answer, [N, T]."""
        found = [
            [self.probability(tuple(seen[: place + 1]), word) for place, word in enumerate(following)]
            for seen, following in zip(x.tolist(), y.tolist(), strict=True)
        ]
        return -np.log2(np.array(found))
