"""Attention: every place looks at others and takes what it is looking for (Vaswani et al. 2017).

    look    h ← h + attend(norm(h)) W,            a place looks at the places of its own row
    ask     h ← h + attend(norm(h), memory) W,    at those of another, which an encoder has read
    think   h ← h + relu(norm(h) W + b) W′ + b′,  each place by itself

    attend  softmax(q kᵀ / √e + mask) v, for each of some heads of e numbers

The norm comes first, so that a gradient finds a way past every block (Xiong et al. 2020). A piece is its
shapes and its function; blocks are made of pieces, whose parameters have the block's number behind their
names. Attention is two products over all replicas, rows and heads at once; a replica keeps its bits in any
company.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.networks.layer import Layer

Shapes = dict[str, tuple[int, ...]]
WIDER = 4
"""How many times as wide as its input the hidden layer of `think` is."""
EMBEDDED = 0.02
"""Deviation of the first embeddings."""


def looking(d: int) -> Shapes:
    """Of `look`."""
    return {
        "gain_look": (d,),
        "shift_look": (d,),
        "look": (d, 3 * d),
        "bias_look": (3 * d,),
        "take": (d, d),
        "bias_take": (d,),
    }


def asking(d: int) -> Shapes:
    """Of `ask`."""
    return {
        "gain_ask": (d,),
        "shift_ask": (d,),
        "ask": (d, d),
        "bias_ask": (d,),
        "recall": (d, 2 * d),
        "bias_recall": (2 * d,),
        "give": (d, d),
        "bias_give": (d,),
    }


def thinking(d: int) -> Shapes:
    """Of `think`."""
    wide = WIDER * d
    return {
        "gain_think": (d,),
        "shift_think": (d,),
        "widen": (d, wide),
        "bias_widen": (wide,),
        "narrow": (wide, d),
        "bias_narrow": (d,),
    }


def embedding(symbols: int, length: int, d: int) -> Shapes:
    """Of `embedded`."""
    return {"words": (symbols, d), "places": (length, d)}


def answering(d: int, outputs: int) -> Shapes:
    """Of `answer`."""
    return {"gain": (d,), "shift": (d,), "weight": (d, outputs), "bias": (outputs,)}


def is_embedding(name: str) -> bool:
    """Whether a parameter of that name is one row a word or a place."""
    return name.startswith(("words", "places"))


def starts(shapes: Mapping[str, tuple[int, ...]], generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Embeddings N(0, 0.02²), matrices U(±1/√fan in), gains 1, the rest 0."""
    start: dict[str, np.ndarray] = {}
    for name, shape in shapes.items():
        if is_embedding(name):
            start[name] = generator.normal(0, EMBEDDED, shape)
        elif len(shape) > 1:
            start[name] = generator.uniform(-(shape[0] ** -0.5), shape[0] ** -0.5, shape)
        else:
            start[name] = np.ones(shape) if name.startswith("gain") else np.zeros(shape)
    return start


def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """[R, B, T, i] → [R, B, T, o] by weights [R, i, o] and a bias [R, o]."""
    return Layer.made(weight, bias)(x.flatten(1, 2)).reshape(*x.shape[:3], -1)


def norm(x: Tensor, gain: Tensor, shift: Tensor) -> Tensor:
    """[R, B, T, d] to mean 0 and variance 1 at every place, then scaled and shifted by [R, d]."""
    return torch.addcmul(shift[:, None, None], functional.layer_norm(x, x.shape[3:]), gain[:, None, None])


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """What is found [N, T, e], and how much was looked at where [N, T, S]; `mask` [T, S] is added."""
    across, scale = k.transpose(1, 2), q.shape[2] ** -0.5
    looked = torch.bmm(q * scale, across) if mask is None else torch.baddbmm(mask, q, across, alpha=scale)
    share = looked.softmax(2)
    return torch.bmm(share, v), share


def ahead(steps: int, like: Tensor) -> Tensor:
    """The mask [T, T] under which no place sees those after it."""
    return torch.full((steps, steps), -torch.inf, dtype=like.dtype, device=like.device).triu(1)


def embedded(p: Mapping[str, Tensor], x: Tensor, of: str = "") -> Tensor:
    """The numbers at every place of codes [R, B, T]: [R, B, T, d]."""
    words, (replicas, rows, steps) = p["words" + of], x.shape
    first = torch.arange(0, replicas * words.shape[1], words.shape[1], device=x.device)
    flat = functional.embedding((x + first.view(-1, 1, 1)).flatten(), words.flatten(0, 1))
    return flat.view(replicas, rows, steps, -1) + p["places" + of][:, None, :steps]


def look(
    p: Mapping[str, Tensor], of: str, h: Tensor, heads: int, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Block `of`'s look at its own row; and where each head looked, [R, B, heads, T, T]."""
    seen = linear(norm(h, p["gain_look" + of], p["shift_look" + of]), p["look" + of], p["bias_look" + of])
    q, k, v = seen.chunk(3, 3)
    found, share = _by_heads(q, k, v, heads, mask)
    return h + linear(found, p["take" + of], p["bias_take" + of]), share


def ask(p: Mapping[str, Tensor], of: str, h: Tensor, memory: Tensor, heads: int) -> tuple[Tensor, Tensor]:
    """Block `of`'s look at a memory [R, B, S, d]; and where each head looked, [R, B, heads, T, S]."""
    asked = linear(norm(h, p["gain_ask" + of], p["shift_ask" + of]), p["ask" + of], p["bias_ask" + of])
    recalled = linear(memory, p["recall" + of], p["bias_recall" + of])
    k, v = recalled.chunk(2, 3)
    found, share = _by_heads(asked, k, v, heads, None)
    return h + linear(found, p["give" + of], p["bias_give" + of]), share


def think(p: Mapping[str, Tensor], of: str, h: Tensor) -> Tensor:
    """Block `of`'s hidden layer."""
    wide = linear(norm(h, p["gain_think" + of], p["shift_think" + of]), p["widen" + of], p["bias_widen" + of])
    return h + linear(torch.relu(wide), p["narrow" + of], p["bias_narrow" + of])


def answer(p: Mapping[str, Tensor], h: Tensor) -> Tensor:
    """Logits [R, B, T, V]."""
    return linear(norm(h, p["gain"], p["shift"]), p["weight"], p["bias"])


def _by_heads(q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """Attention of each head with its part of the width; q [R, B, T, d], k and v [R, B, S, d]."""
    replicas, rows, steps, _ = q.shape

    def apart(x: Tensor) -> Tensor:  # [R B heads, ·, e]
        return x.reshape(replicas, rows, x.shape[2], heads, -1).transpose(2, 3).flatten(0, 2)

    found, share = attend(apart(q), apart(k), apart(v), mask)
    together = found.view(replicas, rows, heads, steps, -1).transpose(2, 3).flatten(3)
    return together, share.view(replicas, rows, heads, steps, -1)
