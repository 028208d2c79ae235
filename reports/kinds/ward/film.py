"""Clusters becoming one, in the plane and in the tree of merges."""

from __future__ import annotations

import numpy as np

from ...drawing import plane as drawn
from ...films import plane
from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures
from .hierarchy import merges
from .plates import clusters_of


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`walk` [M, K, 2], `assigned` [M, V], `merges` [T, 6] (feet, height, cluster) of the last T merges."""
    about = plane.named(learner)
    if not pictures.has("plane_centres", "plane_axes"):
        return about
    about["ends"] = [float(end) for end in pictures.take("plane_axes").ravel()]
    pack.add("walk", drawn.walk(learner, pictures), along=0)
    plane.rows(learner, pictures, about["ends"], pack)
    if "points" in pack and "assigned" in pictures:
        pack.whole("assigned", pictures.take("assigned").astype(int))
    if "branches" in pictures:
        made = merges(pictures.take("branches").astype(float), clusters_of(pictures))
        lines = [[*merge.left, *merge.right, merge.height, merge.cluster] for merge in made]
        pack.add("merges", np.array(lines))
    return about
