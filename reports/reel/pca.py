"""Components turning until the pictures come back."""

from __future__ import annotations

import numpy as np

from ..comparison import Shown
from ..folder import Json
from ..snapshots import Array, Snapshots
from ..views.classification import names_of
from ..words import squeezed
from . import plane
from .pack import Pack

MOST = 16
"""No more components than this are drawn; reconstructions use all of them."""


def film(learner: Shown, shots: Snapshots, pack: Pack) -> Json:
    """`components` [M, k, d], `explained` [M, k], `reference` [k], and pictures or points beside them."""
    about: Json = {"shape": learner.data.get("image_shape")}
    about["features"] = [squeezed(str(name), 18) for name in learner.data.get("features") or []][:32]
    if "components" in shots:
        components = turned(shots.take("components").astype(float))
        pack.add("components", components[:, :MOST], bits=8, along=0)
        _rebuilt(learner, shots, components, pack)
    if "explained" in shots:
        pack.add("explained", shots.take("explained").astype(float), along=0)
    if "reference_explained" in shots:
        pack.add("reference", shots.take("reference_explained").astype(float))
    if "rebuilt" not in pack and "plane_points" in shots:
        about |= _points(learner, shots, pack)
    return about


def turned(components: Array) -> Array:
    """The sign of a component means nothing: each is turned to agree with itself at the moment after."""
    found = components.copy()
    for moment in range(len(found) - 2, -1, -1):
        against = (found[moment] * found[moment + 1]).sum(axis=-1) < 0
        found[moment, against] *= -1
    return found


def _rebuilt(learner: Shown, shots: Snapshots, components: Array, pack: Pack) -> None:
    """A few held-out pictures and what comes back of them [M, n, d]; never of a person's own data."""
    if learner.aggregate or not learner.data.get("image_shape") or not shots.has("originals", "mean"):
        return
    mean = shots.take("mean").astype(float)
    away = shots.take("originals").astype(float) - mean
    rebuilt = mean + np.einsum("nd,mkd,mke->mne", away, components, components)
    low, high = (mean + away).min(), (mean + away).max()
    pack.add("originals", mean + away, bits=8)
    pack.add("rebuilt", np.clip(rebuilt, low, high), bits=8, along=0)


def _points(learner: Shown, shots: Snapshots, pack: Pack) -> Json:
    points = shots.take("plane_points").astype(float)
    ends = plane.ends_of(points[-1])
    if learner.aggregate:
        pack.whole("counts", np.array([plane.counts(np.nan_to_num(one), ends) for one in points]))
        return {"ends": ends}
    pack.add("points", points, along=0, levels=4096)
    names: list[str] = []
    if "plane_labels" in shots:
        labels = shots.take("plane_labels").astype(int)
        pack.whole("labels", labels)
        names = names_of(learner, int(labels.max(initial=0)) + 1)
    return {"ends": ends, "names": names}
