"""Two numbers below a hundred, whose sum is to be written in three digits."""

from __future__ import annotations

import numpy as np

from ..drawn import Drawn
from ..forms.pairs import Pairs

ROWS = 7000
VOCABULARY = (*"0123456789", "+")


def draw(generator: np.random.Generator) -> Drawn:
    """7,000 of the 10,000 there are, each once: none is tested that was trained on."""
    first, second = np.divmod(generator.permutation(10_000)[:ROWS], 100)
    total = first + second
    tens = [100, 10, 1]
    x = np.stack([first // 10, first % 10, np.full(ROWS, 10), second // 10, second % 10], 1)
    answer = np.stack([total // ten % 10 for ten in tens], 1)
    return Drawn(
        x=x,
        y=answer,
        form=Pairs(5, 3, VOCABULARY),
        features=["tens 1", "ones 1", "sign", "tens 2", "ones 2"],
        target_name="sum",
        classes=VOCABULARY,
        known={"answer": answer},
    )
