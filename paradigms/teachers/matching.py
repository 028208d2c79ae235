"""Groups scored by classes that they never saw: each group is matched to one class afterwards.

One group a class, so that as many training rows as possible agree (the assignment problem; Kuhn 1955);
groups beyond the number of classes go to the class that most of their rows have. The labels are used
for the score alone: those of the training part name the groups, those of the held-out part count how
many rows they name rightly.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor
from torch.nn import functional

from paradigms.engine.parameters import Parameters
from paradigms.supervised.grading import Graded


def matching(group: Tensor, true: Tensor, groups: int, classes: int) -> Tensor:
    """The class of each group [R, K], from group numbers and true classes of the same rows, [R, N] each.

    >>> matching(torch.tensor([[0, 0, 1, 1, 2]]), torch.tensor([[1, 1, 0, 0, 0]]), 3, 2).tolist()
    [[1, 0, 0]]
    """
    pairs = (group * classes + true).cpu()
    counts = torch.zeros(len(pairs), groups * classes, dtype=torch.int64)
    counts.scatter_add_(1, pairs, torch.ones_like(pairs))
    table = counts.view(-1, groups, classes).numpy()
    return torch.from_numpy(np.stack([_assign(one) for one in table])).to(group.device)


def _assign(counts: np.ndarray) -> np.ndarray:
    """The class of each group [K] from counts [K, C]."""
    named = counts.argmax(1)
    matched, classes = linear_sum_assignment(counts, maximize=True)
    named[matched] = classes
    return named


def called(group: Tensor, names: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] of 0 and 1, by the names [R, K, C] of groups [R, N]."""
    probability = names.gather(1, group.unsqueeze(2).expand(-1, -1, names.shape[2]))
    return {"prediction": probability.argmax(2), "probability": probability}


class Matched(Graded[Any]):
    """What a learner without a teacher needs to be scored by classes; stands before it in the bases.

    Reference: LogisticRegression, which is told every answer.
    """

    _last: Parameters | None = None

    @abstractmethod
    def grouped(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What `group` needs, name → [R, ...]."""

    @abstractmethod
    def group(self, known: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """The group of each row [R, N]."""

    @torch.no_grad()
    def named(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The same, and the class of each group as `names`, one-hot [R, K, C]."""
        known = self.grouped(parameters)
        group = self.group(known, self.grading.parts["train"].x)
        groups, classes = self.groups, self.grading.classes
        named = matching(group, self.grading.true("train"), groups, classes)
        return known | {"names": functional.one_hot(named, classes).to(self.grading.parts["train"].x.dtype)}

    @property
    @abstractmethod
    def groups(self) -> int:
        """K."""

    def _answer(self, parameters: Parameters, part: str) -> Tensor:
        known = self.named(parameters)
        return called(self.group(known, self.grading.parts[part].x), known["names"])["prediction"]

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        if part == "train":
            return {}
        return self.grading.marks(self._answer(parameters, part), part) | super().evaluate(parameters, part)  # type: ignore[safe-super]

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        confusion = self.grading.confusion(self._answer(parameters, "test"), "test")
        return super().view(parameters) | {"confusion": confusion.numpy().astype(np.int32)}

    def finish(self, parameters: Parameters) -> None:
        """Names the groups for good."""
        super().finish(parameters)
        self._last = parameters

    def constants(self) -> dict[str, Tensor]:
        """What the last answer needs beside the parameters."""
        assert self._last is not None
        return {name: held for name, held in self.named(self._last).items() if name not in self.shapes}
