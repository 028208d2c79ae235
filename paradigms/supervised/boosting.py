"""Gradient boosting: descent in the space of functions, each step a small tree (Friedman 2001).

Loss: L(F) = ½ Σ (F(x_i) − y_i)², as a function of the answers F(x_i) alone: they are the parameters. Its
gradient is F(x_i) − y_i, what is still wrong with each row, and says nothing of rows that were not asked. So
the step is not the gradient itself but a tree that was fitted to its negative, and a tree has an answer for
every row. In the loop that is an update rule, and the learning rate is the shrinkage; tree for tree it is
scikit-learn's GradientBoostingRegressor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table, Whole
from paradigms.engine.rules import Rates, Rule, column
from paradigms.engine.training import Phase
from paradigms.supervised.measuring import Measured, told
from paradigms.supervised.trees import Grown, bare, plant, room, walk

TILE = 1024
"""Rows that are sent down all trees at once."""


def stages(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """What is answered after each tree: [R, T + 1, N] for rows x [R, N, d]."""
    grown = Grown(*(parameters[name] for name in Grown._fields))
    trees, depth = parameters["leaves"].shape[1], int(parameters["depth"][0])
    for nodes in walk(grown, x, depth if trees else 0):
        ends = nodes
    told = parameters["leaves"].gather(2, ends)
    first = parameters["first"].view(-1, 1, 1).expand(-1, 1, x.shape[1])
    return torch.cat([first, told], 1).cumsum(1)


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] for rows x [R, N, d], in standardised units."""
    tiles = [x[:, first : first + TILE] for first in range(0, x.shape[1], TILE)]
    return {"prediction": torch.cat([stages(parameters, tile)[:, -1] for tile in tiles], 1)}


class Trees(Rule):
    """The direction that a tree makes of a gradient: its answers to the training rows, and its own leaves.

    A replica's tree hangs on its gradient, its rows and its number alone. Where a gradient is not finite
    no tree can be grown, and the direction is not finite either.
    """

    def __init__(self, learner: Boosting) -> None:
        super().__init__()
        self.learner = learner

    def start(self, flat: Tensor) -> None:
        """No tree has asked anything."""
        shapes = self.learner.shapes["leaves"]
        self.state = bare(len(flat), *shapes)._asdict()

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        step = torch.zeros_like(gradient)
        rows = self.learner.train.rows
        leaves = step[:, rows:].view(len(step), *self.learner.shapes["leaves"])
        for r, residual in enumerate(numbers(-gradient[:, :rows])):
            tree = self.learner.tree(r, t, residual)
            if tree is None:
                step[r] = torch.nan
                continue
            plant(Grown(**self.state), (r, t - 1), tree)
            value = torch.from_numpy(tree.value[:, 0, 0]).to(step)
            ends = torch.from_numpy(tree.apply(self.learner.asked(r))).to(step.device)
            step[r, :rows] = -value[ends]
            only = torch.from_numpy(tree.children_left < 0).to(step.device)
            leaves[r, t - 1, : len(value)] = torch.where(only, -value, 0.0)
        return step

    def move(
        self, flat: Tensor, gradient: Tensor, lr: Rates, t: int, curvature: Tensor | None = None
    ) -> None:
        """As scikit-learn rounds it: the step first, then the sum."""
        flat.sub_(self.direction(gradient, t, curvature) * column(lr, flat))


class Boosting(Measured[Table]):
    """R ensembles of T trees; reference: a random forest of scikit-learn on the same rows."""

    exempt = {  # noqa: RUF012 - as declared
        "rounding": "which of two questions that are as good is asked, rounding decides",
        "device": "scikit-learn grows the trees, on the processor",
    }

    def __init__(self, problem: Problem) -> None:
        self.problem, self.parts, self.train = problem, problem.parts, problem.parts["train"]
        self.depth, self.trees = int(problem.options.depth), max(1, problem.budget // self.train.rows)
        self.rule = Trees(self)
        self.first = told(self.train.y).astype(np.float64).mean(1)
        """The first answer, to any row: the mean, [R]."""

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"answers": (self.train.rows,), "leaves": (self.trees, room(self.train.rows, self.depth))}

    @property
    def weights(self) -> tuple[str, ...]:
        return ()

    @property
    def statistics(self) -> tuple[str, ...]:
        return ("leaves",)

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        shapes = self.shapes
        return {
            "answers": np.full(shapes["answers"], self.first[replica]),
            "leaves": np.zeros(shapes["leaves"]),
        }

    def _off(self, parameters: Parameters, batch: Table) -> tuple[Tensor, Tensor, float]:
        """Which answers a batch is about [R, B], how far they are off, and what one of its rows counts."""
        assert batch.y is not None
        rows = batch.x.expand(len(parameters.flat), -1)
        return rows, parameters["answers"].gather(1, rows) - batch.y, self.train.rows / batch.y.shape[1]

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        _, off, share = self._off(parameters, batch)
        return off.square().sum(1) * share / 2

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """The gradient is what is still wrong with each row."""
        rows, off, share = self._off(parameters, batch)
        gradient = torch.zeros_like(parameters.flat).scatter_add_(1, rows, off * share)
        return Slope(off.square().sum(1) * share / 2, gradient)

    def asked(self, replica: int) -> np.ndarray:
        """The training rows [N, d] of a replica, as trees compare them."""
        return numbers(self.train.x[min(replica, len(self.train.x) - 1)]).astype(np.float32)

    def tree(self, replica: int, number: int, residual: np.ndarray) -> Any:
        """Tree number 1, 2, … of a replica, fitted to what is still missing [N]; None if that is not finite.

        Ties between questions are broken as GradientBoostingRegressor would: each tree takes one number of
        the same stream.
        """
        from sklearn.tree import DecisionTreeRegressor

        if not np.isfinite(residual).all():
            return None
        stream = np.random.RandomState(self.problem.streams.seed(replica, "trees"))
        for _ in range(number - 1):
            stream.randint(0, np.iinfo(np.int32).max)
        model = DecisionTreeRegressor(max_depth=self.depth, random_state=stream)
        return model.fit(self.asked(replica), residual.astype(np.float64)).tree_

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        told = parameters["answers"] if part == "train" else self.answer(parameters, self.parts[part].x)
        return self.score(numbers(told), part)

    @torch.no_grad()
    def answer(self, parameters: Parameters, x: Tensor) -> Tensor:
        return respond({**parameters, **self.constants()}, x)["prediction"]

    def reference(self, part: str) -> np.ndarray:
        return self.fitted("random forest", part)

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """A linear model, and one tree that goes on until every row is alone."""
        return {name: self.fitted(name, part) for name in ("least squares", "one tree")}

    def constants(self) -> dict[str, Tensor]:
        held = {name: tensor.to(self.train.x.device) for name, tensor in self.rule.state.items()}
        depth = torch.full((len(self.first), 1), self.depth)
        return held | {"first": self.problem.tensor(self.first), "depth": depth}

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """Answers to held-out rows, and of how many questions each feature was so far, [R, d]."""
        asks = self.rule.state["children"][..., 0] != torch.arange(self.shapes["leaves"][1])
        grown = (parameters["leaves"] != 0).any(2).cpu()
        width = self.train.x.shape[2]
        kept = (asks & grown.unsqueeze(2)).flatten(1)
        features = torch.where(kept, self.rule.state["features"].flatten(1), width)
        asked = torch.zeros(len(features), width + 1, dtype=torch.int64)
        asked.scatter_add_(1, features, torch.ones_like(features))
        return super().view(parameters) | {"asked": asked[:, :width].numpy().astype(np.int32)}


def build(problem: Problem) -> tuple[Boosting, list[Phase]]:
    """The learner and its one phase: each step asks all rows, and is one tree."""
    learner = Boosting(problem)
    numbered = torch.arange(learner.train.rows, device=learner.train.x.device).unsqueeze(0)
    source = Whole(Table(numbered, learner.train.y), problem.streams)
    return learner, [problem.phase(learner, source, learner.trees, rule=learner.rule, warmup=0)]
