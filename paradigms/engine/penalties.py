"""What is added to a gradient so that weights stay small, and what is cut from it so that steps do."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from paradigms.engine.rules import Hyper, Rates, column


@dataclass(frozen=True)
class Penalty:
    """loss + l1 ‖w‖₁ + ½ l2 ‖w‖², on the parameters that `mask` [P] marks (weights, not biases).

    `decay` shrinks them by lr · decay at each update instead, past the update rule (decoupled).
    """

    mask: Tensor
    l1: Hyper = 0.0
    l2: Hyper = 0.0
    decay: Hyper = 0.0

    def add(self, gradient: Tensor, flat: Tensor) -> Tensor:
        """The gradient [R, P] with the penalty's own added."""
        if _any(self.l2):
            gradient = gradient + flat * (self.mask * self.l2)
        if _any(self.l1):
            gradient = gradient + flat.sign() * (self.mask * self.l1)
        return gradient

    def bend(self, curvature: Tensor) -> Tensor:
        """The curvature, [R, P] along the diagonal or [R, P, P] whole, with the penalty's own added."""
        own = (self.mask * self.l2).expand(curvature.shape[:2])
        return curvature + (own if curvature.dim() == 2 else torch.diag_embed(own))

    def shrink(self, flat: Tensor, lr: Rates) -> None:
        """Decoupled decay, in place."""
        if _any(self.decay):
            flat.mul_(1 - column(lr, flat) * self.decay * self.mask)


def clip(gradient: Tensor, norm: Tensor, limit: Hyper) -> Tensor:
    """Every replica's gradient [R, P] scaled so that its norm [R, 1] is at most `limit`."""
    return gradient * torch.clamp(limit / (norm + 1e-6), max=1.0)


def _any(value: Hyper) -> bool:
    return isinstance(value, Tensor) or value != 0
