"""Descent on drawn functions, by the engine's own update rules: many starts, rates and seeds at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Function = Callable[[Any], Any]
"""Points [R, d], as tensors → values [R], differentiable."""


def descend(
    function: Function,
    start: Any,
    lr: Any,
    steps: int,
    rule: str = "sgd",
    momentum: Any = None,
    noise: Any = 0.0,
    schedule: str = "constant",
    seed: int = 0,
) -> np.ndarray:
    """The whole path [steps + 1, R, d] from `start` [R, d] in float64; one rate or momentum for all or
    one for each [R].

    `noise` is the standard deviation of a normal number that is added to every number of the gradient. Points
    that leave all bounds become NaN.
    """
    import torch

    from paradigms.engine import rules, schedules

    flat = torch.tensor(np.atleast_2d(np.asarray(start, dtype=np.float64)).copy())
    make = rules.RULES[rule]
    inertia = torch.as_tensor(momentum).reshape(-1, 1) if isinstance(momentum, np.ndarray) else momentum
    moved = make(inertia) if inertia is not None and issubclass(make, rules.Momentum) else make()
    moved.start(flat)
    rates = np.broadcast_to(np.asarray(lr, dtype=np.float64), (len(flat),)).tolist()
    factor = schedules.build(schedule, steps, 0)
    rng = torch.Generator().manual_seed(seed)
    path = np.empty((steps + 1, *flat.shape))
    path[0] = flat.numpy()
    scale = torch.as_tensor(np.broadcast_to(np.asarray(noise, dtype=np.float64), (len(flat),)).copy())[
        :, None
    ]
    for t in range(steps):
        point = flat.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(function(point).sum(), point)
        if bool((scale > 0).any()):
            gradient = gradient + scale * torch.randn(flat.shape, generator=rng, dtype=flat.dtype)
        moved.move(flat, gradient, [rate * factor(t) for rate in rates], t + 1)
        path[t + 1] = flat.numpy()
    return np.where(np.abs(path) < 1e150, path, np.nan)


def first(reached: np.ndarray) -> np.ndarray:
    """The first step at which each column of [T, R] holds; NaN if none."""
    return np.where(reached.any(0), reached.argmax(0), np.nan).astype(np.float64)


def quadratic(
    eigenvalues: Sequence[float], turned: bool = False, seed: int = 0
) -> tuple[Function, np.ndarray]:
    """½ xᵀHx with this spectrum, along the axes or turned at random; and H."""
    import torch

    spectrum = np.diag(np.asarray(eigenvalues, dtype=np.float64))
    turn = (
        np.linalg.qr(np.random.default_rng(seed).normal(size=spectrum.shape))[0]
        if turned
        else np.eye(len(spectrum))
    )
    h = turn @ spectrum @ turn.T
    matrix = torch.tensor(h)
    return lambda x: 0.5 * ((x @ matrix) * x).sum(1), h
