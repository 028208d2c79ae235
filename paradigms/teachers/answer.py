"""The teacher who gives the answer: a classifier that meets its examples as the others do.

Loss: L(θ) = mean Σ_a Huber(Q_θ(x, a) − [a is the class]), over all guesses a. Its gradient moves the
value of every class towards 1 or 0: of ten classes, all ten are spoken of. With `--loss log` it is the
log loss of `supervised.classification` instead.

Examples come in moments and are recalled from memory, so that the very same images are in every batch
of the learner who is only told right or wrong. The teacher may have labels for few rows, or be wrong
about a share of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from torch import Tensor
from torch.nn import functional

from paradigms.engine.losses import cross_entropy, cross_entropy_pull, huber, huber_pull, largest, softmax
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.rows import Table
from paradigms.engine.training import Phase
from paradigms.networks.network import Meaning, Network
from paradigms.supervised.classification import Classification
from paradigms.supervised.grading import Namer
from paradigms.supervised.labels import labelled


def meaning(problem: Problem) -> Meaning:
    """What the outputs are, by the loss."""
    return "logits" if problem.options.loss == "log" else "values"


def wrong(outputs: Tensor, classes: Tensor, how: str) -> Tensor:
    """How wrong outputs [R, B, C] are, by the log loss or by the verdict on every guess, [R].

    Who is told the answer knows the verdict on each of the C guesses: 1 for the class, 0 for all
    others. That is the loss of `teachers.reward`, which hears one of the C, so that between the two
    nothing differs but how much they are told.
    """
    if how == "log":
        return cross_entropy(outputs, classes)
    return huber(outputs.flatten(1), _verdicts(outputs, classes)) * outputs.shape[2]


def pull(outputs: Tensor, classes: Tensor, how: str) -> tuple[Tensor, Tensor]:
    """The same and its gradient with respect to the outputs, [R, B, C]."""
    if how == "log":
        return cross_entropy_pull(outputs, classes)
    losses, pull = huber_pull(outputs.flatten(1), _verdicts(outputs, classes))
    return losses * outputs.shape[2], pull.view(outputs.shape) * outputs.shape[2]


def _verdicts(outputs: Tensor, classes: Tensor) -> Tensor:
    """Right (1) or wrong (0), for every guess of every row, [R, B · C]."""
    return functional.one_hot(classes, outputs.shape[2]).to(outputs.dtype).flatten(1)


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], and `probability` [R, N, C] of being right as it believes, for rows x."""
    outputs = network.forward(parameters, x)
    probability = softmax(outputs) if network.meaning == "logits" else outputs.clamp(0, 1)
    return {"prediction": largest(outputs), "probability": probability}


class Answer(Classification):
    """R learners that are told the class; reference: LogisticRegression on the same rows."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem, meaning(problem))

    def wrong(self, answer: Tensor, batch: Table) -> Tensor:
        assert batch.y is not None
        return wrong(answer, batch.y, self.problem.options.loss)

    def pull(self, answer: Tensor, batch: Table) -> tuple[Tensor, Tensor]:
        assert batch.y is not None
        return pull(answer, batch.y, self.problem.options.loss)

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, parameters, x)

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        return Namer.evaluate(self, parameters, part)


def build(problem: Problem) -> tuple[Answer, list[Phase]]:
    """The learner and its one phase."""
    learner = Answer(problem)
    source = Recalled(problem, labelled(problem))
    return learner, [problem.phase(learner, source, source.updates)]
