"""Blocks that look and think: a decoder, which sees no place ahead, or an encoder, which sees all."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor

from paradigms.networks import attention
from paradigms.networks.attention import WIDER, Shapes
from paradigms.networks.network import Network, some_at_a_time

ROOM = 2**18
"""Numbers of one replica's widest layer that are held at once where nothing is learned from them."""


class Blocks(Network):
    """Layers of blocks: what they are called and how they start follows from the shapes of each."""

    meaning = "logits"
    replayed = True
    costly = True

    @property
    @abstractmethod
    def pieces(self) -> list[Shapes]:
        """The shapes of each layer, from what is read to what is answered."""

    @property
    def layers(self) -> list[tuple[str, ...]]:
        return [tuple(shapes) for shapes in self.pieces]

    @property
    def shapes(self) -> Shapes:
        return {name: shape for shapes in self.pieces for name, shape in shapes.items()}

    @property
    def weights(self) -> tuple[str, ...]:
        """No gains, shifts and biases, and no embeddings."""
        return tuple(
            name for name, shape in self.shapes.items() if len(shape) > 1 and not attention.is_embedding(name)
        )

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        return attention.starts(self.shapes, generator)


class Transformer(Blocks):
    """R stacks of blocks that read codes and answer with logits of codes at every place.

    Args:
        symbols: how many codes may be read, a mask's among them.
        length: of a row, at most.
        hidden: the width of every block, each the same.
        outputs: how many codes may be answered.
        causal: no place looks at those after it.

    Raises:
        ValueError: blocks of different widths, or a width that the heads cannot share.
    """

    def __init__(
        self, symbols: int, length: int, hidden: Sequence[int], heads: int, outputs: int, causal: bool
    ) -> None:
        self.symbols, self.length, self.hidden = symbols, length, [int(w) for w in hidden]
        self.heads, self.outputs, self.causal = heads, outputs, causal
        self.width = shared_width(hidden, heads)
        """d, the numbers at each place."""

    @property
    def pieces(self) -> list[Shapes]:
        d = self.width
        blocks = [
            named(attention.looking(d) | attention.thinking(d), str(block))
            for block in range(1, len(self.hidden) + 1)
        ]
        first, last = (
            attention.embedding(self.symbols, self.length, d),
            attention.answering(d, self.outputs),
        )
        return [first, *blocks, last]

    @property
    def description(self) -> dict[str, Any]:
        own = ("symbols", "length", "hidden", "heads", "outputs", "causal")
        return {"kind": "transformer", **{name: getattr(self, name) for name in own}}

    def read(self, parameters: Mapping[str, Tensor], x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Logits [R, B, T, V] of codes [R or 1, B, T], and where each block looked, [R, B, heads, T, T]."""
        x = x.expand(len(parameters["words"]), -1, -1)
        h, looks = attention.embedded(parameters, x), list[Tensor]()
        mask = attention.ahead(x.shape[2], h) if self.causal else None
        for block in range(1, len(self.hidden) + 1):
            h, share = attention.look(parameters, str(block), h, self.heads, mask)
            h = attention.think(parameters, str(block), h)
            looks.append(share)
        return attention.answer(parameters, h), looks

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        each = max(1, ROOM // (self.length * max(WIDER * self.width, self.outputs)))
        return some_at_a_time(lambda rows: self.read(parameters, rows)[0], x, each)


def named(shapes: Shapes, of: str) -> Shapes:
    """With a block's name behind each."""
    return {name + of: shape for name, shape in shapes.items()}


def shared_width(hidden: Sequence[int], heads: int) -> int:
    """The one width of all blocks.

    Raises:
        ValueError: there are several, or the heads cannot share it.
    """
    widths = [int(width) for width in hidden]
    if len(set(widths)) != 1 or widths[0] % heads:
        raise ValueError(f"{heads} heads cannot share blocks of {', '.join(map(str, widths))}")
    return widths[0]
