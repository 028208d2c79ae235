"""Support vector classification: a class from a row, with room to spare.

Loss: L(θ) = mean Σ_c max(0, 1 − t_c f_θ(x)_c), t_c = 1 for the true class and −1 for the others, with
scikit-learn's penalty (C = 1). Its gradient pulls with the same force on every row that is wrong or within
the margin, and not at all on the rest: who is right with room to spare falls silent, and the silent rows
could be taken away without moving anything (Cortes & Vapnik 1995). f is linear, in the row or in random
Fourier features of it. One class stands against the rest, as in scikit-learn's LinearSVC, which also
penalises its intercept.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.losses import hinge, hinge_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table
from paradigms.engine.training import Phase
from paradigms.networks.network import Network
from paradigms.supervised import fourier
from paradigms.supervised.classification import Classification
from paradigms.supervised.grading import Grading, Namer
from paradigms.supervised.labels import taught


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `score` [R, N, C] for rows x [R, N, d]; `probability` is how sure that sounds.

    It is 1 beyond the margin and ½ on the border, and no probability of anything.
    """
    score = network.forward(parameters, fourier.lifted(parameters, x))
    return {"prediction": score.argmax(2), "score": score, "probability": ((1 + score) / 2).clamp(0, 1)}


class SVC(Classification):
    """R classifiers with a margin; reference: scikit-learn's LinearSVC, or its SVC where rows are lifted."""

    def __init__(self, problem: Problem) -> None:
        self.random = fourier.drawn(problem)
        super().__init__(fourier.lifting(problem, self.random))
        self.grading = Grading(problem.parts, problem.classes)
        self.taught = taught(self.problem)

    def wrong(self, answer: Tensor, batch: Table) -> Tensor:
        assert batch.y is not None
        return hinge(answer, batch.y, batch.weights)

    def pull(self, answer: Tensor, batch: Table) -> tuple[Tensor, Tensor]:
        assert batch.y is not None
        return hinge_pull(answer, batch.y, batch.weights)

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, {**parameters, **self.random}, x)

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        return Namer.evaluate(self, parameters, part)

    @torch.no_grad()
    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """The share of the rows that it learns from that lie beyond every margin."""
        train = self.taught
        assert train.y is not None
        score = self.network.forward(parameters, train.x)
        own = score.gather(2, train.y.unsqueeze(2))
        others = score.scatter(2, train.y.unsqueeze(2), -torch.inf)
        return {"silent": numbers((own.squeeze(2) >= 1) & (others.amax(2) <= -1)).mean(1)}

    def reference(self, part: str) -> np.ndarray:
        return self.grading.by(_fitted if not self.random else _curved, part)

    def constants(self) -> dict[str, Tensor]:
        return self.random


def _fitted(x: np.ndarray, y: np.ndarray) -> object:
    from sklearn.svm import LinearSVC

    return LinearSVC(loss="hinge", max_iter=100_000, random_state=0).fit(x, y)


def _curved(x: np.ndarray, y: np.ndarray) -> object:
    from sklearn import svm

    return svm.SVC().fit(x, y)


def build(problem: Problem) -> tuple[SVC, list[Phase]]:
    """The learner and its one phase, with the penalty of C = 1 unless told otherwise: l2 = 1/n."""
    learner = SVC(problem)
    train, options = learner.taught, problem.options
    l2 = 1 / train.rows if options.l2 is None else options.l2
    source = Shuffled(train, options.batch_size, problem.streams)
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size, l2=l2)]
