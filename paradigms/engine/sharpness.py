"""Sharpness: how steeply a loss bends in its steepest direction.

The largest algebraic eigenvalue of the Hessian H, by power iteration on v ↦ H v, which central differences of
the gradient give: H v ≈ (g(θ + h v) − g(θ − h v)) / 2h. Where the eigenvalue of the largest size is negative,
H is shifted by it and iterated again. Plain descent is stable up to a rate of 2 over it (Cohen et al. 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters

MOVED, MOST = 0.002, 200
"""The quotient is taken when it moved by less than this share; iterations, at most."""


@torch.no_grad()
def sharpness(learner: Learner[Any], parameters: Parameters, batch: Any) -> Tensor:
    """Of every replica's loss on a batch, without penalties, [R]; a replica's value hangs on its own
    alone.
    """
    flat = parameters.flat
    size = torch.finfo(flat.dtype).eps ** (1 / 3) * flat.norm(dim=1, keepdim=True).clamp_min(1.0)

    def bent(v: Tensor) -> Tensor:
        ahead, behind = (
            learner.slope(parameters.like(flat + way * size * v), batch).gradient for way in (1, -1)
        )
        return (ahead - behind) / (2 * size)

    first = _largest(bent, flat)
    if not bool((first < 0).any()):
        return first
    shift = first.clamp_max(0).unsqueeze(1)
    second = _largest(lambda v: bent(v) - shift * v, flat) + shift.squeeze(1)
    return torch.where(first < 0, second, first)


def _largest(bent: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:
    """The eigenvalue of the largest size, [R]; who has settled is left alone."""
    start = torch.randn(like.shape[1], generator=torch.Generator().manual_seed(0), dtype=like.dtype)
    v = (start / start.norm()).to(like.device).expand_as(like)
    value = like.new_full((len(like),), torch.inf)
    settled = torch.zeros(len(like), dtype=torch.bool, device=like.device)
    for _ in range(MOST):
        w = bent(v)
        now = (w * v).sum(1)
        still = (now - value).abs() <= MOVED * now.abs()
        value = torch.where(settled, value, now)
        settled |= still
        if bool(settled.all()):
            break
        v = w / w.norm(dim=1, keepdim=True).clamp_min(torch.finfo(w.dtype).tiny)
    return value
