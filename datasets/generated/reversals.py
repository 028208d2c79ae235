"""Three to eight digits, to be written from the last to the first."""

from __future__ import annotations

import numpy as np

from ..drawn import Drawn
from ..forms.pairs import Pairs

ROWS, SHORTEST, LONGEST = 4000, 3, 8
VOCABULARY = (" ", *"0123456789")
"""The first fills a line up."""


def draw(generator: np.random.Generator) -> Drawn:
    """Digits in lines of every length equally often; every line has a place more, so that it ends."""
    lengths = generator.integers(SHORTEST, LONGEST + 1, ROWS)[:, None]
    place = np.arange(LONGEST + 1)
    digits = np.where(place < lengths, generator.integers(1, 11, (ROWS, LONGEST + 1)), 0)
    turned = np.take_along_axis(digits, np.maximum(lengths - 1 - place, 0), 1)
    answer = np.where(place < lengths, turned, 0)
    return Drawn(
        x=digits,
        y=answer,
        form=Pairs(LONGEST + 1, LONGEST + 1, VOCABULARY, 0),
        features=[f"digit {number + 1}" for number in place],
        target_name="reversed",
        classes=VOCABULARY,
        known={"answer": answer},
    )
