"""The chain rule through layers of max(0, x W + b), the last one linear: the shortest way there is."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from paradigms.networks.layer import Layer

ROOM, CACHE = 2**23, 2**19
"""Numbers of one layer that are held at once where nothing is learned from them; on a CPU in its cache."""


def through(network: Sequence[Layer], x: Tensor) -> list[Tensor]:
    """x, what each hidden layer makes of it, and the answer: [R, B, in] → [R, B, out]."""
    *hidden, last = network
    seen = [x.expand(len(last.weight), -1, -1)]
    for layer in hidden:
        # In place: the way back needs what a layer answered, and nothing of the sums before it.
        seen.append(torch.relu_(layer(seen[-1])))
    return [*seen, last(seen[-1])]


def answer(network: Sequence[Layer], x: Tensor) -> Tensor:
    """The answer alone, [R, B, out]; of many rows for some replicas at a time: none hangs on another.

    A part of 30,000 rows for 24 networks with 64 hidden units would take 200 MB a layer; and 24 networks
    on 8,000 rows take 2.6 times as long where every layer goes out to memory and comes back.
    """
    *_, last = network
    replicas, widest = len(last.weight), max(layer.weight.shape[2] for layer in network)
    room = CACHE if x.device.type == "cpu" else ROOM
    together = max(1, room // (x.shape[1] * widest))
    if together >= replicas:
        return through(network, x)[-1]
    pieces = []
    for first in range(0, replicas, together):
        some = slice(first, first + together)
        own = [layer.of_some(some) for layer in network]
        pieces.append(through(own, x if len(x) == 1 else x[some])[-1])
    if last.narrow:  # in the same layout as at once
        return torch.cat([piece.transpose(1, 2) for piece in pieces]).transpose(1, 2)
    return torch.cat(pieces)


def back(network: Sequence[Layer], inputs: Sequence[Tensor], pull: Tensor) -> list[Tensor]:
    """The gradients [R, *shape]: a layer hands its pull [R, B, out] on to the one before, where active."""
    pieces: list[Tensor] = []
    for layer, seen in zip(reversed(network), reversed(inputs), strict=True):
        pieces += layer.gradient(seen, pull)
        if layer is not network[0]:
            pull = torch.bmm(pull, layer.across)
            # Autograd's own kernel for ReLU, written over the pull: no mask, no second tensor.
            torch.ops.aten.threshold_backward.grad_input(pull, seen, 0, grad_input=pull)
    return pieces[::-1]
