"""Held-out rows in the plane: their places, or for a person's own data counts in squares."""

from __future__ import annotations

import numpy as np

from paradigms.runs.pictures import MARGIN, SQUARES

from ..drawing import plane
from ..reading.comparison import Shown
from ..reading.folder import Json
from ..reading.pictures import Array, Pictures
from .pack import Pack


def ends_of(points: Array) -> list[float]:
    """A frame around points [..., 2]: x0, x1, y0, y1."""
    flat = points.reshape(-1, 2)
    flat = flat[np.isfinite(flat).all(axis=1)]
    if not len(flat):
        return [0.0, 1.0, 0.0, 1.0]
    low, high = flat.min(axis=0), flat.max(axis=0)
    pad = MARGIN * np.maximum(high - low, 1e-9)
    return [float(end) for end in (low[0] - pad[0], high[0] + pad[0], low[1] - pad[1], high[1] + pad[1])]


def counts(points: Array, ends: list[float]) -> Array:
    """How many of points [V, 2] lie in each square [y, x] of the frame."""
    frame = [[ends[2], ends[3]], [ends[0], ends[1]]]
    return np.histogram2d(points[:, 1], points[:, 0], bins=SQUARES, range=frame)[0]


def rows(learner: Shown, pictures: Pictures, ends: list[float], film: Pack) -> None:
    """The rows that do not move: `points` [V, 2], or `counts` [y, x]."""
    if "plane_points" not in pictures:
        return
    points = pictures.take("plane_points").astype(float)
    if learner.aggregate:
        film.whole("counts", counts(points, ends))
        return
    film.add("points", points, levels=4096)


def named(learner: Shown) -> Json:
    """The plane in words and the names of its axes."""
    name = plane.name(learner)
    first, second = name.axes
    components = first.startswith("1st principal")
    axes = (
        "1st → 2nd ↑ principal component" if components else f"{first} →" + (f" {second} ↑" if second else "")
    )
    return {"plane": name.words, "axes": axes}
