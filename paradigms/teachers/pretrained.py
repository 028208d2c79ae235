"""Few labels: PCA first on examples without answers, then a classifier on their components.

Loss: ½ mean ‖x − W Wᵀ x‖² as long as batches have no labels, whose gradient moves the components alone;
then the loss of `teachers.answer` on f_θ(Wᵀ x), W held constant, whose gradient moves the network alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.rows import Table
from paradigms.engine.rules import Newton
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.network import Network
from paradigms.supervised.grading import Grading, Namer
from paradigms.supervised.labels import labelled
from paradigms.teachers import answer
from paradigms.unsupervised.pca import PCA


def _inputs(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    return (x - parameters["mean"].unsqueeze(1)) / parameters["size"].unsqueeze(2) @ parameters["components"]


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""
    return answer.respond(network, parameters, _inputs(parameters, x))


class Pretrained(NetworkLearner[Table], Namer[Table]):
    """R sets of components, and R classifiers on them; reference: LogisticRegression with every label.

    `parts` hold the rows less their training mean, divided by one size, so that the network meets inputs
    of about size one. The components are held constant while labels speak, as DQN's target is.
    """

    def __init__(self, problem: Problem) -> None:
        self.grading = Grading(problem.parts, problem.classes)
        train, components = problem.parts["train"].x, problem.options.components
        self.mean = train.mean(1, keepdim=True)
        self.size = ((train - self.mean).square().sum(2).mean(1) / components).sqrt().view(-1, 1, 1)
        self.parts = {
            name: Table((part.x - self.mean) / self.size, part.y) for name, part in problem.parts.items()
        }
        self.pca = PCA(replace(problem, parts=self.parts))
        meaning = answer.meaning(problem)
        self.hold(problem, catalogue.network(problem, components, problem.classes, meaning))
        self._labels, self._held = False, torch.empty(0)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {**self.pca.shapes, **self.network.shapes}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        return {**self.pca.initial(replica, generator), **super().initial(replica, generator)}

    def begin(self, parameters: Parameters) -> None:
        """Holds the components."""
        self._held = parameters["components"].detach().clone()

    def _halves(self, parameters: Parameters) -> tuple[Parameters, Parameters]:
        """The components, and the network: views of the same numbers."""
        size = int(np.prod(self.pca.shapes["components"]))
        first, second = parameters.flat[:, :size], parameters.flat[:, size:]
        return Parameters(self.pca.shapes, first), Parameters(self.network.shapes, second)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        if batch.y is None:
            return self.pca.loss(parameters, batch)
        outputs = self.network.practise(parameters, batch.x @ self._held)
        return answer.wrong(outputs, batch.y, self.problem.options.loss)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """Of the components by PCA's closed form, of the network by autograd; nothing for the other half."""
        self._labels = batch.y is not None
        if self._labels:
            return super().slope(parameters, batch)
        components, network = self._halves(parameters)
        half, none = self.pca.slope(components, batch), torch.zeros_like(network.flat)
        assert half.curvature is not None
        return Slope(half.losses, torch.cat([half.gradient, none], 1), torch.cat([half.curvature, none], 1))

    def settle(self, parameters: Parameters, step: int) -> None:
        """Orthonormal components, as long as they move; and held from then on."""
        if not self._labels:
            self.pca.settle(self._halves(parameters)[0], step)
            self._held.copy_(parameters["components"].detach())
        super().settle(parameters, step)

    def state(self) -> dict[str, Tensor]:
        """The components that are held, and what the network must keep."""
        return {"held": self._held, **super().state()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        super().restore(tensors)
        self._held.copy_(tensors["held"])

    def constants(self) -> dict[str, Tensor]:
        """The mean and the size that inputs have."""
        return {"mean": self.mean.squeeze(1), "size": self.size.squeeze(2)}

    def targets(self, parameters: Parameters) -> Tensor:
        return self.pca.targets(parameters)

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        return self.pca.drift(before, after)

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, {**parameters, **self.constants()}, x)


def build(problem: Problem) -> tuple[Pretrained, list[Phase]]:
    """Examples without answers first, then labelled ones."""
    learner = Pretrained(problem)
    early = min(problem.options.unlabelled, problem.budget // 2)
    unlabelled = Recalled(replace(problem, budget=early), Table(learner.parts["train"].x))
    labels = labelled(replace(problem, parts=learner.parts))
    told = Recalled(replace(problem, budget=problem.budget - early), labels)
    first = problem.phase(learner, unlabelled, unlabelled.updates, Newton(), lr=1.0, schedule="constant")
    return learner, [first, problem.phase(learner, told, told.updates)]
