"""Regression: a number from a row.

Loss: L(θ) = mean (f_θ(x) − y)². Its gradient pushes every prediction towards its target, in
proportion to how far off it is. f is linear, or a multilayer perceptron; targets are standardised on
the training part, so that one learning rate suits them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.losses import squared_error, squared_error_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.network import Network
from paradigms.supervised import curvature

SHOWN = 400
"""Held-out rows that the pictures show."""


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] for rows x [R, N, d], in standardised units."""
    return {"prediction": network.forward(parameters, x).squeeze(2)}


class Regression(NetworkLearner[Table]):
    """R regressions; reference: Gauss's least squares (1809) on the same rows."""

    replayed = True

    def __init__(self, problem: Problem) -> None:
        self.parts = problem.parts
        self.hold(problem, catalogue.network(problem, self.parts["train"].x.shape[2], 1, "numbers"))
        assert problem.target_scale is not None
        self.scale = problem.target_scale
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
        answer = respond(self.network, parameters, self.asked(part))["prediction"]
        watched = self.watched(parameters, self.parts["train"]) if part == "train" else {}
        return self._score(numbers(answer), part) | watched

    def _score(self, answer: np.ndarray, part: str) -> dict[str, np.ndarray]:
        y = _numpy(self.parts[part].y)[:, : answer.shape[1]]
        error = ((answer - y) ** 2).mean(1)
        return {"r2": 1 - error / y.var(1), "rmse": np.sqrt(error) * self.scale}

    def baseline(self, part: str) -> np.ndarray:
        """The training mean: 0 in standardised units."""
        return self._score(np.zeros_like(_numpy(self.parts[part].y)), part)["r2"]

    def reference(self, part: str) -> np.ndarray:
        best = self.problem.known.get(part, {}).get("answer")
        return self._fitted("least squares", part) if best is None else self._score(best, part)["r2"]

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """What is known of the rows beside the best answer, as persistence; of sequences linear models."""
        known = self.problem.known.get(part, {})
        found = {name: self._score(answer, part)["r2"] for name, answer in known.items() if name != "answer"}
        linear = (["least squares"] if "answer" in known else []) + (
            ["ridge"] if self.problem.shape[1:] else []
        )
        return found | {name: self._fitted(name, part) for name in linear}

    def _fitted(self, name: str, part: str) -> np.ndarray:
        """R² of a linear model of scikit-learn, fitted on the training part."""
        x = _numpy(self.parts[part].x)
        answer = [model.predict(rows) for model, rows in zip(self._linear(name), x, strict=True)]
        return self._score(np.stack(answer), part)["r2"]

    @cache  # noqa: B019 - a learner lives as long as its study
    def _linear(self, name: str) -> list[Any]:
        from sklearn.linear_model import LinearRegression, RidgeCV

        x, y = (_numpy(column) for column in (self.parts["train"].x, self.parts["train"].y))
        make = {"least squares": LinearRegression, "ridge": partial(RidgeCV, alphas=np.logspace(-3, 3, 13))}
        return [make[name]().fit(*rows) for rows in zip(x, y[: len(x)], strict=True)]

    def scene(self) -> dict[str, np.ndarray]:
        return {"true": self._unit(_numpy(self.parts["test"].y)[:, :SHOWN])}

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        answer = respond(self.network, parameters, self.parts["test"].x[:, :SHOWN])["prediction"]
        own = self.network.view(parameters, self.parts["test"].x[:, :SHOWN])
        return {"predicted": self._unit(numbers(answer)), **own}

    def _unit(self, standardised: np.ndarray) -> np.ndarray:
        mean, scale = self.problem.target_mean, self.scale
        assert mean is not None
        return (standardised * scale[:, None] + mean[:, None]).astype(np.float32)


def _numpy(tensor: Tensor | None) -> np.ndarray:
    assert tensor is not None
    return numbers(tensor)


def build(problem: Problem) -> tuple[Regression, list[Phase]]:
    """The learner and its one phase."""
    learner = Regression(problem)
    source = problem.shuffled(problem.parts["train"])
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size)]
