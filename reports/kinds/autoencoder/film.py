"""Rows coming back, and the errors of normal and odd ones parting."""

from __future__ import annotations

import numpy as np

from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures
from .plates import caught, counted, left_out


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`normal`, `odd` [M, B] (shares by error), `limit`, `caught` [M]; `originals`, `rebuilt` [M, E, d]."""
    about: Json = {"shape": learner.data.get("image_shape"), "odd": left_out(learner, pictures)}
    if pictures.has("errors_normal", "errors_odd", "threshold"):
        normal, odd, edges = counted(pictures)
        about["wide"] = float(edges[-1])
        limits, errors = pictures.take("threshold").astype(float).ravel(), pictures.take("errors_odd")
        pack.add("normal", normal, along=0)
        pack.add("odd", odd, along=0)
        pack.add("limit", limits)
        pack.add("caught", np.array([caught(one, limit) for one, limit in zip(errors, limits, strict=True)]))
    if pictures.has("originals", "rebuilt") and about["shape"] and not learner.aggregate:
        pack.add("originals", pictures.take("originals").astype(float), bits=8)
        pack.add("rebuilt", pictures.take("rebuilt").astype(float), bits=8, along=0)
    return about
