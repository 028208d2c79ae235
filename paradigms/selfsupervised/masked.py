"""Experience with holes: rows of a text, in each of which one word is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import PROBED
from paradigms.engine.rows import Batches

AHEAD = 256
"""Draws whose random numbers are made at once."""
LARGEST = 2**31
"""Random numbers lie below it."""


@dataclass(frozen=True)
class Hidden:
    """Codes x [R, B, T] with a hole each; the word y [R, B, 1] that was there; the hole's place [R, B, 1]."""

    x: Tensor
    y: Tensor
    place: Tensor


def draws(generator: np.random.Generator, *shape: int) -> np.ndarray:
    """Random numbers that choose words to be hidden."""
    return generator.integers(LARGEST, size=shape)


class Mask:
    """Hides one word of each row behind the code `code`; the first code of a row, and fillers, stay."""

    def __init__(self, code: int, filler: int | None) -> None:
        self.code, self.filler = code, filler

    def hide(self, x: Tensor, drawn: np.ndarray) -> Hidden:
        """Rows x [R or 1, B, T], each without the word that `drawn` [R, B] chooses."""
        chance = torch.from_numpy(drawn).to(x.device)
        words = x.shape[2] - 1 if self.filler is None else (x[:, :, 1:] != self.filler).sum(2).clamp_min(1)
        place = 1 + (chance % words).unsqueeze(2)
        x = x.expand(len(place), -1, -1)
        return Hidden(x.scatter(2, place, self.code), x.gather(2, place), place)


class Masked:
    """Batches of rows with a hole each; where it is hangs on the replica's identity and the draw alone."""

    def __init__(self, rows: Batches, mask: Mask) -> None:
        self.rows, self.mask, self.batch_size = rows, mask, rows.batch_size
        self._held: tuple[int, np.ndarray] = -1, np.empty(0)

    @property
    def samples(self) -> int:
        """Rows seen."""
        return self.rows.samples

    def draw(self, parameters: object) -> Hidden:
        """The next rows, whatever the learner is like."""
        block, turn = divmod(self.rows.samples // self.batch_size, AHEAD)
        if self._held[0] != block:
            drawn = self.rows.streams.stack(lambda g: draws(g, AHEAD, self.batch_size), "hidden", block)
            self._held = block, drawn
        return self.mask.hide(self.rows.draw(parameters).x, self._held[1][:, turn])

    def probe(self, *counter: int) -> Hidden:
        """Rows to measure on."""
        drawn = self.rows.streams.stack(lambda g: draws(g, PROBED), "hidden probe", *counter)
        return self.mask.hide(self.rows.probe(*counter).x, drawn)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Where the rows are."""
        return self.rows.state()

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave."""
        self.rows.restore(tensors, plain)
