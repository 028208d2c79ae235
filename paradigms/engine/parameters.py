"""Named parameters of R replicas, as views of one flat buffer [R, P]."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

Views = TypeVar("Views")


def width(shapes: Mapping[str, Sequence[int]]) -> int:
    """P, the numbers of one replica."""
    return sum(math.prod(shape) for shape in shapes.values())


class Parameters(Mapping[str, Tensor]):
    """A mapping name → [R, *shape], and the same numbers as one matrix, a row per replica.

    Update rules, norms, clipping and freezing work on `flat`; losses work on the names. Both are the
    same memory. The named tensors are autograd leaves.

    Args:
        shapes: name → shape of one replica's parameter.
        flat: [R, P], adopted without a copy; P is the sum of the shapes' sizes.
    """

    def __init__(self, shapes: Mapping[str, Sequence[int]], flat: Tensor) -> None:
        self.shapes = {name: tuple(shape) for name, shape in shapes.items()}
        self.flat = flat
        self._named = {name: view.detach().requires_grad_(True) for name, view in self.views(flat).items()}
        self._leaves = tuple(self._named.values())
        self._held: dict[object, Any] = {}

    @classmethod
    def stack(
        cls,
        shapes: Mapping[str, Sequence[int]],
        replicas: Sequence[Mapping[str, np.ndarray]],
        dtype: torch.dtype,
        device: torch.device,
    ) -> Parameters:
        """From one mapping name → array per replica."""
        flat = torch.empty(len(replicas), width(shapes), dtype=dtype)
        for row, one in zip(flat.numpy(), replicas, strict=True):
            np.concatenate([np.ravel(one[name]) for name in shapes], out=row, casting="same_kind")
        return cls(shapes, flat.to(device))

    def views(self, flat: Tensor) -> dict[str, Tensor]:
        """The same names over another flat buffer [R, P], as plain views [R, *shape]."""
        pieces = flat.split_with_sizes([math.prod(shape) for shape in self.shapes.values()], 1)
        named = zip(self.shapes.items(), pieces, strict=True)
        return {name: piece.view(len(flat), *shape) for (name, shape), piece in named}

    def held(self, make: Callable[[Parameters], Views]) -> Views:
        """What `make` makes of these parameters, once and for all: views, which follow the numbers.

        A dozen views a step took a twentieth of it.
        """
        if make not in self._held:
            self._held[make] = make(self)
        found: Views = self._held[make]
        return found

    def like(self, flat: Tensor) -> Parameters:
        """The same names over another flat buffer."""
        return Parameters(self.shapes, flat)

    def gradient(self, losses: Tensor) -> Tensor:
        """The gradient of every replica's loss, [R, P].

        Replicas share nothing, so the gradient of the sum is each replica's own gradient; zero for a
        parameter that this loss does not speak of.
        """
        gradients = torch.autograd.grad(losses.sum(), self._leaves, materialize_grads=True)
        return self.flatten(gradients).detach()  # an older PyTorch makes zeros that ask for a gradient

    def flatten(self, tensors: Sequence[Tensor]) -> Tensor:
        """Tensors [R, *shape] in the order of the names, as one [R, P]."""
        return torch.cat([tensor.reshape(len(tensor), -1) for tensor in tensors], dim=1)

    def mask(self, names: Sequence[str]) -> Tensor:
        """[P] with ones where a parameter of these names lies."""
        parts = [
            torch.full(
                (math.prod(shape),), float(name in names), dtype=self.flat.dtype, device=self.flat.device
            )
            for name, shape in self.shapes.items()
        ]
        return torch.cat(parts)

    def __reduce__(self) -> tuple[type[Parameters], tuple[Mapping[str, tuple[int, ...]], Tensor]]:
        """Names and numbers are one memory in a copy, too."""
        return Parameters, (self.shapes, self.flat)

    def __getitem__(self, name: str) -> Tensor:
        return self._named[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)
