"""Support vector regression: a number from a row, near enough.

Loss: L(θ) = mean max(0, |f_θ(x) − y| − ε), with scikit-learn's penalty (C = 1). Its gradient pulls with the
same force on every row that is missed by more than ε, however far off it is, and not at all on the rest
(Vapnik 1995). Targets are standardised, and ε is in their deviations. f is linear, in the row or in random
Fourier features of it. scikit-learn's LinearSVR, unlike this learner, also penalises its intercept.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.losses import insensitive, insensitive_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table
from paradigms.engine.training import Phase
from paradigms.supervised import fourier, regression
from paradigms.supervised.regression import Regression

respond = regression.respond


class SVR(Regression):
    """R regressions that tolerate ε; reference: scikit-learn's LinearSVR, or SVR where rows are lifted."""

    def __init__(self, problem: Problem) -> None:
        self.random, self.raw = fourier.drawn(problem), problem.parts
        super().__init__(fourier.lifting(problem, self.random))
        self.epsilon = problem.options.tolerance

    def wrong(self, answer: Tensor, batch: Table) -> Tensor:
        assert batch.y is not None
        return insensitive(answer.squeeze(2), batch.y, self.epsilon, batch.weights)

    def pull(self, answer: Tensor, batch: Table) -> tuple[Tensor, Tensor]:
        assert batch.y is not None
        losses, pull = insensitive_pull(answer.squeeze(2), batch.y, self.epsilon, batch.weights)
        return losses, pull.unsqueeze(2)

    @torch.no_grad()
    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """The share of the training rows that are met within ε."""
        train = self.parts["train"]
        assert train.y is not None
        error = regression.respond(self.network, parameters, train.x)["prediction"] - train.y
        return {"silent": numbers(error.abs() <= self.epsilon).mean(1)}

    def reference(self, part: str) -> np.ndarray:
        x = numbers(self.raw[part].x)
        answer = [model.predict(rows) for model, rows in zip(self._vectors(), x, strict=True)]
        return self.score(np.stack(answer), part)["r2"]

    @cache  # noqa: B019 - a learner lives as long as its study
    def _vectors(self) -> list[Any]:
        from sklearn import svm

        def model() -> Any:
            if self.random:
                return svm.SVR(epsilon=self.epsilon)
            return svm.LinearSVR(epsilon=self.epsilon, max_iter=100_000, random_state=0)

        train = self.raw["train"]
        assert train.y is not None
        x, y = numbers(train.x), numbers(train.y)
        return [model().fit(*rows) for rows in zip(x, y[: len(x)], strict=True)]

    def constants(self) -> dict[str, Tensor]:
        return self.random


def build(problem: Problem) -> tuple[SVR, list[Phase]]:
    """The learner and its one phase, with the penalty of C = 1 unless told otherwise: l2 = 1/n."""
    learner = SVR(problem)
    train, options = learner.parts["train"], problem.options
    l2 = 1 / train.rows if options.l2 is None else options.l2
    source = Shuffled(train, options.batch_size, problem.streams)
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size, l2=l2)]
