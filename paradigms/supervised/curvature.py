"""The whole curvature of a loss of a linear map, in the order of its parameters: weights [d, C], biases [C].

A logit is linear in the parameters, so L = mean ℓ(xW + b) has the curvature mean (x̃ x̃ᵀ) ⊗ ℓ″ with
x̃ = (x, 1) and ℓ″ the curvature [C, C] of one row's loss in its logits.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.rows import Table


def squared_error(batch: Table) -> Tensor:
    """Of mean (ŷ − y)²: ℓ″ = 2; [R, d + 1, d + 1]."""
    x, counts = _rows(batch)
    return 2 * x.mT @ (x * counts) / batch.rows


def cross_entropy(batch: Table, probability: Tensor) -> Tensor:
    """Of −mean log softmax[class]: ℓ″ = diag p − p pᵀ, p [R, N, C]; [R, (d + 1) C, (d + 1) C]."""
    x, counts = _rows(batch)
    replicas, rows, classes = probability.shape
    each = x.unsqueeze(3) * probability.unsqueeze(2)  # [R, N, d + 1, C]
    pairs = each.flatten(2)
    curvature = -(pairs.mT @ (pairs * counts)) / rows
    along = torch.einsum("rnj,rnkc->rcjk", (x * counts).expand(replicas, -1, -1), each) / rows
    blocks = curvature.view(replicas, x.shape[2], classes, x.shape[2], classes)
    blocks.diagonal(dim1=2, dim2=4).add_(along.permute(0, 2, 3, 1))
    return curvature


def _rows(batch: Table) -> tuple[Tensor, Tensor]:
    """x̃ [R, N, d + 1] and what each row counts [R, N, 1]."""
    counts = torch.ones_like(batch.x[..., :1]) if batch.weights is None else batch.weights.unsqueeze(2)
    return functional.pad(batch.x, (0, 1), value=1.0), counts
