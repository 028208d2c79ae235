"""How near answers are that give a number: the same marks and pictures, whoever answers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import SHOWN
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streamed import Streamed
from paradigms.supervised.squares import squares

Batch = TypeVar("Batch")


class Measured(Learner[Batch]):
    """A learner that gives a number for any row, marked between the training mean and least squares.

    A subclass sets `problem`; answers are in standardised units.
    """

    problem: Problem

    @abstractmethod
    def answer(self, parameters: Parameters, x: Tensor) -> Tensor:
        """The number [R, N] for rows x [R, N, d]."""

    def score(self, answer: np.ndarray, part: str) -> dict[str, np.ndarray]:
        """R² and the root of the mean squared error, in the target's unit, of answers [R, N]."""
        y = told(self.problem.parts[part].y)[:, : answer.shape[1]]
        return self._over([(answer, y)])

    def scored(self, part: str, answer: Callable[[Table], np.ndarray]) -> dict[str, np.ndarray]:
        """The same of what `answer` [R, n] says of every piece of a part's rows."""
        return self._over((answer(rows), told(rows.y)) for rows in self.problem.parts[part].asked())

    def _over(self, pieces: Iterable[tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
        """Of answers and truths [R, n], piece by piece: sums of means, so that one piece is what it was."""
        scale = self.problem.target_scale
        assert scale is not None
        held = [(y.shape[1], ((answer - y) ** 2).mean(1), y.mean(1), y.var(1)) for answer, y in pieces]
        total = sum(count for count, *_ in held)
        shares = [count / total for count, *_ in held]
        error, middle = (sum(w * one[k] for w, one in zip(shares, held, strict=True)) for k in (1, 2))
        spread = sum(
            w * (var + (mean - middle) ** 2) for w, (_, _, mean, var) in zip(shares, held, strict=True)
        )
        return {"r2": 1 - error / spread, "rmse": np.sqrt(error) * scale}

    def baseline(self, part: str) -> np.ndarray:
        """The training mean: 0 in standardised units."""
        return self.scored(part, lambda rows: np.zeros_like(told(rows.y)))["r2"]

    def reference(self, part: str) -> np.ndarray:
        best = self.problem.known.get(part, {}).get("answer")
        return self.fitted("least squares", part) if best is None else self.score(best, part)["r2"]

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """What is known of the rows beside the best answer, as persistence; of sequences linear models."""
        known = self.problem.known.get(part, {})
        found = {name: self.score(answer, part)["r2"] for name, answer in known.items() if name != "answer"}
        linear = (["least squares"] if "answer" in known else []) + (
            ["ridge"] if self.problem.shape[1:] else []
        )
        return found | {name: self.fitted(name, part) for name in linear}

    def fitted(self, name: str, part: str) -> np.ndarray:
        """R² of a model of scikit-learn, fitted on the training part."""

        def answer(rows: Table) -> np.ndarray:
            pairs = zip(self._models(name), told(rows.x), strict=True)
            return np.stack([model.predict(x) for model, x in pairs])

        return self.scored(part, answer)["r2"]

    @cache  # noqa: B019 - a learner lives as long as its study
    def _models(self, name: str) -> list[Any]:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(torch.get_num_threads()):
            if isinstance(self.problem.parts["train"], Streamed):
                return list(squares(self.problem.parts["train"].all()))
            return self.each(lambda replica, x, y: _model(name).fit(x, y))

    def each(self, fit: Any) -> list[Any]:
        """What `fit(replica, x, y)` makes of the training rows [N, d] and answers [N] of every replica."""
        train = self.problem.parts["train"]
        x, y = told(train.x), told(train.y)
        return [fit(replica, *rows) for replica, rows in enumerate(zip(x, y[: len(x)], strict=True))]

    def scene(self) -> dict[str, np.ndarray]:
        return {"true": self.unit(told(self.problem.parts["test"].y)[:, :SHOWN])}

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        rows = self.problem.parts["test"].x[:, :SHOWN]
        return {"predicted": self.unit(numbers(self.answer(parameters, rows)))}

    def unit(self, standardised: np.ndarray) -> np.ndarray:
        """Numbers [R, N] in the target's unit."""
        mean, scale = self.problem.target_mean, self.problem.target_scale
        assert mean is not None
        assert scale is not None
        return (standardised * scale[:, None] + mean[:, None]).astype(np.float32)


def told(tensor: Tensor | None) -> np.ndarray:
    """A column of a table, which must be there."""
    assert tensor is not None
    return numbers(tensor)


def _model(name: str) -> Any:
    from sklearn import ensemble, linear_model, tree

    make: dict[str, Callable[[], Any]] = {
        "least squares": linear_model.LinearRegression,
        "ridge": partial(linear_model.RidgeCV, alphas=np.logspace(-3, 3, 13)),
        "one tree": partial(tree.DecisionTreeRegressor, random_state=0),
        "random forest": partial(ensemble.RandomForestRegressor, random_state=0),
    }
    return make[name]()
