"""Text: sequences of codes, whose answers are the codes that follow; split by document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paradigms.errors import DataError

from .form import Array, Form, Indices


@dataclass(frozen=True)
class Text(Form):
    """Sequences of `length` codes into `vocabulary`; the answer to each is the next one.

    `documents` says which document each sequence is of, and a document stays in one part. So that all
    replicas have parts of one size, a document that reaches over a cut loses its rest.
    """

    length: int
    vocabulary: tuple[str, ...]
    documents: tuple[int, ...]
    filler: int | None = None
    name = "text"
    storage = np.int64
    own_tasks = ("language",)

    @property
    def shape(self) -> tuple[int, ...]:
        """`(length,)`."""
        return (self.length,)

    @property
    def target_shape(self) -> tuple[int, ...]:
        """`(length,)`: a code for every place."""
        return (self.length,)

    @property
    def words(self) -> str:
        """What an example is, for people."""
        return f"text: {self.length} of {len(self.vocabulary)} symbols in a row, with the next ones as answer"

    def divided(self, count: int, strata: Array | None, seeds: tuple[int, int]) -> Indices:
        """Documents in an order of the replica's own, cut into parts of which none shares one."""
        documents = np.unique(np.array(self.documents), return_inverse=True)[1]
        longest = int(np.bincount(documents).max())
        usable = count - 2 * (longest - 1)  # a cut loses at most the rest of one document
        held = -(-2 * usable // 5)
        if usable < 3 or held < 2:
            raise DataError(
                f"a document of {longest} in {count} sequences leaves too few for three parts.",
                "Take shorter documents or more of them.",
            )
        order = np.random.default_rng(seeds[0]).permutation(documents.max() + 1)
        line = np.argsort(np.argsort(order)[documents], kind="stable")  # row numbers, document by document
        parts, place = [], 0
        for size in (usable - held, held // 2, held - held // 2):
            parts.append(line[place : place + size])
            place += size
            while place < count and documents[line[place]] == documents[line[place - 1]]:
                place += 1
        return parts[0], parts[1], parts[2]
