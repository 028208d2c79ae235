"""The chain rule through hidden layers of any kind: linear → norm → activation → dropout, + input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from paradigms.networks import norms
from paradigms.networks.activations import ACTIVATIONS
from paradigms.networks.layer import Layer

if TYPE_CHECKING:
    from paradigms.networks.perceptron import Perceptron


class Seen(NamedTuple):
    """What a layer has met on the way to the answer, kept for the way back; the last one has met only `x`."""

    x: Tensor
    normed: norms.Normed | None = None
    gain: Tensor | None = None
    before: Tensor | None = None
    after: Tensor | None = None
    mask: Tensor | None = None
    added: bool = False


def through(
    network: Perceptron, layers: Sequence[Layer], parameters: Mapping[str, Tensor], x: Tensor, learning: bool
) -> tuple[Tensor, list[Seen]]:
    """The answer [R, B, out], and what each layer has seen; nothing is left out unless they are learning."""
    *hidden, last = layers
    x, seen = x.expand(len(last.weight), -1, -1), []
    for number, layer in enumerate(hidden, start=1):
        x, met = _layer(network, layer, number, parameters, x, learning)
        seen.append(met)
    return last(x), [*seen, Seen(x)]


def _layer(
    network: Perceptron,
    layer: Layer,
    number: int,
    parameters: Mapping[str, Tensor],
    x: Tensor,
    learning: bool,
) -> tuple[Tensor, Seen]:
    z, normed, gain, mask = layer(x), None, None, None
    if network.norm != "none":
        gain = parameters[f"gain{number}"].unsqueeze(1)
        if network.norm == "batch" and not learning:
            running = parameters[f"running_mean{number}"], parameters[f"running_variance{number}"]
            unit = norms.by_running(z, *running)
        else:
            normed = norms.normed(z, network.norm)
            unit = normed.unit
        z = unit * gain + parameters[f"shift{number}"].unsqueeze(1)
    after = ACTIVATIONS[network.activation].of(z)
    answer = after
    if learning and network.dropout is not None:
        mask = network.dropout.mask(number, after)
        answer = answer * mask
    added = network.residual and x.shape[2] == after.shape[2]
    return answer + x if added else answer, Seen(x, normed, gain, z, after, mask, added)


def back(network: Perceptron, layers: Sequence[Layer], seen: Sequence[Seen], pull: Tensor) -> list[Tensor]:
    """The gradients [R, *shape], in the order of the parameters."""
    *hidden, last = layers
    pieces = [*last.gradient(seen[-1].x, pull)]
    pull = torch.bmm(pull, last.across) if hidden else pull
    for layer, met in zip(reversed(hidden), reversed(seen[:-1]), strict=True):
        onward = pull
        pull, beside = _to_sums(network, met, pull)
        pieces += [*beside, *layer.gradient(met.x, pull)]
        if layer is not hidden[0]:
            pull = torch.bmm(pull, layer.across)
            pull = pull + onward if met.added else pull
    return pieces[::-1]


def _to_sums(network: Perceptron, met: Seen, pull: Tensor) -> tuple[Tensor, list[Tensor]]:
    """From a pull on what a layer answers to one on its sums x W + b; and the norm's gradients."""
    assert met.before is not None
    assert met.after is not None
    if met.mask is not None:
        pull = pull * met.mask
    pull = pull * ACTIVATIONS[network.activation].along(met.before, met.after)
    if met.normed is None or met.gain is None:
        return pull, []
    shift, gain = pull.sum(1), (pull * met.normed.unit).sum(1)
    running = [torch.zeros_like(shift)] * (2 if network.norm == "batch" else 0)
    return met.normed.back(pull * met.gain), [*running, shift, gain]
