"""Signals: one of ten shapes somewhere in a noisy line of forty numbers, after the idea of MNIST-1D."""

from __future__ import annotations

import numpy as np

from ..drawn import Array, Drawn
from ..forms.sequences import Sequences

ROWS, STEPS, WIDE, SHAPES, WAVES = 4000, 40, 12, 10, 8
LOUD, NOISE = (0.6, 1.4), 0.35
"""How loud a shape may be, and the deviation of the noise: a shape of loudness 1 has that of its numbers."""


def shapes() -> Array:
    """`[10, 12]`: sums of the same eight waves, each with mean 0 and deviation 1; always the same."""
    place = (np.arange(WIDE) + 0.5) / WIDE
    waves = np.cos(np.pi * np.arange(1, 1 + WAVES)[:, None] * place)
    found = np.random.default_rng(1989).normal(size=(SHAPES, WAVES)) @ waves
    return found / found.std(1, keepdims=True)


def draw(generator: np.random.Generator) -> Drawn:
    """Places, loudness and noise by chance (the task: Greydanus & Kobak 2024).

    The best answer scans every place for every shape and takes the one that leaves the least noise.
    """
    codes = np.arange(ROWS) % SHAPES
    starts = generator.integers(STEPS - WIDE + 1, size=ROWS)
    loud = generator.uniform(*LOUD, size=(ROWS, 1))
    x = generator.normal(0, NOISE, (ROWS, STEPS))
    np.add.at(x, (np.arange(ROWS)[:, None], starts[:, None] + np.arange(WIDE)), loud * shapes()[codes])
    return Drawn(
        x=x[:, :, None],  # [N, T, 1]
        y=codes,
        form=Sequences(STEPS),
        features=[f"step {step + 1}" for step in range(STEPS)],
        target_name="shape",
        classes=tuple(f"shape {code}" for code in range(SHAPES)),
        plain=True,
        known={"answer": scanned(x)},
    )


def scanned(x: Array) -> Array:
    """The shape `[N]` that explains most of each line `[N, 40]`, wherever it lies and however loud."""
    windows = np.lib.stride_tricks.sliding_window_view(x, WIDE, axis=1)  # [N, places, 12]
    return np.asarray((windows @ shapes().T).max(1).argmax(1))
