"""The networks that the paradigms share: the perceptron that classifies is the one inside DQN."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

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


class Layer(NamedTuple):
    """One layer's weights [R, in, out], the same across [R, out, in], and its bias to be added to products.

    With few outputs (`narrow`) the products are taken transposed, which takes a third of the time.
    """

    weight: Tensor
    across: Tensor
    bias: Tensor
    narrow: bool

    def __call__(self, x: Tensor) -> Tensor:
        """x W + b."""
        if not self.narrow:
            return torch.baddbmm(self.bias, x, self.weight)
        return torch.baddbmm(self.bias, self.across.contiguous(), x.transpose(1, 2)).transpose(1, 2)

    def gradient(self, x: Tensor, pull: Tensor) -> tuple[Tensor, Tensor]:
        """Of the bias, and of the weights: xᵀ g."""
        if not self.narrow:
            return pull.sum(1), torch.bmm(x.transpose(1, 2), pull)
        return pull.sum(1), torch.bmm(pull.transpose(1, 2), x).transpose(1, 2)


def layers(parameters: Mapping[str, Tensor]) -> list[Layer]:
    """The layers in their order, as views."""
    found, depth = [], sum(name.startswith("weight") for name in parameters)
    for layer in range(1, depth + 1):
        weight, bias = parameters[f"weight{layer}"], parameters[f"bias{layer}"]
        narrow = weight.shape[2] < NARROW
        found.append(Layer(weight, weight.transpose(1, 2), bias.unsqueeze(2 if narrow else 1), narrow))
    return found


def _untracked(parameters: Parameters) -> list[Layer]:
    return layers({name: parameter.detach() for name, parameter in parameters.items()})


def forward(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """max(0, x W + b) through the layers, the last one linear: [R, B, in] → [R, B, out]."""
    if isinstance(parameters, Parameters) and not torch.is_grad_enabled():
        return _through(parameters.held(_untracked), x)[-1]
    return _through(layers(parameters), x)[-1]


Pull = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Answers [R, B, out] → losses [R], and their gradient with respect to the answers [R, B, out]."""


def slope(parameters: Parameters, x: Tensor, pull: Pull) -> Slope:
    """Losses and their gradients: `pull` for the answers, then the chain rule.

    Autograd through every layer gives a gradient a layer and then copies them together; ten networks
    64-64-64-10 took 1.3 times as long that way, forward and backward, and DQN's 1.4 times. Inference tensors
    on the way spare another twentieth; losses and gradient are handed out as ordinary ones.
    """
    network = parameters.held(_untracked)
    with torch.inference_mode():
        *inputs, answer = _through(network, x)
        losses, pulled = pull(answer)
        pieces = _chain(network, inputs, pulled)
    return Slope(losses.clone(), parameters.flatten(pieces))


def _through(network: Sequence[Layer], x: Tensor) -> list[Tensor]:
    """x, what each hidden layer makes of it, and the answer."""
    *hidden, last = network
    seen = [x.expand(len(last.weight), -1, -1)]
    for layer in hidden:
        seen.append(torch.relu_(layer(seen[-1])))
    return [*seen, last(seen[-1])]


def _chain(network: Sequence[Layer], inputs: Sequence[Tensor], pull: Tensor) -> list[Tensor]:
    """The gradients [R, *shape]: a layer hands its pull [R, B, out] on to the one before, where active."""
    pieces: list[Tensor] = []
    for layer, seen in zip(reversed(network), reversed(inputs), strict=True):
        pieces += layer.gradient(seen, pull)
        if layer is not network[0]:
            pull = torch.bmm(pull, layer.across)
            torch.ops.aten.threshold_backward.grad_input(pull, seen, 0, grad_input=pull)
    return pieces[::-1]


def widths(inputs: int, outputs: int, settings: Mapping[str, object]) -> list[int]:
    """Layer widths for `model` linear or mlp with its `hidden` layers."""
    hidden = settings["hidden"] if settings.get("model", "mlp") == "mlp" else ()
    assert isinstance(hidden, Sequence)
    return [inputs, *(int(width) for width in hidden), outputs]
