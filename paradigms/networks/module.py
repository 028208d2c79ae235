"""A network of a person's own: any torch.nn.Module, for all replicas at once.

`torch.func` calls it with each replica's numbers; its gradient is autograd's. It must answer by its
parameters and buffers alone: what draws random numbers or watches its inputs while it learns (Dropout,
BatchNorm) could not be repeated for a replica alone, nor gone on with, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn, vmap
from torch.func import functional_call
from torch.nn.parameter import is_lazy

from paradigms.errors import UsageError
from paradigms.networks.network import Meaning, Network

Factory = Callable[[int, int], nn.Module]
"""Inputs (the width of a row) and outputs → a module that leads from [B, inputs] to [B, outputs]."""
LAYERS = 31
"""Layers of which the gradient can be recorded apart."""
ROWS = 64
"""That it is asked to answer before it may learn."""
PLAIN = "Leave that out, or use --model mlp, which has --dropout and --norm."


class Module(Network):
    """R modules that `factory` makes, each from its replica's own stream. `model` is what a person typed."""

    def __init__(self, factory: Factory, model: str, inputs: int, outputs: int, meaning: Meaning) -> None:
        self.factory, self.model, self.inputs, self.outputs = factory, model, inputs, outputs
        self.meaning = meaning
        self._one = self._made(0)
        self._buffers = tuple(name for name, _ in self._one.named_buffers())
        self._check()

    def _made(self, seed: int) -> nn.Module:
        """A module; PyTorch's own random numbers are afterwards what they were."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            try:
                made: object = self.factory(self.inputs, self.outputs)
                if isinstance(made, nn.Module) and any(map(is_lazy, made.parameters())):
                    made(torch.zeros(2, self.inputs))  # which tells it its sizes
            except Exception as error:
                said = f"{type(error).__name__}: {error}".splitlines()[0]
                hint = "It is called with the width of a row and the number of outputs."
                raise UsageError(
                    f"--model {self.model}({self.inputs}, {self.outputs}) raised {said}.", hint
                ) from error
        if not isinstance(made, nn.Module):
            raise UsageError(f"--model {self.model} made a {type(made).__name__}, not a torch.nn.Module.")
        return made

    def _check(self) -> None:
        """Raises unless it has something to learn, and answers rows as it must."""
        if not any(True for _ in self._one.parameters()):
            raise UsageError(f"--model {self.model} has no parameters, so there is nothing to learn.")
        numbers = {name: held.detach().unsqueeze(0) for name, held in self._named(self._one).items()}
        before = {name: held.clone() for name, held in numbers.items()}
        first, again = (self._tried(numbers, seed) for seed in (0, 1))
        if tuple(first.shape) != (1, ROWS, self.outputs):
            shape, asked = tuple(first.shape[1:]), (ROWS, self.outputs)
            raise UsageError(f"--model {self.model} answers {ROWS} rows in the shape {shape}, not {asked}.")
        if not all(torch.equal(numbers[name], held) for name, held in before.items()):
            raise UsageError(f"--model {self.model} changes a buffer whenever it is asked.", PLAIN)
        if strange := [name for name, buffer in self._one.named_buffers() if not buffer.is_floating_point()]:
            raise UsageError(f"--model {self.model} keeps {strange[0]}, a buffer of no real numbers.", PLAIN)
        if not torch.equal(first, again):
            raise UsageError(f"--model {self.model} draws random numbers while it learns.", PLAIN)

    @torch.no_grad()
    def _tried(self, numbers: Mapping[str, Tensor], seed: int) -> Tensor:
        """What it answers some rows while it learns."""
        rows = torch.linspace(-1, 1, ROWS * self.inputs).view(1, ROWS, self.inputs)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            try:
                return self.practise(numbers, rows)
            except Exception as error:
                said = f"{type(error).__name__}: {error}".splitlines()[0]
                raise UsageError(
                    f"--model {self.model} cannot answer rows of {self.inputs}: {said}."
                ) from error

    @staticmethod
    def _named(module: nn.Module) -> dict[str, Tensor]:
        """Parameters, then buffers."""
        return {**dict(module.named_parameters()), **dict(module.named_buffers())}

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: tuple(held.shape) for name, held in self._named(self._one).items()}

    @property
    def layers(self) -> list[tuple[str, ...]]:
        """The parameters of each part that has some of its own."""
        parts: dict[str, tuple[str, ...]] = {}
        for name, _ in self._one.named_parameters():
            part = name.rpartition(".")[0]
            parts[part] = (*parts.get(part, ()), name)
        return [*parts.values()][:LAYERS]

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(name for name, held in self._one.named_parameters() if held.dim() > 1)

    @property
    def statistics(self) -> tuple[str, ...]:
        """Buffers stay what they were made as."""
        return self._buffers

    @property
    def description(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("model", "inputs", "outputs", "meaning")}
        return {"kind": "module", **own}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """As the factory makes it, with PyTorch's generator at `streams.seed(replica, "start")`."""
        made = self._made(int(generator.integers(2**31 - 1)))
        start = {name: held.detach().double().cpu().numpy() for name, held in self._named(made).items()}
        if {name: array.shape for name, array in start.items()} != self.shapes:
            raise UsageError(f"--model {self.model} makes another network each time it is called.")
        return start

    def _answer(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """Of all replicas at once on a graphics card; on a processor one by one.

        There `vmap` hardly gains, ten small networks twice the speed and convolutions none, and how it rounds
        (a convolution, a sigmoid, an attention) hangs on how many replicas there are.
        """
        own = {name: parameters[name] for name in self.shapes}
        rows = x.expand(len(next(iter(own.values()))), -1, -1)
        if rows.is_cuda:
            together: Tensor = vmap(self._call, randomness="error")(own, rows)
            return together
        each = [self._call({name: held[r] for name, held in own.items()}, row) for r, row in enumerate(rows)]
        return torch.stack(each)

    def _call(self, numbers: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """One replica's answers."""
        answer: Tensor = functional_call(self._one, dict(numbers), (x,))
        return answer

    def forward(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        self._one.eval()
        return self._answer(parameters, x)

    def practise(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        self._one.train()
        return self._answer(parameters, x)
