"""Convolutional networks: the same small weights at every place (LeCun et al. 1989), of lines or planes.

    cnn      each layer halves the map and widens it; the last, linear layer reads every place of what is left
    resnet   a stem, then pairs of layers that add their input (He et al. 2016); read by the mean over places

The map of a line is [R, B, places, channels], so that a convolution is one product of unfolded places for all
replicas. That of a plane would be nine times the numbers; there each replica has a convolution of its own.
Grouped convolutions round by how many replicas there are, and no replica may hang on its company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.networks import starts
from paradigms.networks.activations import ACTIVATIONS
from paradigms.networks.layer import Layer
from paradigms.networks.network import Meaning, Network, some_at_a_time

ROOM = 2**18
"""Numbers of one replica's widest map, unfolded, that are held at once where nothing is learned from them."""
FIRST, REST = 5, 3
"""Places that a cnn's first layer sees in one dimension, and that all others see along each."""
FEWEST = 5
"""Places along a side from which on a cnn halves it."""


def convolve(x: Tensor, weight: Tensor, bias: Tensor, kernel: int, stride: int = 1) -> Tensor:
    """[R, B, L, C] → [R, B, L′, O], with zeros around so that L′ = ⌈L / stride⌉.

    Args:
        weight: [R, kernel C, O], place by place.
        bias: [R, O].
    """
    replicas, rows, _, channels = x.shape
    seen = functional.pad(x, (0, 0, kernel // 2, kernel // 2)).unfold(2, kernel, stride)  # [R, B, L′, C, k]
    places = seen.shape[2]
    flat = seen.transpose(3, 4).reshape(replicas, rows * places, kernel * channels)
    return Layer.made(weight, bias)(flat).reshape(replicas, rows, places, -1)


def convolve_plane(x: Tensor, weight: Tensor, bias: Tensor, kernel: int, stride: int = 1) -> Tensor:
    """[R, B, C, H, W] → [R, B, O, H′, W′] with weights [R, O, C kernel²] and a bias [R, O]."""
    shape = (weight.shape[1], x.shape[2], kernel, kernel)
    each = [
        functional.conv2d(rows, own.view(shape), shift, stride, kernel // 2)
        for rows, own, shift in zip(x, weight, bias, strict=True)
    ]
    return torch.stack(each)


class Convolution(Network):
    """R networks that see a row as a line or a plane of places, with channels at each.

    Args:
        shape: of an example: () or (places,), (places, channels), and with `plane` (height, width) or
            (channels, height, width); it lies flat in its row.
        hidden: the channels of each layer.
        pairs: a resnet's layers of one width, instead of a cnn's that halve the map.
        residual: every two of them add what came in; without it they are the plain net of the same depth.
    """

    replayed = True
    costly = True

    def __init__(
        self,
        shape: Sequence[int],
        plane: bool,
        inputs: int,
        hidden: Sequence[int],
        outputs: int,
        meaning: Meaning = "numbers",
        pairs: bool = False,
        residual: bool = False,
        activation: str = "relu",
        init: str = "uniform",
        scale: float | Sequence[float] = 1.0,
    ) -> None:
        self.shape, self.plane, self.inputs, self.outputs = tuple(shape), plane, inputs, outputs
        self.hidden, self.meaning, self.pairs = [int(w) for w in hidden], meaning, pairs
        self.residual, self.activation, self.init, self.scale = residual, activation, init, scale
        if plane:
            self.sides: tuple[int, ...] = self.shape[-2:]
            self.channels = inputs // prod(self.sides)
        else:
            self.channels = self.shape[1] if len(self.shape) == 2 else 1
            self.sides = (inputs // self.channels,)

    @property
    def depth(self) -> int:
        """Layers, the last, linear one included."""
        return len(self.hidden) + 1

    @property
    def kernels(self) -> list[int]:
        """Places along a side that each layer sees."""
        wide = FIRST if not (self.plane or self.pairs) else REST
        return [wide, *[REST] * (len(self.hidden) - 1)]

    @property
    def strides(self) -> list[int]:
        """Of each layer: 2 where the map is large enough to be halved."""
        found, side = list[int](), min(self.sides)
        for layer in range(len(self.hidden)):
            whole = self.pairs or (self.plane and layer == 0)  # a stroke is two places wide
            found.append(1 if whole or side < FEWEST else 2)
            side = -(-side // found[-1])
        return found

    @property
    def left(self) -> int:
        """Places of the last map."""
        sides = self.sides
        for stride in self.strides:
            sides = tuple(-(-side // stride) for side in sides)
        return prod(sides)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        named: dict[str, tuple[int, ...]] = {}
        widths = pairwise([self.channels, *self.hidden])
        for layer, ((wide, out), kernel) in enumerate(zip(widths, self.kernels, strict=True), start=1):
            seen = wide * kernel ** len(self.sides)
            named |= {f"weight{layer}": (out, seen) if self.plane else (seen, out), f"bias{layer}": (out,)}
        read = self.hidden[-1] * (1 if self.pairs else self.left)
        return named | {f"weight{self.depth}": (read, self.outputs), f"bias{self.depth}": (self.outputs,)}

    @property
    def layers(self) -> list[tuple[str, ...]]:
        return [(f"weight{layer}", f"bias{layer}") for layer in range(1, self.depth + 1)]

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(f"weight{layer}" for layer in range(1, self.depth + 1))

    @property
    def description(self) -> dict[str, Any]:
        own = ("shape", "plane", "inputs", "hidden", "outputs", "meaning", "pairs", "residual", "activation")
        return {"kind": "convolution", **{name: getattr(self, name) for name in own}}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        scale = self.scale[replica] if isinstance(self.scale, Sequence) else self.scale
        start: dict[str, np.ndarray] = {}
        for layer in range(1, self.depth + 1):
            shape = self.shapes[f"weight{layer}"]
            turned = self.plane and layer < self.depth
            weight, bias = starts.DRAWS[self.init](generator, *(shape[::-1] if turned else shape))
            start |= {
                f"weight{layer}": (weight.T if turned else weight) * scale,
                f"bias{layer}": bias * scale,
            }
        return start

    def _map(self, x: Tensor, replicas: int) -> Tensor:
        """Rows [R or 1, B, d] as a line [R, B, L, C] or a plane [R, B, C, H, W]."""
        x = x.expand(replicas, -1, -1)
        if self.plane:
            return x.view(replicas, x.shape[1], self.channels, *self.sides)
        return x.view(replicas, x.shape[1], *self.sides, self.channels)

    def _answer(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        one = convolve_plane if self.plane else convolve
        act = ACTIVATIONS[self.activation].of
        x = before = self._map(x, len(parameters["weight1"]))
        for layer, (kernel, stride) in enumerate(zip(self.kernels, self.strides, strict=True), start=1):
            x = one(x, parameters[f"weight{layer}"], parameters[f"bias{layer}"], kernel, stride)
            if self.residual and layer > 1 and layer % 2 == 1 and x.shape == before.shape:
                x = x + before
            x = act(x)
            before = x if layer % 2 == 1 else before
        read = x.flatten(2)
        if self.pairs:
            read = x.flatten(3).mean(3) if self.plane else x.mean(2)
        return Layer.of(parameters, self.depth)(read.contiguous())

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        seen = max(shape[self.plane] if len(shape) > 1 else 0 for shape in self.shapes.values())
        each = max(1, ROOM // (prod(self.sides) * max(seen, *self.hidden)))
        return some_at_a_time(lambda rows: self._answer(parameters, rows), x, each)
