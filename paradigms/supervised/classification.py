"""Classification: a class from a row.

Loss: L(θ) = −mean log softmax(f_θ(x))[class]. Its gradient with respect to the logits is (predicted
probability − 1 for the true class, 0 for the others): every example pulls its own class up and pushes
the rest down, the harder the more surprised the learner was. f is linear (logistic regression) or a
multilayer perceptron. Other losses of the same answer: every class's output against 1 for the true class
and 0 for the others, squared (`--loss squared`) or by Huber (`--loss verdicts`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.losses import (
    cross_entropy,
    cross_entropy_pull,
    huber,
    huber_pull,
    largest,
    softmax,
    squared_error,
    squared_error_pull,
)
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import SHOWN
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streamed import Streamed
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.network import Meaning, Network
from paradigms.supervised import curvature
from paradigms.supervised.grading import GRID, Grading, Namer
from paradigms.supervised.labels import taught

ASKED, COARSE = 200_000, 12
"""Numbers that a network which takes long is asked for one surface, and the fewest points along its side."""


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C] for rows x [R, N, d]."""
    return named(network.forward(parameters, x), network.meaning)


def named(outputs: Tensor, meaning: Meaning) -> dict[str, Tensor]:
    """The same of outputs [R, N, C]: logits, or values between 0 and 1 as far as it has learned."""
    if meaning == "logits":
        probability = softmax(outputs)
        return {"prediction": largest(probability), "probability": probability}
    return {"prediction": largest(outputs), "probability": outputs.clamp(0, 1)}


def meaning(loss: str | None) -> Meaning:
    """What outputs are under a loss."""
    return "logits" if loss in (None, "log") else "values"


def wrong(outputs: Tensor, classes: Tensor, loss: str | None, weights: Tensor | None = None) -> Tensor:
    """How wrong outputs [R, B, C] are of classes [R, B]: their log loss, or of every guess its verdict, [R].

    Who is told the answer knows the verdict on each of the C guesses: 1 for the class, 0 for all
    others. The two losses of verdicts are summed over guesses and averaged over rows: mean Σ_c Huber, as
    `teachers.reward` hears one of the C, and mean Σ_c (z_c − [c is the class])².
    """
    if meaning(loss) == "logits":
        return cross_entropy(outputs, classes, weights)
    if loss == "squared":
        return squared_error(outputs, _verdicts(outputs, classes), weights) * outputs.shape[2]
    return huber(*_flat(outputs, classes, weights)) * outputs.shape[2]


def pull(
    outputs: Tensor, classes: Tensor, loss: str | None, weights: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """The same and its gradient with respect to the outputs, [R, B, C]."""
    if meaning(loss) == "logits":
        return cross_entropy_pull(outputs, classes, weights)
    count = outputs.shape[2]
    if loss == "squared":
        losses, pulled = squared_error_pull(outputs, _verdicts(outputs, classes), weights)
    else:
        losses, pulled = huber_pull(*_flat(outputs, classes, weights))
    return losses * count, pulled.view(outputs.shape) * count


def _verdicts(outputs: Tensor, classes: Tensor) -> Tensor:
    """Right (1) or wrong (0), for every guess of every row, [R, B, C]."""
    return functional.one_hot(classes, outputs.shape[2]).to(outputs.dtype)


def _flat(outputs: Tensor, classes: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
    """Every guess of every row beside its verdict, and the row's weight, each [R, B · C]."""
    count = outputs.shape[2]
    each = None if weights is None else weights.repeat_interleave(count, 1)
    return outputs.flatten(1), _verdicts(outputs, classes).flatten(1), each


class Classification(NetworkLearner[Table], Namer[Table]):
    """R classifiers; reference: scikit-learn's LogisticRegression on the same rows."""

    replayed = True
    among_teachers = False
    """Whether it is one of several teachers of a task, beside whom no neighbour is asked."""

    def __init__(self, problem: Problem) -> None:
        self.parts, self.grading = problem.parts, Grading(problem.parts, problem.classes)
        inputs = self.parts["train"].x.shape[2]
        self.hold(problem, catalogue.network(problem, inputs, problem.classes, meaning(problem.options.loss)))
        self.taught: Table = self.parts["train"]
        """The rows that it learns from, with the classes that it is told."""
        self.curved = False
        """Whether slopes carry the whole curvature of a linear model."""

    def wrong(self, answer: Tensor, batch: Table) -> Tensor:
        """The loss [R] of outputs [R, B, C]."""
        assert batch.y is not None
        return wrong(answer, batch.y, self.problem.options.loss, batch.weights)

    def pull(self, answer: Tensor, batch: Table) -> tuple[Tensor, Tensor]:
        """The same and its gradient with respect to the outputs, [R, B, C]."""
        assert batch.y is not None
        return pull(answer, batch.y, self.problem.options.loss, batch.weights)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        return self.wrong(self.network.practise(parameters, batch.x), batch)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        slope = self.network.slope(parameters, batch.x, lambda answer: self.pull(answer, batch))
        if not self.curved:
            return slope
        with torch.no_grad():
            probability = respond(self.network, parameters, batch.x)["probability"]
        return slope._replace(curvature=curvature.cross_entropy(batch, probability))

    def scores(self, parameters: Parameters, x: Tensor) -> Tensor:
        """Of every class, [R, N, C]: logits, unless the loss is of verdicts."""
        return self.network.forward(parameters, x)

    def named(self, outputs: Tensor) -> dict[str, Tensor]:
        """What outputs [R, N, C] say."""
        return named(outputs, meaning(self.problem.options.loss))

    def surprise(self, outputs: Tensor, classes: Tensor) -> dict[str, np.ndarray]:
        """Cross-entropy of logits; values have none."""
        if meaning(self.problem.options.loss) != "logits":
            return {}
        return {"cross_entropy": numbers(cross_entropy(outputs, classes))}

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return self.named(self.scores(parameters, x))

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        watched = self.watched(parameters, self.taught) if part == "train" else {}
        if part == "train" and self.taught is not self.parts["train"]:
            assert self.taught.y is not None
            outputs = self.scores(parameters, self.taught.x)
            marks = self.grading.as_told(self.named(outputs)["prediction"], self.taught)
            return marks | self.surprise(outputs, self.taught.y) | watched
        if isinstance(self.parts[part], Streamed):
            return self._by_pieces(parameters, part) | watched
        outputs = self.scores(parameters, self.asked(part))
        true = self.grading.true(part)[:, : outputs.shape[1]]
        said = self.named(outputs)["prediction"]
        apart = self.problem.by_set("accuracy", part, lambda: _hits(said, true))
        return self.grading.marks(said, part) | apart | self.surprise(outputs, true) | watched

    def _by_pieces(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        """The same of rows that come in pieces."""
        counts, surprises, total = list[Tensor](), dict[str, np.ndarray](), 0
        for rows in self.parts[part].asked():
            assert rows.y is not None
            outputs = self.scores(parameters, rows.x)
            counts.append(self.grading.confused(self.named(outputs)["prediction"], rows.y))
            for name, mean in self.surprise(outputs, rows.y).items():
                surprises[name] = surprises.get(name, 0.0) + mean * rows.rows
            total += rows.rows
        return self.grading.marked(torch.stack(counts).sum(0)) | {
            name: one / total for name, one in surprises.items()
        }

    def reference(self, part: str) -> np.ndarray:
        best = self.problem.known.get(part, {}).get("answer")
        return super().reference(part) if best is None else self.grading.share(best, part)

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """The nearest neighbour, and logistic regression where it is not the reference."""
        found = {} if self.among_teachers else self.grading.neighbour(part)
        known = "answer" in self.problem.known.get(part, {})
        return {"LogisticRegression": super().reference(part)} | found if known else found

    @property
    def side(self) -> int:
        """Of wide rows a network that takes long is asked less: it would cost more than the training."""
        fewer = int((ASKED / self.parts["test"].x.shape[2]) ** 0.5)
        return min(GRID, max(COARSE, fewer)) if self.network.costly else GRID

    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        own = self.network.view(parameters, self.parts["test"].x[:, :SHOWN])
        return super().view(parameters) | own


def _hits(said: Tensor, true: Tensor) -> tuple[Tensor, Tensor]:
    """Whether each row was right, and of how many that is a share."""
    hits = (said == true).double()
    return hits, torch.ones_like(hits)


def build(problem: Problem) -> tuple[Classification, list[Phase]]:
    """The learner and its one phase; the linear model has scikit-learn's penalty unless told otherwise.

    It may be told the classes of the first `labels` rows alone, and a share `label_noise` of them wrongly;
    baseline and reference know all rows and the right classes.

    That is l2 = 1/n. For two classes scikit-learn penalises the difference w of their weights alone; the
    smallest pair with that difference is ±w/2 and has half its square, hence 2/n.
    """
    learner, options = Classification(problem), problem.options
    train = learner.taught = taught(problem)
    l2 = (2 if problem.classes == 2 else 1) / train.rows if options.l2 is None else options.l2
    source = problem.taught(train)
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size, l2=l2)]
