"""Classification: a class from a row.

Loss: L(θ) = −mean log softmax(f_θ(x))[class]. Its gradient with respect to the logits is (predicted
probability − 1 for the true class, 0 for the others): every example pulls its own class up and pushes
the rest down, the harder the more surprised the learner was. f is linear (logistic regression) or a
multilayer perceptron.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Learner
from paradigms.engine.losses import cross_entropy
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import Plane
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table
from paradigms.engine.training import Phase
from paradigms.supervised import networks

SHOWN = 400
"""Held-out rows that the pictures show."""
GRID = 40
"""Points along each side of the drawn decision surface."""


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""
    probability = networks.forward(parameters, x).softmax(2)
    return {"prediction": probability.argmax(2), "probability": probability}


class Classification(Learner[Table]):
    """R classifiers; reference: scikit-learn's LogisticRegression on the same rows."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.parts, self.classes = problem, problem.parts, problem.classes
        train = self.parts["train"]
        self.widths = networks.widths(train.x.shape[2], self.classes, problem.settings)
        self.plane = Plane.of(train.x)
        self.frame = self.plane.frame(train.x)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return networks.shapes(self.widths)

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        return networks.initial(self.widths, generator)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        assert batch.y is not None
        return cross_entropy(networks.forward(parameters, batch.x), batch.y)

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        table = self.parts[part]
        assert table.y is not None
        logits = networks.forward(parameters, table.x)
        scores = self._score(logits.argmax(2), part)
        return scores | {"cross_entropy": numbers(cross_entropy(logits, table.y))}

    def _score(self, answer: Tensor, part: str) -> dict[str, np.ndarray]:
        counts = self._confusion(answer, part).double()
        hits, rows = counts.diagonal(dim1=1, dim2=2), counts.sum(2)
        recall = torch.where(rows > 0, hits / rows, torch.nan)
        return {
            "accuracy": (hits.sum(1) / rows.sum(1)).numpy(),
            "balanced_accuracy": recall.nanmean(1).numpy(),
        }

    def _confusion(self, answer: Tensor, part: str) -> Tensor:
        """Counts [R, C, C], a row per true class, on the CPU."""
        true = self.parts[part].y
        assert true is not None
        pairs = (true * self.classes + answer).cpu()
        counts = torch.zeros(len(pairs), self.classes**2, dtype=torch.int64)
        counts.scatter_add_(1, pairs, torch.ones_like(pairs))
        return counts.view(-1, self.classes, self.classes)

    def baseline(self, part: str) -> np.ndarray:
        """The accuracy of always naming the training part's most frequent class."""
        train, held = self.parts["train"].y, self.parts[part].y
        assert train is not None
        assert held is not None
        most = functional.one_hot(train, self.classes).sum(1).argmax(1, keepdim=True)
        return numbers(held == most).mean(1)

    def reference(self, part: str) -> np.ndarray:
        table = self.parts[part]
        assert table.y is not None
        rows = zip(self._logistic(), table.x.cpu().numpy(), table.y.cpu().numpy(), strict=True)
        return np.array([float(np.mean(model.predict(x) == y)) for model, x, y in rows])

    @cache  # noqa: B019 - a learner lives as long as its study
    def _logistic(self) -> list[Any]:
        from sklearn.linear_model import LogisticRegression

        train = self.parts["train"]
        assert train.y is not None
        rows = zip(numbers(train.x), train.y.cpu().numpy(), strict=True)
        return [LogisticRegression(max_iter=1000).fit(x, y) for x, y in rows]

    def scene(self) -> dict[str, np.ndarray]:
        test = self.parts["test"]
        assert test.y is not None
        return {
            "plane_points": self.plane.project(test.x[:, :SHOWN]).float().cpu().numpy(),
            "plane_labels": test.y[:, :SHOWN].cpu().numpy().astype(np.uint8),
            "plane_axes": self.frame.float().cpu().numpy(),
        }

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        answer = respond(parameters, self.parts["test"].x)["prediction"]
        surface = respond(parameters, self.plane.grid(self.frame, GRID))
        square = (len(answer), GRID, GRID)
        return {
            "confusion": self._confusion(answer, "test").numpy().astype(np.int32),
            "surface": surface["prediction"].view(square).cpu().numpy().astype(np.uint8),
            "sureness": (surface["probability"].amax(2).view(square) * 255).cpu().numpy().astype(np.uint8),
        }


def build(problem: Problem) -> tuple[Classification, list[Phase]]:
    """The learner and its one phase; the linear model has scikit-learn's penalty unless told otherwise.

    That is l2 = 1/n. For two classes scikit-learn penalises the difference w of their weights alone; the
    smallest pair with that difference is ±w/2 and has half its square, hence 2/n.
    """
    learner = Classification(problem)
    train, settings = problem.parts["train"], problem.settings
    l2 = (2 if problem.classes == 2 else 1) / train.rows if settings["l2"] is None else settings["l2"]
    source = Shuffled(train, settings["batch_size"], problem.streams)
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size, l2=l2)]
