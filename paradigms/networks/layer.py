"""One layer's numbers, and its matrix products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

NARROW = 16
"""Layers with fewer outputs than this take their matrix products transposed."""


class Layer(NamedTuple):
    """One layer's weights [R, in, out], the same across [R, out, in], and its bias to be added to products.

    With few outputs (`narrow`) the products are taken transposed, which takes a third of the time.
    """

    weight: Tensor
    across: Tensor
    bias: Tensor
    narrow: bool

    @classmethod
    def of(cls, parameters: Mapping[str, Tensor], number: int) -> Layer:
        """Layer 1, 2, … as views."""
        return cls.made(parameters[f"weight{number}"], parameters[f"bias{number}"])

    @classmethod
    def made(cls, weight: Tensor, bias: Tensor) -> Layer:
        """Of weights [R, in, out] and a bias [R, out]."""
        narrow = weight.shape[2] < NARROW
        return cls(weight, weight.transpose(1, 2), bias.unsqueeze(2 if narrow else 1), narrow)

    def of_some(self, some: slice) -> Layer:
        """The same of some replicas."""
        return Layer(self.weight[some], self.across[some], self.bias[some], self.narrow)

    def __call__(self, x: Tensor) -> Tensor:
        """x W + b."""
        if not self.narrow:
            return torch.baddbmm(self.bias, x, self.weight)
        if x.shape[1] == 1:  # Transposed, one row has other last bits in a replica that is alone.
            return torch.baddbmm(self.bias.transpose(1, 2), x, self.weight)
        # A copy even of what counts as contiguous: with one output, strides decide which product is taken.
        across = self.across.clone(memory_format=torch.contiguous_format)
        return torch.baddbmm(self.bias, across, x.transpose(1, 2)).transpose(1, 2)

    def gradient(self, x: Tensor, pull: Tensor) -> tuple[Tensor, Tensor]:
        """Of the bias, and of the weights: xᵀ g."""
        if not self.narrow:
            return pull.sum(1), torch.bmm(x.transpose(1, 2), pull)
        return pull.sum(1), torch.bmm(pull.transpose(1, 2), x).transpose(1, 2)
