"""A wave of two periods with noise, to be foreseen one step ahead from the last twenty-four."""

from __future__ import annotations

import numpy as np

from ..drawn import Drawn
from ..forms.windows import Windows

STEPS, LENGTH = 1000, 24
PERIODS, HEIGHTS, NOISE = (25.0, 9.0), (1.0, 0.5), 0.3


def draw(generator: np.random.Generator) -> Drawn:
    """Σ h sin(2π (t / p + φ)) + noise of deviation 0.3, by which even the best forecast is wrong."""
    time = np.arange(STEPS)
    phases = generator.random(len(PERIODS))
    wave = sum(
        height * np.sin(2 * np.pi * (time / period + phase))
        for height, period, phase in zip(HEIGHTS, PERIODS, phases, strict=True)
    )
    series = wave + generator.normal(0, NOISE, STEPS)
    form = Windows((STEPS,), LENGTH)
    x, y = form.cut([series])
    foreseen = form.cut([wave])[1]
    return Drawn(
        x=x,
        y=y,
        form=form,
        features=form.features,
        target_name="next value",
        known={"answer": foreseen, "persistence": x[:, -1, 0]},
    )
