"""An encoder that reads a line and a decoder that writes another, looking back at what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from paradigms.networks import attention
from paradigms.networks.attention import WIDER, Shapes
from paradigms.networks.network import some_at_a_time
from paradigms.networks.transformer import ROOM, Blocks, named, shared_width


class EncoderDecoder(Blocks):
    """R encoders and decoders (Vaswani et al. 2017): logits of each code of an answer, those before it known.

    A row holds the line that is read and, behind it, what was written so far, begun with a code of its own.

    Args:
        symbols: how many codes may be read and written; the start of writing is one more.
        length: of the line that is read.
        answer: of the line that is written, at most.
        hidden: the width of every block of the encoder, and as many of the decoder, each the same.

    Raises:
        ValueError: blocks of different widths, or a width that the heads cannot share.
    """

    def __init__(self, symbols: int, length: int, answer: int, hidden: Sequence[int], heads: int) -> None:
        self.symbols, self.length, self.answer = symbols, length, answer
        self.hidden, self.heads, self.width = [int(w) for w in hidden], heads, shared_width(hidden, heads)

    @property
    def pieces(self) -> list[Shapes]:
        d, blocks = self.width, range(1, len(self.hidden) + 1)
        looking, asking, thinking = attention.looking(d), attention.asking(d), attention.thinking(d)
        return [
            named(attention.embedding(self.symbols, self.length, d), "_read"),
            *(named(looking | thinking, f"_read{block}") for block in blocks),
            named(attention.embedding(self.symbols + 1, self.answer, d), "_write"),
            *(named(looking | asking | thinking, f"_write{block}") for block in blocks),
            attention.answering(d, self.symbols),
        ]

    @property
    def description(self) -> dict[str, Any]:
        own = ("symbols", "length", "answer", "hidden", "heads")
        return {"kind": "encoder-decoder", **{name: getattr(self, name) for name in own}}

    def read(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """What stays of lines x [R or 1, B, S] when they are read, [R, B, S, d]."""
        h = attention.embedded(parameters, x.expand(len(parameters["gain"]), -1, -1), "_read")
        for block in range(1, len(self.hidden) + 1):
            h, _ = attention.look(parameters, f"_read{block}", h, self.heads, None)
            h = attention.think(parameters, f"_read{block}", h)
        return h

    def write(
        self, parameters: Mapping[str, Tensor], memory: Tensor, begun: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        """Logits [R, B, T, V] of what follows each code begun; where blocks asked, [R, B, heads, T, S]."""
        h, asked = attention.embedded(parameters, begun, "_write"), list[Tensor]()
        mask = attention.ahead(begun.shape[2], h)
        for block in range(1, len(self.hidden) + 1):
            h, _ = attention.look(parameters, f"_write{block}", h, self.heads, mask)
            h, share = attention.ask(parameters, f"_write{block}", h, memory, self.heads)
            h = attention.think(parameters, f"_write{block}", h)
            asked.append(share)
        return attention.answer(parameters, h), asked

    def started(self, x: Tensor, y: Tensor) -> Tensor:
        """Lines x [R or 1, B, S] with answers y [R, B, U] behind them, one place late: for `forward`."""
        start = torch.full_like(y[:, :, :1], self.symbols)
        return torch.cat([x.expand(len(y), -1, -1), start, y[:, :, :-1]], 2)

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        each = max(1, ROOM // (self.length * max(WIDER * self.width, self.symbols)))

        def answer(rows: Tensor) -> Tensor:
            rows = rows.expand(len(parameters["gain"]), -1, -1)
            read, begun = rows[:, :, : self.length], rows[:, :, self.length :]
            return self.write(parameters, self.read(parameters, read), begun)[0]

        return some_at_a_time(answer, x, each)

    @torch.no_grad()
    def translate(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """The likeliest code after those it has written itself, again and again: [R, N, U]."""
        memory = self.read(parameters, x)
        line = torch.full_like(memory[..., :1, 0], self.symbols, dtype=torch.int64)
        for _ in range(self.answer):
            following = self.write(parameters, memory, line)[0][:, :, -1:].argmax(3)
            line = torch.cat([line, following], 2)
        return line[:, :, 1:]
