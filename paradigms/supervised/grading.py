"""How right answers are that name a class: the same marks and pictures, whoever answers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import Plane
from paradigms.engine.rows import Table

Batch = TypeVar("Batch")
SHOWN = 400
"""Held-out rows that the pictures show."""
GRID = 40
"""Points along each side of the drawn decision surface."""
Respond = Callable[[Tensor], Mapping[str, Tensor]]
"""Rows [R, N, d] → `prediction` [R, N] and `probability` [R, N, C]."""


Fit = Callable[[np.ndarray, np.ndarray], Any]
"""Rows [N, d] and their classes [N] → a model of scikit-learn."""


def _logistic(x: np.ndarray, y: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000).fit(x, y)


@lru_cache(maxsize=256)
def _kept(fit: Fit, x: bytes, y: bytes, shape: tuple[int, int]) -> Any:
    """Fitted once for all learners that meet the same rows (float64) with the same classes (int64)."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(torch.get_num_threads()):
        return fit(np.frombuffer(x).reshape(shape), np.frombuffer(y, np.int64))


class Grading:
    """Marks for R replicas on parts whose true classes are known."""

    def __init__(self, parts: Mapping[str, Table], classes: int) -> None:
        self.parts, self.classes = parts, classes

    @cached_property
    def plane(self) -> Plane:
        """The plane in which rows are drawn."""
        return Plane.of(self.parts["train"].x)

    @cached_property
    def frame(self) -> Tensor:
        """The drawn part of the plane."""
        return self.plane.frame(self.parts["train"].x)

    def true(self, part: str) -> Tensor:
        """The true classes [R, N]."""
        classes = self.parts[part].y
        assert classes is not None
        return classes

    def marks(self, answer: Tensor, part: str) -> dict[str, np.ndarray]:
        """Accuracy and balanced accuracy [R] of class answers [R, N]."""
        counts = self.confusion(answer, part).double()
        hits, rows = counts.diagonal(dim1=1, dim2=2), counts.sum(2)
        recall = torch.where(rows > 0, hits / rows, torch.nan)
        return {
            "accuracy": (hits.sum(1) / rows.sum(1)).numpy(),
            "balanced_accuracy": recall.nanmean(1).numpy(),
        }

    def confusion(self, answer: Tensor, part: str) -> Tensor:
        """Counts [R, C, C], a row per true class, on the CPU."""
        pairs = (self.true(part)[:, : answer.shape[1]] * self.classes + answer).cpu()
        counts = torch.zeros(len(pairs), self.classes**2, dtype=torch.int64)
        counts.scatter_add_(1, pairs, torch.ones_like(pairs))
        return counts.view(-1, self.classes, self.classes)

    def share(self, answer: np.ndarray, part: str) -> np.ndarray:
        """The accuracy [R] of classes [R, N] that somebody else names."""
        return (self.true(part).cpu().numpy() == answer).mean(1)

    def baseline(self, part: str) -> np.ndarray:
        """The accuracy of always naming the training part's most frequent class."""
        most = functional.one_hot(self.true("train"), self.classes).sum(1).argmax(1, keepdim=True)
        return numbers(self.true(part) == most).mean(1)

    def reference(self, part: str) -> np.ndarray:
        """The accuracy of scikit-learn's LogisticRegression, fitted on the training part."""
        return self.by(_logistic, part)

    def by(self, fit: Fit, part: str) -> np.ndarray:
        """The accuracy on that part of whatever is fitted on the training part."""
        x, true = self.parts[part].x.cpu().numpy(), self.true(part).cpu().numpy()
        rows = zip(self._fitted(fit), x, true[: len(x)], strict=True)
        return np.resize([float(np.mean(model.predict(x) == y)) for model, x, y in rows], len(true))

    def _fitted(self, fit: Fit) -> list[Any]:
        x, true = numbers(self.parts["train"].x), self.true("train").cpu().numpy()
        return [_kept(fit, x.tobytes(), y.tobytes(), x.shape) for x, y in zip(x, true[: len(x)], strict=True)]

    def scene(self) -> dict[str, np.ndarray]:
        """The plane and the held-out rows in it."""
        return {
            "plane_points": self.plane.project(self.parts["test"].x[:, :SHOWN]).float().cpu().numpy(),
            "plane_labels": self.true("test")[:, :SHOWN].cpu().numpy().astype(np.uint8),
            "plane_axes": self.frame.float().cpu().numpy(),
        }

    def view(self, respond: Respond) -> dict[str, np.ndarray]:
        """What is confused with what, and the class answered at every point of the plane."""
        answer = respond(self.parts["test"].x)["prediction"]
        surface = respond(self.plane.grid(self.frame, GRID))
        square = (len(answer), GRID, GRID)
        sure = surface["probability"].amax(2).clamp(0, 1)
        return {
            "confusion": self.confusion(answer, "test").numpy().astype(np.int32),
            "surface": surface["prediction"].view(square).cpu().numpy().astype(np.uint8),
            "sureness": (sure.view(square) * 255).cpu().numpy().astype(np.uint8),
        }


class Graded(Learner[Batch]):
    """A learner whose answers name classes, marked between the majority class and LogisticRegression."""

    grading: Grading

    def baseline(self, part: str) -> np.ndarray:
        return self.grading.baseline(part)

    def reference(self, part: str) -> np.ndarray:
        return self.grading.reference(part)


class Namer(Graded[Batch]):
    """A learner that names a class for any row, and so can be drawn as a map of classes."""

    @abstractmethod
    def answer(self, parameters: Parameters, x: Tensor) -> Mapping[str, Tensor]:
        """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        answer = self.answer(parameters, self.grading.parts[part].x)
        return self.grading.marks(answer["prediction"], part)

    def scene(self) -> dict[str, np.ndarray]:
        return self.grading.scene()

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        return self.grading.view(lambda x: self.answer(parameters, x))
