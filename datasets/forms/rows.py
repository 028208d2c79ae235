"""Rows of features, each its own example: any of them may land in any part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import train_test_split

from .form import Array, Form, Indices


@dataclass(frozen=True)
class Rows(Form):
    """Independent rows: 60/20/20 by chance, classes in equal shares."""

    name = "rows"

    @property
    def words(self) -> str:
        """What an example is, for people."""
        return "rows of features"

    def divided(self, count: int, strata: Array | None, seeds: tuple[int, int]) -> Indices:
        """By scikit-learn, twice; 40 % held out, rounded up: a class of five then has two held-out rows."""
        held = -(-2 * count // 5)
        train, rest = train_test_split(
            np.arange(count), test_size=held, random_state=seeds[0], stratify=strata
        )
        validation, test = train_test_split(
            rest,
            test_size=held - held // 2,
            random_state=seeds[1],
            stratify=None if strata is None else strata[rest],
        )
        return train, validation, test


ROWS = Rows()
"""What a table is unless it says otherwise."""
