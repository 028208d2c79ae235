"""What pictures keep of a person's own rows unless these were asked for: nothing that is a row.

Rows, and what was made of them, are left out. A centre that lies on a row, as all do that k-means++ chose,
has no place before it has moved. Where rows have no more features than the plane has axes, their places in
it are the rows themselves: there each lies in the middle of its square, one of those the page counts in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.runs.pictures import MARGIN, PICTURES, SQUARES

CENTRES = ("centres", "plane_centres")

Arrays = dict[str, np.ndarray]


def shown(arrays: Mapping[str, np.ndarray]) -> Arrays:
    """Those that hold no row; a picture that the catalogue does not know could be anything."""
    return {name: array for name, array in arrays.items() if name in PICTURES and not PICTURES[name].own}


def scene(learner: Learner[Any], width: int) -> Arrays:
    """What does not change in training, of rows of `width` numbers."""
    return _squared(shown(learner.scene()), width)


def view(learner: Learner[Any], parameters: Parameters, width: int) -> Arrays:
    """What a moment looks like, of rows of `width` numbers."""
    found = _squared(shown(learner.view(parameters)), width)
    still = learner.on_rows(parameters)
    if still is not None:
        for name in (one for one in CENTRES if one in found):
            found[name] = np.where(still[:, :, None], np.nan, found[name]).astype(found[name].dtype)
    return found


def _squared(arrays: Arrays, width: int) -> Arrays:
    points = arrays.get("plane_points")
    if points is None or width > points.shape[2]:
        return arrays
    points, ends = points.astype(np.float64), arrays.get("plane_axes")
    if ends is None:
        low, high = points.min(1), points.max(1)
        room = MARGIN * np.maximum(high - low, 1e-9)
        low, high = low - room, high + room
    else:
        low, high = ends[:, 0::2], ends[:, 1::2]
    side = ((high - low) / SQUARES)[:, None]
    middles = low[:, None] + (np.floor((points - low[:, None]) / side) + 0.5) * side
    return arrays | {"plane_points": middles.astype(arrays["plane_points"].dtype)}
