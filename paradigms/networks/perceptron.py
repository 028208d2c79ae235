"""The multilayer perceptron, forward and backward written out.

A hidden layer is linear → norm → activation → dropout, and adds its input where it is residual and as wide
as what it makes of it (He et al. 2016). The last layer is linear; without hidden layers that is all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.networks import chain, hidden, norms, starts
from paradigms.networks.dropout import Dropout
from paradigms.networks.layer import Layer
from paradigms.networks.network import Meaning, Network, Pull


class Perceptron(Network):
    """R perceptrons with layers of these widths, from the inputs to the outputs; two make a linear map.

    Args:
        scale: the size of the start, one factor or one for each replica.
        dropout: who is silent while they learn.

    >>> Perceptron([4, 8, 2]).shapes
    {'weight1': (4, 8), 'bias1': (8,), 'weight2': (8, 2), 'bias2': (2,)}
    """

    def __init__(
        self,
        widths: Sequence[int],
        meaning: Meaning = "numbers",
        activation: str = "relu",
        norm: str = "none",
        residual: bool = False,
        init: str = "uniform",
        scale: float | Sequence[float] = 1.0,
        dropout: Dropout | None = None,
    ) -> None:
        self.widths, self.meaning, self.norm, self.residual = (
            [int(w) for w in widths],
            meaning,
            norm,
            residual,
        )
        self.activation, self.init, self.scale, self.dropout = activation, init, scale, dropout
        self.plain = activation == "relu" and norm == "none" and not residual
        self.replayed = dropout is None and norm != "batch"
        self._met: list[norms.Normed] = []

    @property
    def depth(self) -> int:
        """Layers, the last one included."""
        return len(self.widths) - 1

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        named: dict[str, tuple[int, ...]] = {}
        for layer, (fan_in, fan_out) in enumerate(pairwise(self.widths), start=1):
            named |= {f"weight{layer}": (fan_in, fan_out), f"bias{layer}": (fan_out,)}
            named |= {f"{name}{layer}": (fan_out,) for name in self._beside if layer < self.depth}
        return named

    @property
    def _beside(self) -> tuple[str, ...]:
        """What a hidden layer has beside its weights and bias."""
        learned = () if self.norm == "none" else ("gain", "shift")
        return (*learned, "running_mean", "running_variance") if self.norm == "batch" else learned

    @property
    def layers(self) -> list[tuple[str, ...]]:
        beside = ("weight", "bias", *(() if self.norm == "none" else ("gain", "shift")))
        hidden = [tuple(f"{name}{layer}" for name in beside) for layer in range(1, self.depth)]
        return [*hidden, (f"weight{self.depth}", f"bias{self.depth}")]

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(f"weight{layer}" for layer in range(1, self.depth + 1))

    @property
    def statistics(self) -> tuple[str, ...]:
        return tuple(name for name in self.shapes if name.startswith("running_"))

    @property
    def description(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("widths", "meaning", "activation", "norm", "residual")}
        return {"kind": "perceptron", **own}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """As `init` says, times the replica's `scale`; a linear map starts at zero, which is its baseline."""
        scale = self.scale[replica] if isinstance(self.scale, Sequence) else self.scale
        pairs = starts.drawn("zeros" if self.depth == 1 else self.init, generator, self.widths)
        start: dict[str, np.ndarray] = {}
        for layer, (weight, bias) in enumerate(pairs, start=1):
            start |= {f"weight{layer}": weight * scale, f"bias{layer}": bias * scale}
        for name, shape in self.shapes.items():
            ones = name.startswith(("gain", "running_variance"))
            start.setdefault(name, np.ones(shape) if ones else np.zeros(shape))
        return start

    def _layers(self, parameters: Mapping[str, Tensor]) -> list[Layer]:
        return [Layer.of(parameters, number) for number in range(1, self.depth + 1)]

    def _untracked(self, parameters: Parameters) -> list[Layer]:
        return self._layers({name: parameter.detach() for name, parameter in parameters.items()})

    def _held(self, parameters: Mapping[str, Tensor]) -> list[Layer]:
        if isinstance(parameters, Parameters) and not torch.is_grad_enabled():
            return parameters.held(self._untracked)
        return self._layers(parameters)

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        layers = self._held(parameters)
        if self.plain:
            return chain.through(layers, x)[-1] if torch.is_grad_enabled() else chain.answer(layers, x)
        return hidden.through(self, layers, parameters, x, learning=False)[0]

    def activations(self, parameters: Mapping[str, Tensor], x: Tensor) -> list[Tensor]:
        layers = self._held(parameters)
        if self.plain:
            return chain.through(layers, x)[1:-1]
        seen = hidden.through(self, layers, parameters, x, learning=False)[1]
        return [one.x for one in seen[1:]]

    def practise(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        layers = self._held(parameters)
        if self.plain and self.dropout is None:
            return chain.through(layers, x)[-1]
        answer, seen = hidden.through(self, layers, parameters, x, learning=True)
        self._watch(seen)
        return answer

    def slope(self, parameters: Parameters, x: Tensor, pull: Pull) -> Slope:
        """Losses and their gradients: `pull` for the answers, then the chain rule.

        Autograd through every layer gives a gradient a layer and then copies them together; ten networks
        64-64-64-10 took 1.3 times as long that way, forward and backward, and DQN's 1.4 times. Inference
        tensors on the way spare another twentieth; losses and gradient are handed out as ordinary ones.
        """
        layers = parameters.held(self._untracked)
        with torch.inference_mode():
            if self.plain and self.dropout is None:
                *inputs, answer = chain.through(layers, x)
                losses, pulled = pull(answer)
                pieces = chain.back(layers, inputs, pulled)
            else:
                answer, seen = hidden.through(self, layers, parameters, x, learning=True)
                self._watch(seen)
                losses, pulled = pull(answer)
                pieces = hidden.back(self, layers, seen, pulled)
        return Slope(losses.clone(), parameters.flatten(pieces))

    def _watch(self, seen: Sequence[hidden.Seen]) -> None:
        """Batch norms remember what they have met until the update is made."""
        if self.norm == "batch":
            self._met = [one.normed for one in seen if one.normed is not None]

    def settle(self, parameters: Parameters, step: int) -> None:
        """Running statistics move, and dropout goes on to its next masks."""
        for layer, met in enumerate(self._met, start=1):
            mean, variance = parameters[f"running_mean{layer}"], parameters[f"running_variance{layer}"]
            norms.watch(mean, variance, met)
        self._met = []
        if self.dropout is not None:
            self.dropout.update = step

    def look(self, number: int) -> None:
        """Dropout's masks are others."""
        if self.dropout is not None:
            self.dropout.look = number

    def state(self) -> dict[str, Tensor]:
        """The number of updates, on which dropout's masks hang."""
        return {} if self.dropout is None else {"dropout": torch.tensor(self.dropout.update)}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        if self.dropout is not None:
            self.dropout.update = int(tensors["dropout"])
