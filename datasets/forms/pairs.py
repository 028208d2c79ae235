"""Pairs: independent rows, each a line of codes with another line of codes as its answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rows import Rows


@dataclass(frozen=True)
class Pairs(Rows):
    """Lines of at most `length` codes into `vocabulary`, answers of at most `answer`; `filler` ends both."""

    length: int
    answer: int
    vocabulary: tuple[str, ...]
    filler: int | None = None
    name = "pairs"
    storage = np.int64
    own_tasks = ("translation",)

    @property
    def shape(self) -> tuple[int, ...]:
        """`(length,)`."""
        return (self.length,)

    @property
    def target_shape(self) -> tuple[int, ...]:
        """`(answer,)`."""
        return (self.answer,)

    @property
    def words(self) -> str:
        """What an example is, for people."""
        symbols = len(self.vocabulary)
        return f"pairs of lines: {self.length} of {symbols} symbols, and {self.answer} as answer"
