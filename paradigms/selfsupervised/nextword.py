"""The next word: at every place of a text, which word follows (GPT; Radford et al. 2018).

Loss: L(θ) = −mean log p_θ(next word | the words before). Nobody labels anything: the text itself is the
answer, hidden until it is its turn. The gradient pulls the word that came up, at every place, and all others
down. The score is how many bits a word costs whoever knows p_θ; no forecast costs less, on average, than the
entropy of whatever writes the text. A row's end is a word; fillers behind it count in the loss alone.
"""

from __future__ import annotations

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
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.transformer import Transformer
from paradigms.selfsupervised.language import ORDER, SHOWN, Corpus, respond, transformer

__all__ = ["build", "respond"]
ORDERS = (2, 3, ORDER)
"""Of the n-grams that are told beside it."""


class NextWord(NetworkLearner[Table]):
    """R decoders; reference: what knows the grammar, where it is known, else the best n-gram."""

    network: Transformer
    replayed = True

    def __init__(self, problem: Problem) -> None:
        self.corpus, self.parts = Corpus(problem), problem.parts
        self.hold(problem, transformer(problem, masks=0, causal=True))
        draws = problem.streams.stack(lambda g: g.random((SHOWN, problem.shape[0])), "samples")
        self._chance = problem.tensor(draws)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        assert batch.y is not None
        return cross_entropy(self.network.practise(parameters, batch.x), batch.y)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        right = batch.y
        assert right is not None
        return self.network.slope(parameters, batch.x, lambda logits: cross_entropy_pull(logits, right))

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        x, table = self.asked(part), self.parts[part]
        assert table.y is not None
        right, asked = table.y[:, : x.shape[1]], self.corpus.asked(table)[:, : x.shape[1]]
        log = self.network.forward(parameters, x).log_softmax(3)
        right = right.expand(*log.shape[:3])
        spent = numbers(log.gather(3, right.unsqueeze(3)).squeeze(3).flatten(1)) / -np.log(2.0)
        counted = np.broadcast_to(asked.flatten(1).cpu().numpy(), spent.shape)
        return {"surprise": (spent * counted).sum(1) / counted.sum(1)}

    def baseline(self, part: str) -> np.ndarray:
        """How often each word occurs in the training part."""
        return self.corpus.by_counting(part, 1)

    def reference(self, part: str) -> np.ndarray:
        chances, right = self.problem.known.get(part, {}).get("chances"), self.parts[part].y
        if chances is None or right is None:
            return np.min([self.corpus.by_counting(part, order) for order in ORDERS], axis=0)
        came = np.broadcast_to(right.cpu().numpy(), chances.shape[:3])
        return self.corpus.mean(part, -np.log2(np.take_along_axis(chances, came[..., None], 3)[..., 0]))

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """Counting pairs, threes and fives."""
        return {f"{order}-grams": self.corpus.by_counting(part, order) for order in ORDERS}

    def manner(self) -> dict[str, int | None]:
        return self.corpus.manner()

    def scene(self) -> dict[str, np.ndarray]:
        found = {"read": self.parts["test"].x[:, 0].cpu().numpy().astype(np.int32)}
        chances = self.problem.known.get("test", {}).get("chances")
        return found if chances is None else found | {"truth": chances[:, 0].astype(np.float32)}

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """What is foreseen in a held-out row and where each head looks; and what it would write."""
        logits, looks = self.network.read(parameters, self.parts["test"].x[:, :1])
        return {
            "foreseen": logits[:, 0].softmax(2).float().cpu().numpy(),
            "looks": torch.cat([look[:, 0] for look in looks], 1).float().cpu().numpy(),
            "written": self.written(parameters).cpu().numpy().astype(np.int32),
        }

    def written(self, parameters: Parameters) -> Tensor:
        """Rows [R, SHOWN, T + 1] as it would write them, by the same chance at every moment."""
        text = self.parts["train"].x[:, :1, :1].expand(len(parameters.flat), SHOWN, 1)
        for place in range(self.problem.shape[0]):
            ladder = self.network.forward(parameters, text)[:, :, -1].softmax(2).cumsum(2)
            chosen = (ladder < self._chance[:, :, place : place + 1]).sum(2, keepdim=True)
            chosen = chosen.clamp_max(self.problem.classes - 1)
            if self.problem.filler is not None:  # what is over stays so
                chosen = chosen.masked_fill(text[:, :, -1:] == self.problem.filler, self.problem.filler)
            text = torch.cat([text, chosen], 2)
        return text


def build(problem: Problem) -> tuple[NextWord, list[Phase]]:
    """The learner and its one phase."""
    learner, source = NextWord(problem), problem.shuffled(problem.parts["train"])
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size)]
