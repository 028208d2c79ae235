"""Components turning until the pictures come back."""

from __future__ import annotations

import numpy as np

from ...films import plane
from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Array, Pictures

MOST = 16
"""No more components than this are drawn; reconstructions use all of them."""


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`components` [M, k, d], `explained` [M, k], `reference` [k], and pictures or points beside them."""
    about: Json = {"shape": learner.data.get("image_shape")}
    about["features"] = learner.features()[:32]
    if "components" in pictures:
        components = turned(pictures.take("components").astype(float))
        pack.add("components", components[:, :MOST], bits=8, along=0)
        _rebuilt(learner, pictures, components, pack)
    if "explained" in pictures:
        pack.add("explained", pictures.take("explained").astype(float), along=0)
    if "reference_explained" in pictures:
        pack.add("reference", pictures.take("reference_explained").astype(float))
    if "rebuilt" not in pack and "plane_points" in pictures:
        about |= _points(learner, pictures, pack)
    return about


def turned(components: Array) -> Array:
    """The sign of a component means nothing: each is turned to agree with itself at the moment after."""
    found = components.copy()
    for moment in range(len(found) - 2, -1, -1):
        against = (found[moment] * found[moment + 1]).sum(axis=-1) < 0
        found[moment, against] *= -1
    return found


def _rebuilt(learner: Shown, pictures: Pictures, components: Array, pack: Pack) -> None:
    """A few test pictures and what comes back of them [M, n, d]; never of a person's own data."""
    if learner.aggregate or not learner.data.get("image_shape") or not pictures.has("originals", "mean"):
        return
    mean = pictures.take("mean").astype(float)
    away = pictures.take("originals").astype(float) - mean
    rebuilt = mean + np.einsum("nd,mkd,mke->mne", away, components, components)
    low, high = (mean + away).min(), (mean + away).max()
    pack.add("originals", mean + away, bits=8)
    pack.add("rebuilt", np.clip(rebuilt, low, high), bits=8, along=0)


def _points(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    points = pictures.take("plane_points").astype(float)
    ends = plane.ends_of(points[-1])
    if learner.aggregate:
        pack.whole("counts", np.array([plane.counts(np.nan_to_num(one), ends) for one in points]))
        return {"ends": ends}
    pack.add("points", points, along=0, levels=4096)
    names: list[str] = []
    if "plane_labels" in pictures:
        labels = pictures.take("plane_labels").astype(int)
        pack.whole("labels", labels)
        names = learner.classes(int(labels.max(initial=0)) + 1)
    return {"ends": ends, "names": names}
