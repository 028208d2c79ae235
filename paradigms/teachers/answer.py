"""The teacher who gives the answer: a classifier that meets its examples as the others do.

Loss: L(θ) = mean Σ_a Huber(Q_θ(x, a) − [a is the class]), over all guesses a. Its gradient moves the
value of every class towards 1 or 0: of ten classes, all ten are spoken of. That is the loss of
`teachers.reward`, which hears one verdict of the ten, so that between the two nothing differs but how much
they are told. With `--loss log` it is the log loss of `supervised.classification` instead.

Examples come in moments and are recalled from memory, so that the very same images are in every batch
of the learner who is only told right or wrong. The teacher may have labels for few rows, or be wrong
about a share of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from paradigms.engine.losses import largest, softmax
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.training import Phase
from paradigms.networks.network import Network
from paradigms.supervised.classification import Classification
from paradigms.supervised.grading import Namer
from paradigms.supervised.labels import labelled


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], and `probability` [R, N, C] of being right as it believes, for rows x."""
    outputs = network.forward(parameters, x)
    probability = softmax(outputs) if network.meaning == "logits" else outputs.clamp(0, 1)
    return {"prediction": largest(outputs), "probability": probability}


class Answer(Classification):
    """R learners that are told the class; reference: LogisticRegression on the same rows."""

    among_teachers = True

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, parameters, x)

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        return Namer.evaluate(self, parameters, part)


def build(problem: Problem) -> tuple[Answer, list[Phase]]:
    """The learner and its one phase."""
    learner = Answer(problem)
    source = Recalled(problem, labelled(problem))
    return learner, [problem.phase(learner, source, source.updates)]
