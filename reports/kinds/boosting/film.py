"""Errors drawing together as trees are added, and the questions that the trees ask."""

from __future__ import annotations

import numpy as np

from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures
from ...words import shortened
from .plates import counted, most_asked

FEATURES = 12


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`errors` [M, B], counts of held-out rows by how far they are off, and `asked` [M, F], shares."""
    about: Json = {"unit": shortened(str(learner.data.get("target") or "target"), 28)}
    if pictures.has("predicted", "true"):
        off = pictures.take("predicted").astype(float) - pictures.take("true").astype(float)
        counts, edges = counted(off)
        about["ends"] = [float(edges[0]), float(edges[-1])]
        pack.whole("errors", counts)
        pack.add("half", np.median(np.abs(off), axis=1))
    if "asked" in pictures:
        asked = pictures.take("asked").astype(float)
        chosen = most_asked(asked[-1], FEATURES)
        names = learner.features()
        about["features"] = [names[j] if j < len(names) else f"feature {j + 1}" for j in chosen]
        pack.add("asked", asked[:, chosen] / np.maximum(asked.sum(axis=1, keepdims=True), 1), along=0)
    return about
