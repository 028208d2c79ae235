"""Classification: a class from a row.

Loss: L(θ) = −mean log softmax(f_θ(x))[class]. Its gradient with respect to the logits is (predicted
probability − 1 for the true class, 0 for the others): every example pulls its own class up and pushes
the rest down, the harder the more surprised the learner was. f is linear (logistic regression) or a
multilayer perceptron.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.losses import cross_entropy, cross_entropy_pull, largest, softmax
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.network import Meaning, Network
from paradigms.supervised import curvature
from paradigms.supervised.grading import SHOWN, Grading, Namer
from paradigms.supervised.labels import labelled


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""
    return named(network.forward(parameters, x))


def named(logits: Tensor) -> dict[str, Tensor]:
    """The same of logits [R, N, C]."""
    probability = softmax(logits)
    return {"prediction": largest(probability), "probability": probability}


class Classification(NetworkLearner[Table], Namer[Table]):
    """R classifiers; reference: scikit-learn's LogisticRegression on the same rows."""

    replayed = True

    def __init__(self, problem: Problem, meaning: Meaning = "logits") -> None:
        self.parts, self.grading = problem.parts, Grading(problem.parts, problem.classes)
        inputs = self.parts["train"].x.shape[2]
        self.hold(problem, catalogue.network(problem, inputs, problem.classes, meaning))
        self.taught = self.parts["train"]
        """The rows that it learns from, with the classes that it is told."""
        self.curved = False
        """Whether slopes carry the whole curvature of a linear model."""

    def wrong(self, answer: Tensor, batch: Table) -> Tensor:
        """Cross-entropy [R] of logits [R, B, C]."""
        assert batch.y is not None
        return cross_entropy(answer, batch.y, batch.weights)

    def pull(self, answer: Tensor, batch: Table) -> tuple[Tensor, Tensor]:
        """The same and its gradient with respect to the logits, [R, B, C]."""
        assert batch.y is not None
        return cross_entropy_pull(answer, batch.y, batch.weights)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        return self.wrong(self.network.practise(parameters, batch.x), batch)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        slope = self.network.slope(parameters, batch.x, lambda answer: self.pull(answer, batch))
        if not self.curved:
            return slope
        with torch.no_grad():
            probability = respond(self.network, parameters, batch.x)["probability"]
        return slope._replace(curvature=curvature.cross_entropy(batch, probability))

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, parameters, x)

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        watched = self.watched(parameters, self.taught) if part == "train" else {}
        if part == "train" and self.taught is not self.parts["train"]:
            return self._as_taught(parameters) | watched
        logits = self.network.forward(parameters, self.asked(part))
        true = self.grading.true(part)[:, : logits.shape[1]]
        marks = self.grading.marks(named(logits)["prediction"], part)
        return marks | {"cross_entropy": numbers(cross_entropy(logits, true))} | watched

    def reference(self, part: str) -> np.ndarray:
        best = self.problem.known.get(part, {}).get("answer")
        return super().reference(part) if best is None else self.grading.share(best, part)

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """Logistic regression, where it is not the reference."""
        known = "answer" in self.problem.known.get(part, {})
        return {"LogisticRegression": super().reference(part)} if known else {}

    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        own = self.network.view(parameters, self.parts["test"].x[:, :SHOWN])
        return super().view(parameters) | own

    def _as_taught(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """On the rows that it learns from: how often it says what it is told, and how often the truth."""
        answer = self.network.forward(parameters, self.taught.x)
        said, true = named(answer)["prediction"], self.grading.true("train")[:, : self.taught.rows]
        told = Grading({"train": self.taught}, self.problem.classes)
        surprise = cross_entropy(answer, told.true("train"))
        clean = {"clean_accuracy": numbers((said == true).to(answer.dtype).mean(1))}
        return told.marks(said, "train") | clean | {"cross_entropy": numbers(surprise)}


def build(problem: Problem) -> tuple[Classification, list[Phase]]:
    """The learner and its one phase; the linear model has scikit-learn's penalty unless told otherwise.

    It may be told the classes of the first `labels` rows alone, and a share `label_noise` of them wrongly;
    baseline and reference know all rows and the right classes.

    That is l2 = 1/n. For two classes scikit-learn penalises the difference w of their weights alone; the
    smallest pair with that difference is ±w/2 and has half its square, hence 2/n.
    """
    learner, options = Classification(problem), problem.options
    if options.labels is not None or np.any(options.label_noise or 0):
        learner.taught = labelled(problem)
    train = learner.taught
    l2 = (2 if problem.classes == 2 else 1) / train.rows if options.l2 is None else options.l2
    source = problem.shuffled(train)
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size, l2=l2)]
