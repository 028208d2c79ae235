"""Recurrent networks: a state is carried from step to step, and the last one answers.

    rnn     h ← φ(W x + U h + b)                                           Elman 1990
    lstm    c ← f c + i g,  h ← o tanh(c)                                  Hochreiter & Schmidhuber 1997
    gru     h ← (1 − z) n + z h,  n = tanh(W x + b + r (U h + b′))         Cho et al. 2014

The gates i, f, o, r and z are sigmoids of W x + U h + b, g a tanh of it; all as torch.nn has them. The
gradient of a rnn travels back through a product of Uᵀ φ′, one for each step, and fades or explodes with it; a
gate that is open lets it through as it is.

States lie as [R, h, B], so that a gate of [R, k h, B] is one block of memory for each replica: with the batch
in the middle it would be strided slices, and twice as slow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from paradigms.networks import starts
from paradigms.networks.activations import ACTIVATIONS, gate
from paradigms.networks.layer import Layer
from paradigms.networks.network import Meaning, Network, some_at_a_time

ROOM = 2**18
"""Numbers of one replica's gates, over all steps, held at once where nothing is learned from them."""


class Carried(NamedTuple):
    """What leads from state to state: W [R, k h, C], U [R, k h, h], b [R, k h] and a gru's b′ [R, h]."""

    into: Tensor
    across: Tensor
    bias: Tensor
    beside: Tensor | None = None

    def driven(self, x: Tensor) -> Tensor:
        """W x + b for every step of x [R, C, T, B]: [R, k h, T, B]."""
        replicas, channels, steps, rows = x.shape
        flat = torch.baddbmm(self.bias.unsqueeze(2), self.into, x.reshape(replicas, channels, steps * rows))
        return flat.view(replicas, -1, steps, rows)

    def blank(self, x: Tensor) -> Tensor:
        """The state before the first step, [R, h, B]."""
        return x.new_zeros(len(self.across), self.across.shape[2], x.shape[3])


def rnn(carried: Carried, x: Tensor, activation: str = "tanh") -> list[Tensor]:
    """The states [R, h, B] after each step of x [R, C, T, B]."""
    state, states = carried.blank(x), []
    for drive in carried.driven(x).unbind(2):
        state = ACTIVATIONS[activation].of(torch.baddbmm(drive, carried.across, state))
        states.append(state)
    return states


def lstm(carried: Carried, x: Tensor, activation: str = "tanh") -> list[Tensor]:
    """The same by input, forget, cell and output gates."""
    state = kept = carried.blank(x)
    states, sizes = [], [carried.across.shape[2]] * 4
    for drive in carried.driven(x).unbind(2):
        told, forget, cell, out = torch.baddbmm(drive, carried.across, state).split_with_sizes(sizes, 1)
        kept = torch.addcmul(gate(forget) * kept, gate(told), torch.tanh(cell))
        state = gate(out) * torch.tanh(kept)
        states.append(state)
    return states


def gru(carried: Carried, x: Tensor, activation: str = "tanh") -> list[Tensor]:
    """The same by reset and update gates and a candidate.

    The sums of both kinds are apart before the first step: else gradients of their parts are joined at each.
    """
    assert carried.beside is not None
    state, states, sizes = carried.blank(x), [], [2 * carried.beside.shape[1], carried.beside.shape[1]]
    beside = carried.beside.unsqueeze(2)
    of_gates, of_candidate = carried.across.split_with_sizes(sizes, 1)
    drives = (part.unbind(2) for part in carried.driven(x).split_with_sizes(sizes, 1))
    for gates, candidate in zip(*drives, strict=True):
        reset, update = gate(torch.baddbmm(gates, of_gates, state)).chunk(2, 1)
        offered = torch.baddbmm(beside, of_candidate, state)
        state = torch.lerp(torch.tanh(torch.addcmul(candidate, reset, offered)), state, update)
        states.append(state)
    return states


class Cell(NamedTuple):
    """How states follow each other, and how many blocks of h numbers that takes."""

    states: Callable[[Carried, Tensor, str], list[Tensor]]
    blocks: int


CELLS = {"rnn": Cell(rnn, 1), "gru": Cell(gru, 3), "lstm": Cell(lstm, 4)}


def steps_of(shape: Sequence[int], inputs: int) -> tuple[int, int]:
    """Steps and channels: those of a sequence; the lines of an image; one number a step of a plain row.

    >>> steps_of((50, 2), 100), steps_of((8, 6), 48), steps_of((3, 8, 6), 144), steps_of((), 10)
    ((50, 2), (8, 6), (24, 6), (10, 1))
    """
    channels = shape[-1] if len(shape) > 1 else 1
    return inputs // channels, channels


class Recurrent(Network):
    """R networks of one or more layers of states, read by a linear map from the last state of the last layer.

    Args:
        cell: `rnn`, `gru` or `lstm`.
        shape: of an example, which lies flat in its row.
        hidden: the width of each layer's state.
        activation: of a rnn.
        init: of what leads from state to state, block by block; the rest starts as in torch.nn.
        scale: a factor on all of it, one or one for each replica.
    """

    replayed = True
    costly = True

    def __init__(
        self,
        cell: str,
        shape: Sequence[int],
        inputs: int,
        hidden: Sequence[int],
        outputs: int,
        meaning: Meaning = "numbers",
        activation: str = "tanh",
        init: str = "uniform",
        scale: float | Sequence[float] = 1.0,
    ) -> None:
        self.cell, self.shape, self.inputs, self.outputs = cell, tuple(shape), inputs, outputs
        self.hidden, self.meaning, self.activation = [int(w) for w in hidden], meaning, activation
        self.init, self.scale = init, scale
        self.steps, self.channels = steps_of(self.shape, inputs)
        self.blocks = CELLS[cell].blocks

    @property
    def depth(self) -> int:
        """Layers, the last, linear one included."""
        return len(self.hidden) + 1

    @property
    def layers(self) -> list[tuple[str, ...]]:
        own = ("into", "across", "bias", *(["beside"] if self.cell == "gru" else []))
        hidden = [tuple(f"{name}{layer}" for name in own) for layer in range(1, self.depth)]
        return [*hidden, (f"weight{self.depth}", f"bias{self.depth}")]

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        named: dict[str, tuple[int, ...]] = {}
        wide = self.channels
        for names, h in zip(self.layers[:-1], self.hidden, strict=True):
            k = self.blocks * h
            named |= dict(zip(names, ((k, wide), (k, h), (k,), (h,)), strict=False))
            wide = h
        return named | dict(zip(self.layers[-1], ((wide, self.outputs), (self.outputs,)), strict=True))

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(name for name in self.shapes if name.startswith(("into", "across", "weight")))

    @property
    def description(self) -> dict[str, Any]:
        own = ("cell", "shape", "inputs", "hidden", "outputs", "meaning", "activation")
        return {"kind": "recurrent", **{name: getattr(self, name) for name in own}}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """U(±1/√h) as torch.nn, with a lstm's forget gate open (bias 1, Jozefowicz et al. 2015)."""
        start: dict[str, np.ndarray] = {}
        for names, h in zip(self.layers, [*self.hidden, self.hidden[-1]], strict=True):
            start |= {name: generator.uniform(-(h**-0.5), h**-0.5, self.shapes[name]) for name in names}
        for layer, h in enumerate(self.hidden, start=1):
            if self.init != "uniform":
                drawn = [starts.DRAWS[self.init](generator, h, h)[0].T for _ in range(self.blocks)]
                start[f"across{layer}"] = np.concatenate(drawn)
            if self.cell == "lstm":
                start[f"bias{layer}"][h : 2 * h] += 1.0
        scale = self.scale[replica] if isinstance(self.scale, Sequence) else self.scale
        return {name: array * scale for name, array in start.items()}

    def states(self, parameters: Mapping[str, Tensor], x: Tensor) -> list[Tensor]:
        """Of the last layer after each step, [R, h, B] each, for rows x [R or 1, B, d]."""
        replicas = len(parameters["across1"])
        x = x.expand(replicas, -1, -1).view(replicas, x.shape[1], self.steps, self.channels)
        x, found = x.permute(0, 3, 2, 1), list[Tensor]()
        for layer in range(1, self.depth):
            x = x if layer == 1 else torch.stack(found, dim=2)
            names = (f"into{layer}", f"across{layer}", f"bias{layer}", f"beside{layer}")
            carried = Carried(*(parameters[name] for name in names if name in parameters))
            found = CELLS[self.cell].states(carried, x, self.activation)
        return found

    def _read(self, parameters: Mapping[str, Tensor], state: Tensor) -> Tensor:
        return Layer.of(parameters, self.depth)(state.transpose(1, 2).contiguous())

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        each = max(1, ROOM // (self.steps * self.blocks * max(self.hidden)))
        return some_at_a_time(lambda rows: self._read(parameters, self.states(parameters, rows)[-1]), x, each)

    def view(self, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, np.ndarray]:
        """`through_time` [R, T]: how strongly the answers to x hang on the state after each step."""
        with torch.enable_grad():
            own = {name: held.detach().requires_grad_() for name, held in parameters.items()}
            states = self.states(own, x)
            answer = self._read(own, states[-1]).amax(2).sum()
        pulls = torch.autograd.grad(answer, states)
        return {"through_time": torch.stack([pull.norm(dim=1).mean(1) for pull in pulls], 1).cpu().numpy()}
