"""Points that are made of noise, better and better, and their way back from it."""

from __future__ import annotations

import numpy as np

from ...films import plane
from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Array, Pictures
from .plates import stray

POINTS = 120
"""Of each stage, so that the page stays small."""
MADE = 300
"""Of what is made at each moment."""


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`made` [M, V, 2] and `stages` [M, S, V, 2], far ones at the edge, `stray` [M]; `points` or `counts`."""
    about = plane.named(learner)
    if not pictures.has("generated", "plane_axes"):
        return about
    ends = [float(end) for end in pictures.take("plane_axes").ravel()]
    about["ends"] = ends
    plane.rows(learner, pictures, ends, pack)
    pack.add("made", _within(pictures.take("generated").astype(float)[:, :MADE], ends), bits=8, along=0)
    if "plane_points" in pictures:
        held = pictures.take("plane_points").astype(float)
        pack.add("stray", np.array([stray(one, held) for one in pictures.take("generated").astype(float)]))
    if "condensing" in pictures:
        stages = pictures.take("condensing").astype(float)[:, :, :POINTS]
        pack.add("stages", _within(stages, ends), bits=8)
    return about


def _within(points: Array, ends: list[float]) -> Array:
    """Points [..., 2] drawn to the edge of twice the frame where they lie beyond it."""
    x0, x1, y0, y1 = ends
    wide, high = x1 - x0, y1 - y0
    points[..., 0] = points[..., 0].clip(x0 - wide / 2, x1 + wide / 2)
    points[..., 1] = points[..., 1].clip(y0 - high / 2, y1 + high / 2)
    return points
