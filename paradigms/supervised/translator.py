"""From one line of symbols to another: an encoder reads, a decoder writes (Vaswani et al. 2017).

Loss: L(θ) = −mean log p_θ(next symbol of the answer | the line, the answer so far). A teacher gives whole
answers; while it learns, the right symbols so far stand before it (teacher forcing, Williams & Zipser
1989). The gradient pulls the right symbol up, at every place. An answer counts if every symbol of it is
right; written symbol by symbol, the likeliest each time, it is so exactly if each is the likeliest after the
right ones.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.losses import cross_entropy, cross_entropy_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.training import Phase
from paradigms.errors import UsageError
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.translating import EncoderDecoder

SHOWN = 6
"""Rows that the pictures show."""


def respond(network: EncoderDecoder, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N, U]: the answer to lines x [R, N, S], written symbol by symbol."""
    return {"prediction": network.translate(parameters, x)}


class Translator(NetworkLearner[Table]):
    """R encoders and decoders; reference: the rule that made the answers."""

    network: EncoderDecoder
    replayed = True

    def __init__(self, problem: Problem) -> None:
        self.parts, options = problem.parts, problem.options
        (length,), (answer,) = problem.shape, problem.target_shape
        try:
            network = EncoderDecoder(problem.classes, length, answer, options.hidden, options.heads)
        except ValueError as error:
            raise UsageError(f"{error}.", "Give for example --hidden 32 --heads 4") from error
        self.hold(problem, network)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        assert batch.y is not None
        return cross_entropy(
            self.network.practise(parameters, self.network.started(batch.x, batch.y)), batch.y
        )

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        right = batch.y
        assert right is not None
        begun = self.network.started(batch.x, right)
        return self.network.slope(parameters, begun, lambda logits: cross_entropy_pull(logits, right))

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        x, y = self.asked(part), self.parts[part].y
        assert y is not None
        y = y[:, : x.shape[1]].expand(len(parameters.flat), -1, -1)
        logits = self.network.forward(parameters, self.network.started(x, y))
        right = logits.argmax(3) == y
        return {"exact_match": numbers(right.all(2)).mean(1), "symbols_right": numbers(right).mean((1, 2))}

    def baseline(self, part: str) -> np.ndarray:
        """The commonest answer of the training part."""
        return self._against(part, [self._commonest(r) for r in self.problem.streams.replicas])

    def reference(self, part: str) -> np.ndarray | None:
        known = self.problem.known.get(part, {}).get("answer")
        return None if known is None else self._against(part, list(known))

    def _commonest(self, replica: int) -> np.ndarray:
        answers, often = np.unique(self._answers("train", replica), axis=0, return_counts=True)
        return np.asarray(answers[often.argmax()])

    def _answers(self, part: str, replica: int) -> np.ndarray:
        y = self.parts[part].y
        assert y is not None
        return y[min(replica, len(y) - 1)].cpu().numpy()

    def _against(self, part: str, answers: list[np.ndarray]) -> np.ndarray:
        """How many of each replica's answers [N or 1, U] are right, [R]."""
        pairs = ((answer, self._answers(part, r)) for r, answer in enumerate(answers))
        return np.array([(answer == right).all(1).mean() for answer, right in pairs], dtype=np.float64)

    def manner(self) -> dict[str, int | None]:
        """What fills a line up: for whoever asks the model."""
        return {"filler": self.problem.filler}

    def scene(self) -> dict[str, np.ndarray]:
        test = self.parts["test"]
        assert test.y is not None
        return {
            "lines": test.x[:, :SHOWN].cpu().numpy().astype(np.int32),
            "right": test.y[:, :SHOWN].cpu().numpy().astype(np.int32),
        }

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """What it answers to some held-out lines, and where it looks as it writes the first answer."""
        x = self.parts["test"].x[:, :SHOWN]
        answer = self.network.translate(parameters, x)
        begun = torch.cat([torch.full_like(answer[:, :, :1], self.network.symbols), answer[:, :, :-1]], 2)
        asked = self.network.write(parameters, self.network.read(parameters, x), begun)[1][-1]
        return {
            "answered": answer.cpu().numpy().astype(np.int32),
            "looks": asked[:, 0].mean(1).float().cpu().numpy(),
        }


def build(problem: Problem) -> tuple[Translator, list[Phase]]:
    """The learner and its one phase."""
    learner, source = Translator(problem), problem.shuffled(problem.parts["train"])
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size)]
