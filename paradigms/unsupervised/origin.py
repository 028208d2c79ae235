"""Where squares are counted from: ‖x − c‖² by ‖x‖² − 2 x·c + ‖c‖² holds only near zero.

Far from it, at timestamps or coordinates of maps, the difference is smaller than the squares are rounded.
"""

from __future__ import annotations

import torch
from torch import Tensor

FAR = 100.0
"""Times the mean square about their mean that the square of this mean must be for points to lie far."""


def origin(points: Tensor) -> Tensor:
    """The mean [R, 1, d] of points [R, N, d] where they lie far from zero, elsewhere zero itself.

    Less zero, no number changes by a bit.
    """
    middle = points.mean(1, keepdim=True)
    spread = (points - middle).square().sum(2).mean(1)
    far = middle.square().sum((1, 2)) > FAR * spread
    return torch.where(far.view(-1, 1, 1), middle, 0.0)
