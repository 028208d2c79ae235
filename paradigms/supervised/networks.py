"""The networks that the paradigms share: the perceptron that classifies is the one inside DQN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor


def shapes(widths: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Parameter shapes of a multilayer perceptron; two widths make a linear map.

    >>> shapes([4, 8, 2])
    {'weight1': (4, 8), 'bias1': (8,), 'weight2': (8, 2), 'bias2': (2,)}
    """
    named: dict[str, tuple[int, ...]] = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths), start=1):
        named[f"weight{layer}"] = (fan_in, fan_out)
        named[f"bias{layer}"] = (fan_out,)
    return named


def initial(widths: Sequence[int], generator: np.random.Generator) -> dict[str, np.ndarray]:
    """U(−1/√fan_in, 1/√fan_in), as torch.nn.Linear; a linear map starts at zero, which is its baseline."""
    if len(widths) == 2:
        return {name: np.zeros(shape) for name, shape in shapes(widths).items()}
    start = {}
    for name, shape in shapes(widths).items():
        fan_in = widths[int(name.removeprefix("weight").removeprefix("bias")) - 1]
        start[name] = generator.uniform(-(fan_in**-0.5), fan_in**-0.5, shape)
    return start


def forward(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """max(0, x W + b) through the layers, the last one linear: [R, B, in] → [R, B, out]."""
    layers = sum(name.startswith("weight") for name in parameters)
    x = x.expand(len(parameters["weight1"]), -1, -1)
    for layer in range(1, layers + 1):
        x = torch.baddbmm(parameters[f"bias{layer}"].unsqueeze(1), x, parameters[f"weight{layer}"])
        if layer < layers:
            x = torch.relu(x)
    return x


def widths(inputs: int, outputs: int, settings: Mapping[str, object]) -> list[int]:
    """Layer widths for `model` linear or mlp with its `hidden` layers."""
    hidden = settings["hidden"] if settings.get("model", "mlp") == "mlp" else ()
    assert isinstance(hidden, Sequence)
    return [inputs, *(int(width) for width in hidden), outputs]
