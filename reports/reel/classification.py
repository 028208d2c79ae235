"""The plane among the classes, and which class is taken for which."""

from __future__ import annotations

from ..comparison import Shown
from ..folder import Json
from ..snapshots import Snapshots
from ..views.classification import names_of
from . import plane
from .pack import Pack


def film(learner: Shown, shots: Snapshots, pack: Pack) -> Json:
    """`surface` and `sureness` [M, G, G], `points` with `labels` or `counts`, `confusion` [M, C, C]."""
    about = plane.named(learner)
    classes = len(learner.data.get("classes") or [])
    if shots.has("surface", "sureness", "plane_axes"):
        surface = shots.take("surface").astype(int)
        classes = max(classes, int(surface.max()) + 1)
        pack.whole("surface", surface)
        pack.add("sureness", shots.take("sureness").astype(float), bits=8, levels=64)
        about["ends"] = [float(end) for end in shots.take("plane_axes").ravel()]
        plane.rows(learner, shots, about["ends"], pack)
    if "plane_labels" in shots and "points" in pack:
        labels = shots.take("plane_labels").astype(int)
        classes = max(classes, int(labels.max(initial=0)) + 1)
        pack.whole("labels", labels)
    if "confusion" in shots:
        counts = shots.take("confusion").astype(int)
        classes = max(classes, counts.shape[-1])
        pack.whole("confusion", counts, along=0)
    return {**about, "names": names_of(learner, classes)}
