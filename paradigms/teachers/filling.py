"""Few labels: what was hidden of examples without answers first, then a linear map from what that takes.

Loss: mean over the hidden half of (f_θ(x ∘ m, m) − x)², m = 1 where a number of a row is shown and 0 where it
is hidden, another half at every draw: the example itself is the answer, and nobody labels anything. Then the
loss of `teachers.answer` on a linear map of f's last hidden layer, f held constant, whose gradient moves the
map alone (for pictures: Pathak et al. 2016; He et al. 2022).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.losses import squared_error, squared_error_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.rows import Table
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.network import Network
from paradigms.networks.perceptron import Perceptron
from paradigms.supervised.classification import meaning
from paradigms.supervised.grading import Grading
from paradigms.teachers import answer
from paradigms.teachers.staged import Staged, centred

FILLS = "fill_"
"""Begins the names of what fills in."""
SHOWN = 0.5
"""Share of a row's numbers that is shown."""


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""
    return answer.respond(network, parameters, seen(parameters, centred(parameters, x)))


def seen(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """The last hidden layer [R, N, h] of what fills in, for rows x [R or 1, N, d] without a hole."""
    own = {name.removeprefix(FILLS): held for name, held in parameters.items() if name.startswith(FILLS)}
    return catalogue.of_tensors(own, "numbers").activations(own, torch.cat([x, torch.ones_like(x)], 2))[-1]


class Filler:
    """R perceptrons from the shown half of a row, and which half that is, to all of it."""

    def __init__(self, problem: Problem) -> None:
        features, options = problem.parts["train"].x.shape[2], problem.options
        widths = [2 * features, *options.hidden, features]
        self.network = Perceptron(widths, init=options.init, scale=options.init_scale)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {FILLS + name: shape for name, shape in self.network.shapes.items()}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        return {FILLS + name: one for name, one in self.network.initial(replica, generator).items()}

    def loss(self, parameters: Mapping[str, Tensor], batch: Table) -> Tensor:
        own = {name: parameters[FILLS + name] for name in self.network.shapes}
        assert batch.y is not None
        hidden = _hidden(batch)
        return squared_error(self.network.forward(own, batch.x) * hidden, batch.y * hidden) / (1 - SHOWN)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        right, hidden = batch.y, _hidden(batch)
        assert right is not None

        def pull(filled: Tensor) -> tuple[Tensor, Tensor]:
            losses, pulled = squared_error_pull(filled * hidden, right * hidden)
            return losses / (1 - SHOWN), pulled / (1 - SHOWN)

        return self.network.slope(Parameters(self.network.shapes, parameters.flat), batch.x, pull)

    def settle(self, parameters: Parameters, step: int) -> None:
        """Nothing."""


def _hidden(batch: Table) -> Tensor:
    """1 where a number is hidden, [R, B, d]."""
    return 1 - batch.x[:, :, batch.x.shape[2] // 2 :]


class Holed(Recalled):
    """Rows of which half is hidden: x [R, B, 2 d], what is shown and where that is, and the rows y [R, B, d].

    What is hidden hangs on the replica's identity and the draw's number alone.
    """

    def draw(self, parameters: object) -> Table:
        """The next rows, with other holes than before."""
        number = self.draws
        batch = super().draw(parameters)  # type: ignore[arg-type]
        return _holed(batch.x, self.random("hidden", number, tuple(batch.x.shape[1:])))

    def probe(self, *counter: int) -> Table:
        """Rows to measure on."""
        x = super().probe(*counter).x
        return _holed(
            x, self.problem.streams.stack(lambda g: g.random(x.shape[1:]), "hidden probe", *counter)
        )


def _holed(x: Tensor, drawn: np.ndarray) -> Table:
    shown = torch.from_numpy(drawn < SHOWN).to(x)
    return Table(torch.cat([x * shown, shown], 2), x.expand(len(shown), -1, -1))


class Filling(Staged):
    """R that fill in, and R linear maps to classes; reference: LogisticRegression with every label."""

    first: Filler

    def __init__(self, problem: Problem) -> None:
        self.grading = Grading(problem.parts, problem.classes)
        self.centre(problem, problem.parts["train"].x.shape[2])
        self.first = Filler(problem)
        wide = problem.options.hidden[-1]
        self.hold(problem, Perceptron([wide, problem.classes], meaning(problem.options.loss)))

    def seen(self, first: Mapping[str, Tensor], x: Tensor) -> Tensor:
        return seen(first, x)

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond(self.network, {**parameters, **self.constants()}, x)


def build(problem: Problem) -> tuple[Filling, list[Phase]]:
    """Examples without answers first, then labelled ones."""
    learner = Filling(problem)
    early = learner.early()
    return learner, learner.stages(Holed(early, early.parts["train"]))
