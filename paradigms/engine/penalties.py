"""What is added to a gradient so that weights stay small, and what is cut from it so that steps do."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from paradigms.engine.rules import Hyper, Rates, Rule, column


@dataclass(frozen=True)
class Penalty:
    """loss + l1 ‖w‖₁ + ½ l2 ‖w‖², on the parameters that `mask` [P] marks (weights, not biases).

    The second has a gradient; of the first, which has none at zero, each update takes the proximal step, so
    that weights become zero and stay so. `decay` shrinks them by lr · decay at each update instead, past the
    update rule (decoupled).
    """

    mask: Tensor
    l1: Hyper = 0.0
    l2: Hyper = 0.0
    decay: Hyper = 0.0

    def add(self, gradient: Tensor, flat: Tensor) -> Tensor:
        """The gradient [R, P] with that of the squared weights added."""
        return gradient + flat * (self.mask * self.l2) if _any(self.l2) else gradient

    def bend(self, curvature: Tensor) -> Tensor:
        """The curvature, [R, P] along the diagonal or [R, P, P] whole, with the penalty's own added."""
        own = (self.mask * self.l2).expand(curvature.shape[:2])
        return curvature + (own if curvature.dim() == 2 else torch.diag_embed(own))

    def shrink(self, flat: Tensor, lr: Rates) -> None:
        """Decoupled decay, in place."""
        if _any(self.decay):
            flat.mul_(1 - column(lr, flat) * self.decay * self.mask)

    def threshold(self, flat: Tensor, lr: Rates, rule: Rule, t: int) -> None:
        """Every weight nearer to zero by lr · scale · l1, or at zero if it is nearer than that, in place.

        The scale is the rule's after its update number t. Soft thresholding, the step of least
        ½ ‖w − v‖² / (lr · scale) + l1 ‖w‖₁ (Daubechies, Defrise & De Mol 2004).
        """
        if _any(self.l1):
            reach = column(lr, flat) * rule.scale(t) * self.l1 * self.mask
            flat.sub_(flat.clamp(-reach, reach))


def clip(gradient: Tensor, norm: Tensor, limit: Hyper) -> Tensor:
    """Every replica's gradient [R, P] scaled so that its norm [R, 1] is at most `limit`."""
    return gradient * torch.clamp(limit / (norm + 1e-6), max=1.0)


def _any(value: Hyper) -> bool:
    return isinstance(value, Tensor) or value != 0
