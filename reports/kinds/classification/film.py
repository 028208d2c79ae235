"""The plane among the classes, and which class is taken for which."""

from __future__ import annotations

from ...films import plane
from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`surface` and `sureness` [M, G, G], `points` with `labels` or `counts`, `confusion` [M, C, C]."""
    about = plane.named(learner)
    classes = len(learner.data.get("classes") or [])
    if pictures.has("surface", "sureness", "plane_axes"):
        surface = pictures.take("surface").astype(int)
        classes = max(classes, int(surface.max()) + 1)
        pack.whole("surface", surface)
        pack.add("sureness", pictures.take("sureness").astype(float), bits=8, levels=64)
        about["ends"] = [float(end) for end in pictures.take("plane_axes").ravel()]
        plane.rows(learner, pictures, about["ends"], pack)
    if "plane_labels" in pictures and "points" in pack:
        labels = pictures.take("plane_labels").astype(int)
        classes = max(classes, int(labels.max(initial=0)) + 1)
        pack.whole("labels", labels)
    if "confusion" in pictures:
        counts = pictures.take("confusion").astype(int)
        classes = max(classes, counts.shape[-1])
        pack.whole("confusion", counts, along=0)
    return {**about, "names": learner.classes(classes)}
