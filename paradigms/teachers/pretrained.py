"""Few labels: PCA first on examples without answers, then a classifier on their components.

Loss: ½ mean ‖x − W Wᵀ x‖² as long as batches have no labels, whose gradient moves the components alone;
then the loss of `teachers.answer` on f_θ(Wᵀ x / σ), whose gradient moves the network alone. σ is one
number, so that the network meets inputs of about size one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Learner, Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.rows import Table
from paradigms.engine.rules import Newton
from paradigms.engine.training import Phase
from paradigms.supervised import networks
from paradigms.supervised.grading import Grading
from paradigms.teachers import answer
from paradigms.teachers.answer import labelled
from paradigms.unsupervised.pca import PCA

UNLABELLED = 1 / 8
"""Share of the budget that is spent on examples without answers."""


def _inputs(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    return (x - parameters["mean"].unsqueeze(1)) @ parameters["components"] / parameters["size"].unsqueeze(2)


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""
    return answer.respond(parameters, _inputs(parameters, x))


class Pretrained(Learner[Table]):
    """R sets of components, and R classifiers on them; reference: LogisticRegression with every label."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.parts = problem, problem.parts
        self.pca, self.grading = PCA(problem), Grading(problem.parts, problem.classes)
        self.widths = networks.widths(self.pca.components, problem.classes, problem.settings)
        self._labels = False

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return self.pca.shapes | networks.shapes(self.widths)

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(name for name in networks.shapes(self.widths) if name.startswith("weight"))

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        return {**self.pca.initial(replica, generator), **networks.initial(self.widths, generator)}

    def _halves(self, parameters: Parameters) -> tuple[Parameters, Parameters]:
        """The components, and the network: views of the same numbers."""
        size = int(np.prod(self.pca.shapes["components"]))
        flat = parameters.flat
        return (
            Parameters(self.pca.shapes, flat[:, :size]),
            Parameters(networks.shapes(self.widths), flat[:, size:]),
        )

    def constants(self) -> dict[str, Tensor]:
        """The mean and the size that inputs have."""
        rows = len(self.problem.streams.seeds)
        spread = (self.pca.variance / self.pca.components).sqrt().to(self.pca.mean.dtype)
        ones = torch.ones_like(spread).view(-1, 1).expand(rows, 1)
        logits = {"log": ones} if self.problem.settings["loss"] == "log" else {}
        return self.pca.constants() | logits | {"size": spread.view(-1, 1).expand(rows, 1)}

    def _wrong(self, components: Tensor, network: Mapping[str, Tensor], batch: Table) -> Tensor:
        assert batch.y is not None
        inputs = _inputs({"components": components, **self.constants()}, batch.x)
        outputs = networks.forward(network, inputs)
        return answer.wrong(outputs, batch.y, self.problem.settings["loss"])

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        if batch.y is None:
            return self.pca.loss(parameters, batch)
        return self._wrong(parameters["components"].detach(), parameters, batch)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """The gradient of the half that this batch speaks of, and nothing for the other."""
        components, network = self._halves(parameters)
        self._labels = batch.y is not None
        if batch.y is None:
            half = self.pca.slope(components, batch)
            none = torch.zeros_like(network.flat)
            assert half.curvature is not None
            return Slope(
                half.losses, torch.cat([half.gradient, none], 1), torch.cat([half.curvature, none], 1)
            )
        losses = self._wrong(components["components"].detach(), network, batch)
        gradient = torch.cat([torch.zeros_like(components.flat), network.gradient(losses)], 1)
        return Slope(losses.detach(), gradient)

    def settle(self, parameters: Parameters, step: int) -> None:
        """Orthonormal components, as long as they move."""
        if not self._labels:
            self.pca.settle(self._halves(parameters)[0], step)

    def targets(self, parameters: Parameters) -> Tensor:
        return self.pca.targets(parameters)

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        return self.pca.drift(before, after)

    def _known(self, parameters: Parameters) -> dict[str, Tensor]:
        return {**parameters, **self.constants()}

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        said = respond(self._known(parameters), self.parts[part].x)
        return self.grading.marks(said["prediction"], part)

    def baseline(self, part: str) -> np.ndarray:
        return self.grading.baseline(part)

    def reference(self, part: str) -> np.ndarray:
        return self.grading.reference(part)

    def scene(self) -> dict[str, np.ndarray]:
        return self.grading.scene()

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        return self.grading.view(lambda x: respond(self._known(parameters), x))


def build(problem: Problem) -> tuple[Pretrained, list[Phase]]:
    """Examples without answers first, then labelled ones."""
    learner = Pretrained(problem)
    early = max(int(problem.settings["batch_size"]) * 2, int(problem.budget * UNLABELLED))
    unlabelled = Recalled(replace(problem, budget=early), Table(learner.pca.train.x))
    told = Recalled(replace(problem, budget=problem.budget - early), labelled(problem))
    first = problem.phase(learner, unlabelled, unlabelled.updates, Newton(), lr=1.0, schedule="constant")
    return learner, [first, problem.phase(learner, told, told.updates)]
