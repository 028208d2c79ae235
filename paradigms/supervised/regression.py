"""Regression: a number from a row.

Loss: L(θ) = mean (f_θ(x) − y)². Its gradient pushes every prediction towards its target, in
proportion to how far off it is. f is linear, or a multilayer perceptron; targets are standardised on
the training part, so that one learning rate suits them all.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.lbfgs import WholeNewton
from paradigms.engine.learner import Slope
from paradigms.engine.losses import squared_error, squared_error_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import SHOWN
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table, Whole
from paradigms.engine.streamed import Streamed
from paradigms.engine.training import Phase
from paradigms.errors import UsageError
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.network import Network
from paradigms.supervised import curvature, fourier
from paradigms.supervised.measuring import Measured


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] for rows x [R, N, d], in standardised units."""
    return {"prediction": network.forward(parameters, fourier.lifted(parameters, x)).squeeze(2)}


class Regression(NetworkLearner[Table], Measured[Table]):
    """R regressions; reference: Gauss's least squares (1809) on the same rows."""

    replayed = True

    def __init__(self, problem: Problem) -> None:
        self.parts = problem.parts
        self.hold(problem, catalogue.network(problem, self.parts["train"].x.shape[2], 1, "numbers"))
        self.curved = False
        """Whether slopes carry the whole curvature of a linear model."""

    def wrong(self, answer: Tensor, batch: Table) -> Tensor:
        """Squared error [R] of answers [R, B, 1]."""
        assert batch.y is not None
        return squared_error(answer.squeeze(2), batch.y, batch.weights)

    def pull(self, answer: Tensor, batch: Table) -> tuple[Tensor, Tensor]:
        """The same and its gradient with respect to the answers, [R, B, 1]."""
        assert batch.y is not None
        losses, pull = squared_error_pull(answer.squeeze(2), batch.y, batch.weights)
        return losses, pull.unsqueeze(2)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        return self.wrong(self.network.practise(parameters, batch.x), batch)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        slope = self.network.slope(parameters, batch.x, lambda answer: self.pull(answer, batch))
        if not self.curved:
            return slope
        return slope._replace(curvature=curvature.squared_error(batch).expand(len(slope.losses), -1, -1))

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        watched = self.watched(parameters, self.parts["train"]) if part == "train" else {}
        if self.network.costly:
            answer = respond(self.network, parameters, self.asked(part))["prediction"]
            return self.score(numbers(answer), part) | watched
        return self.scored(part, lambda rows: numbers(self.answer(parameters, rows.x))) | watched

    def answer(self, parameters: Parameters, x: Tensor) -> Tensor:
        return respond(self.network, parameters, x)["prediction"]

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        own = self.network.view(parameters, self.parts["test"].x[:, :SHOWN])
        return super().view(parameters) | own


class Lifted(Regression):
    """R linear regressions on random Fourier features of the rows; reference: least squares on the rows."""

    def __init__(self, problem: Problem) -> None:
        self.random, self.plain = fourier.drawn(problem), Regression(problem)
        super().__init__(fourier.lifting(problem, self.random))

    def reference(self, part: str) -> np.ndarray:
        return self.plain.reference(part)

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        return self.plain.rivals(part)

    def constants(self) -> dict[str, Tensor]:
        return self.random


def build(problem: Problem) -> tuple[Regression, list[Phase]]:
    """The learner and its one phase; by Newton's rule full passes until it stands still, which one makes it.

    Of many lines of least squares, where there are more features than rows, that one is the smallest.

    Raises:
        UsageError: random features for a network that is not linear; Newton's rule for rows that stream.
    """
    options = problem.options
    if options.features and options.model != "linear":
        raise UsageError(f"--features {options.features} is for a linear model.", "Add --model linear.")
    learner = Lifted(problem) if options.features else Regression(problem)
    if options.optimizer == "newton":
        if isinstance(learner.parts["train"], Streamed):
            raise UsageError(
                "--optimizer newton needs all rows in memory, and these stream.",
                "Leave it out, or give --no-stream.",
            )
        learner.curved = True
        rows = Whole(learner.parts["train"], problem.streams)
        passes = problem.budget // rows.batch_size
        return learner, [problem.phase(learner, rows, passes, WholeNewton(), settles=True)]
    source = problem.taught(learner.parts["train"])
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size)]
