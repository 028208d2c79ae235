"""The adding problem: fifty numbers, two of them marked; the answer is the sum of those two."""

from __future__ import annotations

import numpy as np

from ..drawn import Drawn
from ..forms.sequences import Sequences

ROWS, STEPS = 6000, 50


def draw(generator: np.random.Generator) -> Drawn:
    """Numbers from 0 to 1, one marked in each half (Hochreiter and Schmidhuber 1997, their numbers from −1).

    Whoever always answers 1 is wrong by 1/6 in the mean square; whoever knows one of the two, by 1/12.
    """
    numbers = generator.random((ROWS, STEPS))
    half = STEPS // 2
    first, second = generator.integers(half, size=ROWS), half + generator.integers(STEPS - half, size=ROWS)
    marks = np.zeros((ROWS, STEPS))
    each = np.arange(ROWS)
    marks[each, first] = marks[each, second] = 1.0
    total = numbers[each, first] + numbers[each, second]
    return Drawn(
        x=np.stack([numbers, marks], axis=2),  # [N, T, 2]
        y=total,
        form=Sequences(STEPS, 2),
        features=[f"{what} {step + 1}" for step in range(STEPS) for what in ("number", "mark")],
        target_name="sum",
        plain=True,
        known={"answer": total},
    )
