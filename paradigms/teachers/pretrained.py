"""Few labels: PCA first on examples without answers, then a classifier on their components.

Loss: ½ mean ‖x − W Wᵀ x‖² as long as batches have no labels, whose gradient moves the components alone;
then the loss of `teachers.answer` on f_θ(Wᵀ x), W held constant, whose gradient moves the network alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor

from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.rules import Newton
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.network import Network
from paradigms.supervised.classification import meaning
from paradigms.supervised.grading import Grading
from paradigms.teachers import answer
from paradigms.teachers.staged import Staged, centred
from paradigms.unsupervised.pca import PCA


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""
    return answer.respond(network, parameters, centred(parameters, x) @ parameters["components"])


class Pretrained(Staged):
    """R sets of components, and R classifiers on them; reference: LogisticRegression with every label."""

    first: PCA

    def __init__(self, problem: Problem) -> None:
        self.grading = Grading(problem.parts, problem.classes)
        components = problem.options.components
        self.centre(problem, components)
        self.first = PCA(replace(problem, parts=self.parts))
        meant = meaning(problem.options.loss)
        self.hold(problem, catalogue.network(problem, components, problem.classes, meant))

    @property
    def read(self) -> int:
        """As PCA, for the mean."""
        return self.first.read

    def seen(self, first: Mapping[str, Tensor], x: Tensor) -> Tensor:
        return x @ first["components"]

    def targets(self, parameters: Parameters) -> Tensor:
        return self.first.targets(parameters)

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        return self.first.drift(before, after)

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, {**parameters, **self.constants()}, x)


def build(problem: Problem) -> tuple[Pretrained, list[Phase]]:
    """Examples without answers first, then labelled ones."""
    learner = Pretrained(problem)
    early = learner.early()
    untold = Recalled(early, early.parts["train"])
    return learner, learner.stages(untold, Newton(), lr=1.0, schedule="constant")
