"""What a hidden unit makes of its sum z: a function, and its derivative.

Each is written in operations that round a number alike wherever it lies in memory, so that a replica's bits
do not hang on how many come before it. PyTorch's own sigmoid and gelu round the last few numbers otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

LEAK = 0.01
"""What is left of a number below zero, as in torch.nn.LeakyReLU."""

VECTORS = 64
"""Numbers that any processor takes as whole vectors, two at a time."""


class Activation(NamedTuple):
    """`of` z; and `along`, the derivative there, from z and what `of` has made of it."""

    of: Callable[[Tensor], Tensor]
    along: Callable[[Tensor, Tensor], Tensor]


def _share(z: Tensor) -> Tensor:
    """Φ(z), the share of a normal distribution below z."""
    return torch.erf(z * math.sqrt(0.5)).add(1).mul(0.5)


def _bell(z: Tensor) -> Tensor:
    """φ(z), its density there."""
    return (z.square() * -0.5).exp() * (1 / math.sqrt(2 * math.pi))


def gate(z: Tensor) -> Tensor:
    """σ(z) for z [R, …], where a replica's numbers lie in one block.

    PyTorch's own is half as dear, and the same in company where the block is made of whole vectors.
    """
    return torch.sigmoid(z) if z[0].numel() % VECTORS == 0 else ACTIVATIONS["sigmoid"].of(z)


ACTIVATIONS = {
    "relu": Activation(torch.relu, lambda z, a: (a > 0).to(z.dtype)),
    "leaky": Activation(
        lambda z: torch.where(z > 0, z, z * LEAK), lambda z, a: (z > 0).to(z.dtype) * (1 - LEAK) + LEAK
    ),
    "tanh": Activation(torch.tanh, lambda z, a: 1 - a * a),
    "sigmoid": Activation(lambda z: torch.tanh(z * 0.5) * 0.5 + 0.5, lambda z, a: a * (1 - a)),
    "gelu": Activation(lambda z: z * _share(z), lambda z, a: _share(z) + z * _bell(z)),
    "square": Activation(lambda z: z * z, lambda z, a: 2 * z),
}
"""By name; `square` makes a network of polynomials."""
