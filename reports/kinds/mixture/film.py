"""Clouds that move, turn and stretch until they share the points."""

from __future__ import annotations

from ...drawing import plane as drawn
from ...films import plane
from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`walk` [M, K, 2], `clouds` [M, K, 3] (variances and covariance), `shares` [M, K], `assigned` [M, V]."""
    about = plane.named(learner)
    if not pictures.has("plane_centres", "plane_clouds", "cloud_shares", "plane_axes"):
        return about
    about["ends"] = [float(end) for end in pictures.take("plane_axes").ravel()]
    pack.add("walk", drawn.walk(learner, pictures), along=0)
    clouds = pictures.take("plane_clouds").astype(float)
    pack.add("clouds", clouds.reshape(*clouds.shape[:2], 4)[..., [0, 1, 3]], along=0)
    pack.add("shares", pictures.take("cloud_shares").astype(float), along=0)
    plane.rows(learner, pictures, about["ends"], pack)
    if "points" in pack and "assigned" in pictures:
        pack.whole("assigned", pictures.take("assigned").astype(int))
    return about
