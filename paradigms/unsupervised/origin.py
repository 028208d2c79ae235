"""Where squares are counted from: ‖x − c‖² by ‖x‖² − 2 x·c + ‖c‖² holds only near zero.

Far from it, at timestamps or coordinates of maps, the difference is smaller than the squares are rounded.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.linalg import vector_norm

FAR = 100.0
"""Times the mean square about their mean that the square of this mean must be for points to lie far."""


def origin(points: Tensor) -> Tensor:
    """The mean [R, 1, d] of points [R, N, d] where they lie far from zero, elsewhere zero itself.

    Less zero, no number changes by a bit. What is far needs no exact spread: the difference of two mean
    squares loses only digits that do not count here.
    """
    middle = points.mean(1, keepdim=True)
    square = middle.square().sum((1, 2))
    spread = vector_norm(points, dim=(1, 2)).square() / points.shape[1] - square
    far = (square > FAR * spread) | square.isinf()
    return torch.where(far.view(-1, 1, 1), middle, 0.0)
