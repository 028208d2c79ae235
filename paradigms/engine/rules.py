"""Update rules: from a gradient [R, P] to the direction in which the parameters are moved.

θ ← θ − lr · direction. Every hyperparameter may differ between replicas: a number, or [R, 1]; learning
rates are one number or one for each. Each rule equals its namesake in torch.optim, step by step.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor

Hyper = float | Tensor
Rates = float | Sequence[float]
"""Of all replicas, or of each; on the host, since schedules are computed there."""


class Rule(ABC):
    """Turns gradients into directions, remembering what it must in `state`."""

    buffers: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.state: dict[str, Tensor] = {}

    def start(self, flat: Tensor) -> None:
        """Zeroed state for parameters [R, P]."""
        self.state = {name: torch.zeros_like(flat) for name in self.buffers}

    @abstractmethod
    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        """The direction [R, P] of update number t = 1, 2, …; valid until the next call."""

    def scale(self, t: int) -> Hyper:
        """The direction over the gradient, where gradients stay as they are, after update number t."""
        return 1.0

    def move(
        self, flat: Tensor, gradient: Tensor, lr: Rates, t: int, curvature: Tensor | None = None
    ) -> None:
        """Update number t of the parameters [R, P], in place; one learning rate for each replica."""
        flat.addcmul_(self.direction(gradient, t, curvature), column(lr, flat), value=-1)


def column(rates: Rates, like: Tensor) -> Tensor:
    """The rates as [R, 1]; nothing travels to the device where there is one for all."""
    if isinstance(rates, float):
        return like.new_full((len(like), 1), rates)
    return like.new_tensor(rates).unsqueeze(1)


def _by_rate(
    rates: Sequence[float], pieces: Sequence[tuple[Tensor, ...]]
) -> list[tuple[float, list[tuple[Tensor, ...]]]]:
    """Each learning rate, and of every piece [R] the replicas that have it."""
    groups: dict[float, list[int]] = {}
    for i, rate in enumerate(rates):
        groups.setdefault(rate, []).append(i)
    return [(rate, [tuple(map(piece.__getitem__, own)) for piece in pieces]) for rate, own in groups.items()]


class SGD(Rule):
    """g: plain (stochastic) gradient descent (Robbins & Monro 1951)."""

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        return gradient


class Momentum(Rule):
    """v ← μ v + g, heavy ball (Polyak 1964)."""

    buffers = ("velocity",)

    def __init__(self, momentum: Hyper = 0.9) -> None:
        super().__init__()
        self.momentum = momentum

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        return self.state["velocity"].mul_(self.momentum).add_(gradient)

    def scale(self, t: int) -> Hyper:
        return 1 / (1 - self.momentum)


class Nesterov(Momentum):
    """g + μ v after v ← μ v + g: momentum that looks ahead (Nesterov 1983; Sutskever et al. 2013)."""

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        return gradient + super().direction(gradient, t) * self.momentum


class RMSprop(Rule):
    """g / (√s + ε), s ← α s + (1 − α) g² (Tieleman & Hinton 2012)."""

    buffers = ("square",)

    def __init__(self, alpha: Hyper = 0.99, eps: float = 1e-8) -> None:
        super().__init__()
        self.alpha, self.eps = alpha, eps

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        square = self.state["square"].mul_(self.alpha).add_(gradient.square() * (1 - self.alpha))
        return gradient / square.sqrt().add_(self.eps)

    def scale(self, t: int) -> Hyper:
        return 1 / self.state["square"].sqrt().add_(self.eps)


class Adam(Rule):
    """m̂ / (√v̂ + ε) with bias-corrected means of g and g² (Kingma & Ba 2015)."""

    buffers = ("mean", "square")

    def __init__(self, beta1: Hyper = 0.9, beta2: Hyper = 0.999, eps: float = 1e-8) -> None:
        super().__init__()
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self._rows: list[tuple[Tensor, ...]] = []
        self._rows_of: tuple[object, ...] = ()

    def move(
        self, flat: Tensor, gradient: Tensor, lr: Rates, t: int, curvature: Tensor | None = None
    ) -> None:
        """In one pass over memory instead of ten where all replicas share β₁ and β₂.

        It is the kernel of torch.optim, whose import alone takes a second. On a processor a replica is a
        tensor of its own, since how the last few numbers of one are rounded hangs on where it ends; a GPU
        rounds all alike. What stays the same from step to step is taken apart once: each time, it took a
        twentieth of a step.
        """
        if isinstance(self.beta1, Tensor) or isinstance(self.beta2, Tensor):
            super().move(flat, gradient, lr, t, curvature)
            return
        count = torch.full((), float(t), device=flat.device)
        whole = flat.is_cuda and isinstance(lr, float)
        kept = flat, self.state["mean"], self.state["square"]
        now = whole, *kept
        if not self._rows_of or any(map(operator.is_not, now, self._rows_of)):
            self._rows_of = now
            self._rows = [(buffer,) if whole else buffer.unbind() for buffer in kept]
        pieces = [*self._rows, (gradient,) if whole else gradient.unbind()]
        shares = [(lr, pieces)] if isinstance(lr, float) else _by_rate(lr, pieces)
        for rate, (numbers, means, squares, gradients) in shares:
            torch._fused_adam_(
                numbers,
                gradients,
                means,
                squares,
                [],
                [count] * len(numbers),
                lr=rate,
                beta1=self.beta1,
                beta2=self.beta2,
                weight_decay=0.0,
                eps=self.eps,
                amsgrad=False,
                maximize=False,
            )

    def __getstate__(self) -> dict[str, Any]:
        """A copy takes its own apart: rows in a copy would be no views."""
        return vars(self) | {"_rows": [], "_rows_of": ()}

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        mean, square = self.state["mean"], self.state["square"]
        mean.lerp_(gradient, torch.as_tensor(1 - self.beta1, dtype=mean.dtype, device=mean.device))
        square.mul_(self.beta2).add_(gradient.square() * (1 - self.beta2))
        root = self._root(t)
        return torch.div(mean, root, out=root).mul_((1 - self.beta1**t) ** -1)

    def scale(self, t: int) -> Hyper:
        return 1 / self._root(t)

    def _root(self, t: int) -> Tensor:
        """√v̂ + ε."""
        # The root of an exact zero takes a path nine times slower than any other number's.
        square = self.state["square"]
        root = torch.clamp(square, min=torch.finfo(square.dtype).tiny).sqrt_()
        return root.mul_((1 - self.beta2**t) ** -0.5).add_(self.eps)


class AdamW(Adam):
    """Adam; its decoupled weight decay is 0.01 unless told otherwise (Loshchilov & Hutter 2019)."""


class Newton(Rule):
    """g / h: the gradient over the loss's own (diagonal) curvature.

    With `memory` the curvatures of all batches so far are summed, so the step is 1/t times a
    stochastic Newton step: on k-means exactly the 1/n_k step of online k-means; without, on the full
    data, exactly Lloyd's step (Bottou & Bengio 1995). Where there is no curvature nothing moves.
    """

    buffers = ("curvature",)

    def __init__(self, memory: bool = True) -> None:
        super().__init__()
        self.memory = memory

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        if curvature is None:
            raise TypeError("Newton needs the learner's curvature")
        total = self.state["curvature"]
        if self.memory:
            total.add_(curvature)
        else:
            total.copy_(curvature)
        return torch.where(total > 0, gradient / total.clamp_min(torch.finfo(total.dtype).tiny), 0.0)

    def scale(self, t: int) -> Hyper:
        total = self.state["curvature"]
        return torch.where(total > 0, 1 / total.clamp_min(torch.finfo(total.dtype).tiny), 0.0)


RULES: dict[str, type[Rule]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
    "newton": Newton,
}
