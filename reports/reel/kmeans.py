"""Centres walking to their clusters."""

from __future__ import annotations

import numpy as np

from ..comparison import Shown
from ..folder import Json
from ..snapshots import Array, Snapshots
from ..words import squeezed
from . import plane
from .pack import Pack

MOST = 24
"""No more centres than this are drawn one by one."""


def film(learner: Shown, shots: Snapshots, pack: Pack) -> Json:
    """`walk` [M, K, 2], `centres` [M, K, d], `assigned` [M, V] or `counts`, `changed` [M], `sizes` [M, K]."""
    about = plane.named(learner) | {"shape": learner.data.get("image_shape")}
    about["features"] = [squeezed(str(name), 18) for name in learner.data.get("features") or []][:32]
    if shots.has("plane_centres", "plane_axes"):
        walk = shots.take("plane_centres").astype(float)
        about["ends"] = [float(end) for end in shots.take("plane_axes").ravel()]
        pack.add("walk", walk, along=0)
        plane.rows(learner, shots, about["ends"], pack)
    if "centres" in shots:
        pack.add("centres", shots.take("centres")[:, :MOST].astype(float), bits=8, along=0)
    if "assigned" in shots:
        assigned = shots.take("assigned").astype(int)
        pack.add("changed", changed(assigned))
        if "points" in pack:
            pack.whole("assigned", assigned)
    if "sizes" in shots:
        pack.whole("sizes", shots.take("sizes").astype(int))
    return about


def changed(assigned: Array) -> Array:
    """The share of rows [M] whose cluster is another than at the recorded moment before."""
    if not assigned.shape[1]:
        return np.zeros(len(assigned))
    moved = (assigned[1:] != assigned[:-1]).mean(axis=1)
    return np.concatenate([[0.0], moved])
