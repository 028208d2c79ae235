"""Dropout: at every update each hidden unit is silent with some probability (Srivastava et al. 2014).

Who is silent hangs on the replica's identity, the update's number, the layer and the place alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from paradigms.engine.streams import Streams, splitmix

BITS = 32
"""Of a random number that are compared with the share."""
LAYERS, LOOKS = 32, 2
"""More than any network has; gradients of one moment. The counter goes by (update, look, layer)."""


class Dropout:
    """Masks for R replicas; `share` is that of silent units, one number or one for each replica.

    `update` is how many updates are done, which the network's `settle` counts; `look` tells apart gradients
    that are taken at one moment.
    """

    def __init__(self, share: float | Sequence[float], streams: Streams, device: torch.device) -> None:
        shares = list(share) if isinstance(share, Sequence) else [share] * len(streams.seeds)
        limits = torch.tensor([[round(one * 2**BITS)] for one in shares])
        self._roots, self._limits = streams.roots("dropout").to(device), limits.to(device)
        self._louder = [1 / (1 - one) for one in shares]
        self.update = self.look = 0

    def mask(self, layer: int, like: Tensor) -> Tensor:
        """What the outputs [R, B, out] of a layer are multiplied by: 0, or 1 / (1 − share)."""
        roots, limits = self._roots.to(like.device), self._limits.to(like.device)
        counter = (self.update * LOOKS + self.look) * LAYERS + layer
        own = splitmix(roots, torch.full_like(roots, counter))
        places = torch.arange(like.shape[1] * like.shape[2], device=like.device)
        random = splitmix(own, places) & (2**BITS - 1)
        louder = like.new_tensor(self._louder).view(-1, 1, 1)
        return (random >= limits).view(like.shape) * louder
