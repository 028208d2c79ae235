"""Normalisation: sums brought to mean 0 and variance 1, then scaled and shifted by learned numbers.

A layer norm (Ba et al. 2016) does so over the units of one row, a batch norm (Ioffe & Szegedy 2015) over the
rows of a batch for each unit; the latter answers by running statistics once it no longer learns.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

EPS, MOMENTUM = 1e-5, 0.1
"""As in torch.nn: added to variances; the share of a batch in the running statistics."""
OVER = {"layer": 2, "batch": 1}
"""Norm → the dimension of sums [R, B, out] that it averages over."""


class Normed(NamedTuple):
    """Sums at mean 0 and variance 1, [R, B, out]; what they were divided by; the mean and variance met."""

    unit: Tensor
    inverse: Tensor
    mean: Tensor
    variance: Tensor
    over: int

    def back(self, pull: Tensor) -> Tensor:
        """From a pull on `unit` to one on the sums: what would only move mean or variance is taken out."""
        along = (pull * self.unit).mean(self.over, keepdim=True)
        return (pull - pull.mean(self.over, keepdim=True) - self.unit * along) * self.inverse


def normed(z: Tensor, norm: str) -> Normed:
    """Sums z [R, B, out] by their own mean and variance."""
    over = OVER[norm]
    mean = z.mean(over, keepdim=True)
    centred = z - mean
    variance = centred.square().mean(over, keepdim=True)
    inverse = (variance + EPS).rsqrt()
    return Normed(centred * inverse, inverse, mean, variance, over)


def by_running(z: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """Sums z [R, B, out] by the statistics [R, out] that were met in training."""
    return (z - mean.unsqueeze(1)) * (variance.unsqueeze(1) + EPS).rsqrt()


@torch.no_grad()
def watch(mean: Tensor, variance: Tensor, met: Normed) -> None:
    """Moves running statistics [R, out] a tenth of the way to a batch's, with n − 1 in its variance."""
    rows = met.unit.shape[1]
    mean.mul_(1 - MOMENTUM).add_(met.mean.squeeze(1), alpha=MOMENTUM)
    variance.mul_(1 - MOMENTUM).add_(met.variance.squeeze(1) * (rows / max(1, rows - 1)), alpha=MOMENTUM)
