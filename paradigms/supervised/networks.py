"""The networks that the paradigms share: the perceptron that classifies is the one inside DQN."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters

NARROW = 16
"""Layers with fewer outputs than this take their matrix products transposed."""


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
    return _through(parameters, x)[-1]


Pull = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Answers [R, B, out] → losses [R], and their gradient with respect to the answers [R, B, out]."""


def slope(parameters: Parameters, x: Tensor, pull: Pull) -> Slope:
    """Losses and their gradients: `pull` for the answers, then the chain rule.

    Autograd through every layer gives a gradient a layer and then copies them together; ten networks
    64-64-64-10 took 1.3 times as long that way, forward and backward, and DQN's 1.4 times. What is made on
    the way is of a kind that autograd never asks about, which spares a twentieth; what is handed out is not.
    """
    with torch.inference_mode():
        *inputs, answer = _through(parameters, x)
        losses, pulled = pull(answer)
        pieces = _chain(parameters, inputs, pulled)
    return Slope(losses.clone(), parameters.flatten(pieces))


def _through(parameters: Mapping[str, Tensor], x: Tensor) -> list[Tensor]:
    """x, what each hidden layer makes of it, and the answer."""
    depth = sum(name.startswith("weight") for name in parameters)
    seen = [x.expand(len(parameters["weight1"]), -1, -1)]
    for layer in range(1, depth + 1):
        x = _affine(seen[-1], parameters[f"weight{layer}"], parameters[f"bias{layer}"])
        seen.append(x if layer == depth else torch.relu_(x))
    return seen


def _chain(parameters: Parameters, inputs: Sequence[Tensor], pull: Tensor) -> list[Tensor]:
    """The gradients [R, *shape]: a layer hands its pull [R, B, out] on to the one before, where active."""
    pieces: list[Tensor] = []
    for layer in range(len(inputs), 0, -1):
        seen = inputs[layer - 1]
        pieces += [pull.sum(1), _product(seen, pull)]
        if layer > 1:
            pull = torch.bmm(pull, parameters[f"weight{layer}"].transpose(1, 2))
            torch.ops.aten.threshold_backward.grad_input(pull, seen, 0, grad_input=pull)
    return pieces[::-1]


def _affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """x W + b; with few outputs the product goes transposed, which took a third of the time."""
    if weight.shape[2] >= NARROW:
        return torch.baddbmm(bias.unsqueeze(1), x, weight)
    across = weight.transpose(1, 2).contiguous()
    return torch.baddbmm(bias.unsqueeze(2), across, x.transpose(1, 2)).transpose(1, 2)


def _product(x: Tensor, pull: Tensor) -> Tensor:
    """xᵀ g, the gradient of the weights."""
    if pull.shape[2] >= NARROW:
        return torch.bmm(x.transpose(1, 2), pull)
    return torch.bmm(pull.transpose(1, 2), x).transpose(1, 2)


def widths(inputs: int, outputs: int, settings: Mapping[str, object]) -> list[int]:
    """Layer widths for `model` linear or mlp with its `hidden` layers."""
    hidden = settings["hidden"] if settings.get("model", "mlp") == "mlp" else ()
    assert isinstance(hidden, Sequence)
    return [inputs, *(int(width) for width in hidden), outputs]
