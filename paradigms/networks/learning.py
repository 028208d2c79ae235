"""What every learner that holds a network says alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.batch import Batch
from paradigms.engine.devices import numbers
from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.sharpness import sharpness
from paradigms.networks.network import Network


class NetworkLearner(Learner[Batch], Generic[Batch]):
    """A learner whose parameters are those of R networks; a subclass calls `hold` before all else."""

    problem: Problem
    network: Network

    def hold(self, problem: Problem, network: Network) -> None:
        """Takes the network; its slope may be replayed if both say so."""
        self.problem, self.network = problem, network
        self.replayed = type(self).replayed and network.replayed

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self.network.shapes

    @property
    def weights(self) -> tuple[str, ...]:
        return self.network.weights

    @property
    def statistics(self) -> tuple[str, ...]:
        return self.network.statistics

    def initial(self, replica: int, generator: np.random.Generator) -> Mapping[str, np.ndarray]:
        return self.network.initial(replica, generator)

    def settle(self, parameters: Parameters, step: int) -> None:
        """What the network must do after an update."""
        self.network.settle(parameters, step)

    def look(self, number: int) -> None:
        """What the network draws, it draws anew."""
        self.network.look(number)

    def asked(self, part: str) -> Tensor:
        """The rows [R or 1, N, d] it is scored on: no more of training than of validation if costly."""
        rows = self.problem.parts[part].x
        return rows[:, : self.problem.parts["validation"].rows] if self.network.costly else rows

    def felt(self, gradient: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Layer by layer, where that was asked for."""
        if not self.problem.options.layer_gradients:
            return {}
        norms = [
            torch.cat([gradient[name].flatten(1) for name in names], 1).norm(dim=1)
            for names in self.network.layers
        ]
        return {f"gradient_norm_{layer}": norm for layer, norm in enumerate(norms, start=1)}

    @torch.no_grad()
    def watched(self, parameters: Parameters, batch: Batch) -> dict[str, np.ndarray]:
        """What was asked to be watched on the rows that are learned from, all of them in one batch."""
        options, found = self.problem.options, dict[str, Tensor]()
        if options.unit_signals:
            layers = self.network.activations(parameters, getattr(batch, "x"))  # noqa: B009 - batches of rows alone
            if layers:
                dead = [(layer == 0).all(1) for layer in layers]
                found["dead_units"] = torch.cat(dead, 1).double().mean(1)
                found["activation_spread"] = layers[-1].double().std(1).mean(1)
        if options.sharpness:
            found["sharpness"] = sharpness(self, parameters, batch)
        return {name: numbers(one) for name, one in found.items()}

    def state(self) -> dict[str, Tensor]:
        """What the network must keep to go on."""
        return self.network.state()

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        self.network.restore(tensors)
