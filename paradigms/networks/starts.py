"""Where a network's weights start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

Draw = Callable[[np.random.Generator, int, int], tuple[np.ndarray, np.ndarray]]
"""A layer's weights [in, out] and bias [out], for its fan in and fan out."""


def _uniform(generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[np.ndarray, np.ndarray]:
    bound = fan_in**-0.5
    weight = generator.uniform(-bound, bound, (fan_in, fan_out))
    return weight, generator.uniform(-bound, bound, (fan_out,))


def _he(generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[np.ndarray, np.ndarray]:
    return generator.normal(0, (2 / fan_in) ** 0.5, (fan_in, fan_out)), np.zeros(fan_out)


def _glorot(generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[np.ndarray, np.ndarray]:
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return generator.uniform(-bound, bound, (fan_in, fan_out)), np.zeros(fan_out)


def _zeros(generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((fan_in, fan_out)), np.zeros(fan_out)


def _orthogonal(generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[np.ndarray, np.ndarray]:
    """The signs of R's diagonal make the draw uniform over all such matrices (Mezzadri 2007)."""
    tall = generator.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
    turn, upper = np.linalg.qr(tall)
    turn = turn * np.sign(np.diagonal(upper))
    return turn if fan_in >= fan_out else turn.T, np.zeros(fan_out)


def _identity(generator: np.random.Generator, fan_in: int, fan_out: int) -> tuple[np.ndarray, np.ndarray]:
    return np.eye(fan_in, fan_out), np.zeros(fan_out)


DRAWS: Mapping[str, Draw] = {
    "uniform": _uniform,
    "he": _he,
    "glorot": _glorot,
    "orthogonal": _orthogonal,
    "identity": _identity,
    "zeros": _zeros,
    "equal": _uniform,
}
"""By name: U(±1/√fan_in) as torch.nn.Linear; N(0, 2/fan_in), He et al. 2015; U(±√(6/(in + out))), Glorot &
Bengio 2010; a turn, Saxe et al. 2014; what comes in, Le et al. 2015; nothing; and as `uniform`, but with the
hidden units of a layer all alike."""


def drawn(
    init: str, generator: np.random.Generator, widths: list[int]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights and bias of every layer."""
    found = [DRAWS[init](generator, fan_in, fan_out) for fan_in, fan_out in pairwise(widths)]
    return _alike(found) if init == "equal" else found


def _alike(layers: list[tuple[np.ndarray, np.ndarray]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Every hidden unit with the same weights, in and out, and the same bias as its layer's first."""
    found, last = [], len(layers) - 1
    for number, (weight, bias) in enumerate(layers):
        if number > 0:
            weight = np.broadcast_to(weight[:1], weight.shape)
        if number < last:
            weight, bias = np.broadcast_to(weight[:, :1], weight.shape), np.full_like(bias, bias[0])
        found.append((weight, bias))
    return found
