"""Centres walking to their clusters."""

from __future__ import annotations

import numpy as np

from ...drawing import plane as drawn
from ...films import plane
from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Array, Pictures

MOST = 24
"""No more centres than this are drawn one by one."""


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`walk` [M, K, 2], `centres` [M, K, d], `assigned` [M, V] or `counts`, `changed` [M], `sizes` [M, K]."""
    about = plane.named(learner) | {"shape": learner.data.get("image_shape")}
    about["features"] = learner.features()[:32]
    if pictures.has("plane_centres", "plane_axes"):
        walk = drawn.walk(learner, pictures)
        about["ends"] = [float(end) for end in pictures.take("plane_axes").ravel()]
        pack.add("walk", walk, along=0)
        plane.rows(learner, pictures, about["ends"], pack)
    if "centres" in pictures:
        pack.add("centres", drawn.walk(learner, pictures, "centres")[:, :MOST], bits=8, along=0)
    if "assigned" in pictures:
        assigned = pictures.take("assigned").astype(int)
        pack.add("changed", changed(assigned))
        if "points" in pack:
            pack.whole("assigned", assigned)
    if "sizes" in pictures:
        pack.whole("sizes", pictures.take("sizes").astype(int))
    return about


def changed(assigned: Array) -> Array:
    """The share of rows [M] whose cluster is another than at the recorded moment before."""
    if not assigned.shape[1]:
        return np.zeros(len(assigned))
    moved = (assigned[1:] != assigned[:-1]).mean(axis=1)
    return np.concatenate([[0.0], moved])
