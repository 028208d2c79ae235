"""The chain rule through layers of max(0, x W + b), the last one linear: the shortest way there is."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from paradigms.networks.layer import Layer


def through(network: Sequence[Layer], x: Tensor) -> list[Tensor]:
    """x, what each hidden layer makes of it, and the answer: [R, B, in] → [R, B, out]."""
    *hidden, last = network
    seen = [x.expand(len(last.weight), -1, -1)]
    for layer in hidden:
        seen.append(torch.relu_(layer(seen[-1])))
    return [*seen, last(seen[-1])]


def back(network: Sequence[Layer], inputs: Sequence[Tensor], pull: Tensor) -> list[Tensor]:
    """The gradients [R, *shape]: a layer hands its pull [R, B, out] on to the one before, where active."""
    pieces: list[Tensor] = []
    for layer, seen in zip(reversed(network), reversed(inputs), strict=True):
        pieces += layer.gradient(seen, pull)
        if layer is not network[0]:
            pull = torch.bmm(pull, layer.across)
            torch.ops.aten.threshold_backward.grad_input(pull, seen, 0, grad_input=pull)
    return pieces[::-1]
