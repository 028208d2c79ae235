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
from paradigms.engine.plane import SHOWN, Plane
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streamed import Streamed

Batch = TypeVar("Batch")
GRID = 40
"""Points along each side of the drawn decision surface."""
Respond = Callable[[Tensor], Mapping[str, Tensor]]
"""Rows [R, N, d] → `prediction` [R, N] and `probability` [R, N, C]."""


Fit = Callable[[np.ndarray, np.ndarray], Any]
"""Rows [N, d] and their classes [N] → a model of scikit-learn."""


def _logistic(x: np.ndarray, y: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000).fit(x, y)


def _nearest(x: np.ndarray, y: np.ndarray) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(1).fit(x, y)


NEIGHBOURS = 50_000_000
"""Pairs of a training and a new row from which on nobody looks for the nearest."""


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
        return self.marked(self.confusion(answer, part))

    def marked(self, confusion: Tensor) -> dict[str, np.ndarray]:
        """The same from what was confused with what, counts [R, C, C]."""
        counts = confusion.double()
        hits, rows = counts.diagonal(dim1=1, dim2=2), counts.sum(2)
        recall = torch.where(rows > 0, hits / rows, torch.nan)
        return {
            "accuracy": (hits.sum(1) / rows.sum(1)).numpy(),
            "balanced_accuracy": recall.nanmean(1).numpy(),
        }

    def confusion(self, answer: Tensor, part: str) -> Tensor:
        """Counts [R, C, C], a row per true class, on the CPU."""
        return self.confused(answer, self.true(part)[:, : answer.shape[1]])

    def confused(self, answer: Tensor, true: Tensor) -> Tensor:
        """The same of answers beside true classes [R, N]."""
        pairs = (true * self.classes + answer).cpu()
        counts = torch.zeros(len(pairs), self.classes**2, dtype=torch.int64)
        counts.scatter_add_(1, pairs, torch.ones_like(pairs))
        return counts.view(-1, self.classes, self.classes)

    def share(self, answer: np.ndarray, part: str) -> np.ndarray:
        """The accuracy [R] of classes [R, N] that somebody else names."""
        return (self.true(part).cpu().numpy() == answer).mean(1)

    def baseline(self, part: str) -> np.ndarray:
        """The accuracy of always naming the training part's most frequent class."""
        return self._hit(part, lambda rows: (_true(rows) == self._most).cpu().numpy())

    @cached_property
    def _most(self) -> Tensor:
        """The training part's most frequent class, [R, 1]."""
        counts = [functional.one_hot(_true(rows), self.classes).sum(1) for rows in self.parts["train"].all()]
        return torch.stack(counts).sum(0).argmax(1, keepdim=True)

    def _hit(self, part: str, hits: Callable[[Table], np.ndarray]) -> np.ndarray:
        """The share [R] of a part's rows that are hits [R, n], piece by piece."""
        counts = [(hits(rows).sum(1), rows.rows) for rows in self.parts[part].asked()]
        return np.asarray(sum(hit for hit, _ in counts) / sum(rows for _, rows in counts))

    def reference(self, part: str) -> np.ndarray:
        """The accuracy of scikit-learn's LogisticRegression, fitted on the training part."""
        return self.by(_logistic, part)

    def neighbour(self, part: str) -> dict[str, np.ndarray]:
        """The accuracy of the class of the nearest training row, where it is found in moments."""
        rows = [self.parts[name] for name in ("train", part)]
        if any(isinstance(one, Streamed) for one in rows) or rows[0].rows * rows[1].rows > NEIGHBOURS:
            return {}
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):  # of two that are as near, the choice must not hang on threads
            return {"one nearest neighbour": self.by(_nearest, part)}

    def as_told(self, said: Tensor, taught: Table) -> dict[str, np.ndarray]:
        """Marks of what is said [R, n] of the n rows that are learned from, by what was told of them.

        `clean_accuracy` is how often that is the truth.
        """
        true = self.true("train")[:, : taught.rows]
        clean = {"clean_accuracy": numbers((said == true).to(taught.x.dtype).mean(1))}
        return Grading({"train": taught}, self.classes).marks(said, "train") | clean

    def by(self, fit: Fit, part: str) -> np.ndarray:
        """The accuracy on that part of whatever is fitted on the training part."""
        models = self._fitted(fit)

        def hits(rows: Table) -> np.ndarray:
            x, true = rows.x.cpu().numpy(), _true(rows).cpu().numpy()
            each = zip(models, x, true[: len(x)], strict=True)
            return np.stack([model.predict(x) == y for model, x, y in each])

        return np.resize(self._hit(part, hits), len(self.true(part)))

    def _fitted(self, fit: Fit) -> list[Any]:
        x, true = numbers(self.parts["train"].x), self.true("train").cpu().numpy()
        return [_kept(fit, x.tobytes(), y.tobytes(), x.shape) for x, y in zip(x, true[: len(x)], strict=True)]

    def scene(self) -> dict[str, np.ndarray]:
        """The plane and the held-out rows in it."""
        labels = self.true("test")[:, :SHOWN].cpu().numpy().astype(np.uint8)
        return self.plane.scene(self.parts["train"].x, self.parts["test"].x) | {"plane_labels": labels}

    def view(self, respond: Respond, side: int = GRID) -> dict[str, np.ndarray]:
        """What is confused with what, and the class answered at side × side points of the plane."""
        answer = respond(self.parts["test"].x)["prediction"]
        surface = respond(self.plane.grid(self.frame, side))
        square = (len(answer), side, side)
        sure = surface["probability"].amax(2).clamp(0, 1)
        return {
            "confusion": self.confusion(answer, "test").numpy().astype(np.int32),
            "surface": surface["prediction"].view(square).cpu().numpy().astype(np.uint8),
            "sureness": (sure.view(square) * 255).cpu().numpy().astype(np.uint8),
        }


def _true(rows: Table) -> Tensor:
    assert rows.y is not None
    return rows.y


class Graded(Learner[Batch]):
    """A learner whose answers name classes, marked between the majority class and LogisticRegression."""

    grading: Grading

    def baseline(self, part: str) -> np.ndarray:
        return self.grading.baseline(part)

    def reference(self, part: str) -> np.ndarray:
        return self.grading.reference(part)


class Namer(Graded[Batch]):
    """A learner that names a class for any row, and so can be drawn as a map of classes.

    `taught` are the rows that it learns from, with the classes that it is told.
    """

    problem: Problem
    taught: Table | None = None

    @abstractmethod
    def answer(self, parameters: Parameters, x: Tensor) -> Mapping[str, Tensor]:
        """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        said = self.answer(parameters, self.grading.parts[part].x)["prediction"]
        if part == "train" and self.taught is not None and self.taught is not self.problem.parts["train"]:
            return self.grading.as_told(said[:, : self.taught.rows], self.taught)
        return self.grading.marks(said, part)

    @property
    def side(self) -> int:
        """Points along each side of the surface that is drawn."""
        return GRID

    def scene(self) -> dict[str, np.ndarray]:
        return self.grading.scene()

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        return self.grading.view(lambda x: self.answer(parameters, x), self.side)
