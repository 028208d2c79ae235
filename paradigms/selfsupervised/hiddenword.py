"""The hidden word: a text with a hole, and which word it was (BERT; Devlin et al. 2019).

Loss: L(θ) = −mean log p_θ(hidden word | all the others). Nobody labels: what was hidden is the answer.
One word a row is hidden, at every update another, behind a mark of its own; the gradient pulls the word that
was there up and all others down. Where the paper hides 15 % of the words at once, a fifth of them otherwise,
here it is one of a row, always by the mark.
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
from paradigms.engine.training import Phase
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.transformer import Transformer
from paradigms.selfsupervised.language import Corpus, respond, shown, transformer
from paradigms.selfsupervised.masked import Hidden, Mask, Masked, draws

__all__ = ["build", "respond"]
GUESSED = 3
"""Guesses that the pictures show."""


class HiddenWord(NetworkLearner[Hidden]):
    """R encoders; reference: the likeliest word by the grammar, where it is known, else by the neighbours."""

    network: Transformer
    replayed = True

    def __init__(self, problem: Problem) -> None:
        self.corpus, self.parts = Corpus(problem), problem.parts
        self.mask = Mask(problem.classes, problem.filler)
        self.hold(problem, transformer(problem, masks=1, causal=False))
        self._held: dict[str, Hidden] = {}

    def holes(self, part: str) -> Hidden:
        """Every row of a part, with the same word hidden at every look."""
        if part not in self._held:
            table = self.parts[part]
            drawn = self.problem.streams.stack(lambda g: draws(g, table.rows), "hidden in " + part)
            self._held[part] = self.mask.hide(table.x, drawn)
        return self._held[part]

    def named(self, logits: Tensor, place: Tensor) -> Tensor:
        """Of logits [R, B, T, V] those at the holes, [R, B, 1, V]."""
        return logits.gather(2, place.unsqueeze(3).expand(-1, -1, -1, logits.shape[3]))

    def loss(self, parameters: Parameters, batch: Hidden) -> Tensor:
        logits = self.network.practise(parameters, batch.x)
        return cross_entropy(self.named(logits, batch.place), batch.y)

    def slope(self, parameters: Parameters, batch: Hidden) -> Slope:
        def pull(logits: Tensor) -> tuple[Tensor, Tensor]:
            losses, own = cross_entropy_pull(self.named(logits, batch.place), batch.y)
            where = batch.place.unsqueeze(3).expand_as(own)
            return losses, torch.zeros_like(logits).scatter_(2, where, own)

        return self.network.slope(parameters, batch.x, pull)

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        rows, holes = self.asked(part).shape[1], self.holes(part)
        logits = self.network.forward(parameters, holes.x[:, :rows])
        guess = self.named(logits, holes.place[:, :rows]).argmax(3)
        return {"accuracy": _share(guess, holes.y[:, :rows])}

    def baseline(self, part: str) -> np.ndarray:
        """The word that is most often hidden in the training part."""
        hidden = self.holes("train").y.flatten(1)
        commonest = torch.stack([row.bincount(minlength=self.problem.classes).argmax() for row in hidden])
        return _share(commonest.view(-1, 1, 1), self.holes(part).y)

    def reference(self, part: str) -> np.ndarray:
        known, holes = self.problem.known.get(part, {}).get("guess"), self.holes(part)
        if known is None:
            return self.rivals(part)["the two neighbours"]
        return _share(torch.from_numpy(known).to(holes.place.device).gather(2, holes.place), holes.y)

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """The word that stood most often between the same two in the training part."""
        each = [self._between(part, replica) for replica in self.problem.streams.replicas]
        return {"the two neighbours": np.array(each)}

    def _between(self, part: str, replica: int) -> float:
        x, y, _ = self.corpus.arrays("train", replica)
        line = np.hstack([x, y[:, -1:]])
        triples, often = np.unique(
            np.stack([line[:, :-2], line[:, 2:], line[:, 1:-1]]).reshape(3, -1), axis=1, return_counts=True
        )
        best: dict[tuple[int, int], int] = {}
        for place in np.argsort(often, kind="stable"):  # the commonest last, so that it stays
            left, right, word = triples[:, place].tolist()
            best[left, right] = word
        x, y, _ = self.corpus.arrays(part, replica)
        line, places = np.hstack([x, y[:, -1:]]), self.holes(part).place[replica, :, 0].tolist()
        return float(np.mean([
            best.get((row[place - 1], row[place + 1])) == row[place]
            for row, place in zip(line.tolist(), places, strict=True)
        ]))  # fmt: skip

    def manner(self) -> dict[str, int | None]:
        return self.corpus.manner()

    def scene(self) -> dict[str, np.ndarray]:
        holes = self.holes("test")
        return {
            "holed": shown(holes.x).cpu().numpy().astype(np.int32),
            "hidden": shown(holes.y)[:, :, 0].cpu().numpy().astype(np.int32),
            "holes": shown(holes.place)[:, :, 0].cpu().numpy().astype(np.int32),
        }

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """The likeliest words in some holes, how likely each is; where the last block looks from there."""
        holes = self.holes("test")
        x, place = shown(holes.x), shown(holes.place)
        logits, looks = self.network.read(parameters, x)
        sure, guesses = self.named(logits, place).softmax(3).squeeze(2).topk(min(GUESSED, logits.shape[3]))
        where = place[:, :, None, :, None].expand(-1, -1, self.network.heads, -1, x.shape[2])
        return {
            "guesses": guesses.cpu().numpy().astype(np.int32),
            "sure": sure.float().cpu().numpy(),
            "looks": looks[-1].gather(3, where).squeeze(3).float().cpu().numpy(),
        }


def _share(guess: Tensor, hidden: Tensor) -> np.ndarray:
    """How many of guesses [R, N or 1, 1] are what is hidden [R, N, 1], [R]."""
    return numbers((guess == hidden).flatten(1)).mean(1)


def build(problem: Problem) -> tuple[HiddenWord, list[Phase]]:
    """The learner and its one phase."""
    learner, rows = HiddenWord(problem), problem.shuffled(problem.parts["train"])
    return learner, [problem.phase(learner, Masked(rows, learner.mask), problem.budget // rows.batch_size)]
