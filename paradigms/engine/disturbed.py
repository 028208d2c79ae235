"""Experience whose inputs are disturbed: noise on every number, pictures and series a little shifted.

What is learned from is disturbed anew at every draw; what is measured on never is. A disturbance hangs on the
replica's identity and the draw's number alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.rows import Batches, Changed, Table


class Disturbed(Changed):
    """Batches of `rows`, with noise of size `noise` on every number, and shifted by `shift` places at most.

    Either is one number for each replica [R]. Rows are shifted along the `axes` of their `shape`, by another
    whole number along each; what is shifted out is lost, and what comes in is 0.
    """

    def __init__(
        self,
        rows: Batches,
        noise: Sequence[float],
        shift: Sequence[int],
        shape: tuple[int, ...],
        axes: Sequence[int],
    ) -> None:
        super().__init__(rows)
        self.noise, self.furthest = np.array(noise, np.float64), np.array(shift, np.int64)
        self.shape, self.axes = shape, axes

    def draw(self, parameters: object) -> Table:
        """The next rows x [R, B, d], disturbed."""
        number = self.rows.samples // self.batch_size
        batch = super().draw(parameters)
        x = batch.x.expand(len(self.noise), *batch.x.shape[1:])
        if self.furthest.any():
            x = self._shifted(x, number)
        if self.noise.any():
            drawn = self.rows.streams.stack(lambda g: g.normal(size=x.shape[1:]), "input noise", number)
            x = x + torch.as_tensor(drawn * self.noise[:, None, None], dtype=x.dtype, device=x.device)
        return replace(batch, x=x)

    def _shifted(self, x: Tensor, number: int) -> Tensor:
        size = (len(self.axes), x.shape[1])
        share = self.rows.streams.stack(lambda g: g.random(size), "input shift", number)
        furthest = self.furthest[:, None, None]
        steps = np.floor(share * (2 * furthest + 1)).astype(np.int64) - furthest
        seen = x.reshape(*x.shape[:2], *self.shape)
        for k, axis in enumerate(self.axes):
            seen = moved(seen, torch.from_numpy(steps[:, k]).to(x.device), axis)
        return seen.reshape(x.shape)


def moved(x: Tensor, steps: Tensor, axis: int) -> Tensor:
    """Examples x [R, B, ...], each moved by its `steps` [R, B] along an axis of its own, counted from 0.

    >>> import torch
    >>> moved(torch.tensor([[[1, 2, 3]]]), torch.tensor([[1]]), 0).tolist()
    [[[0, 1, 2]]]
    """
    length = x.shape[2 + axis]
    places = torch.arange(length, device=x.device) - steps.unsqueeze(2)
    aligned = [*x.shape[:2], *[1] * axis, length, *[1] * (x.ndim - 3 - axis)]
    there, places = (
        ((places >= 0) & (places < length)).view(aligned),
        places.clamp(0, length - 1).view(aligned),
    )
    return torch.where(there, x.gather(2 + axis, places.expand(x.shape)), 0)
