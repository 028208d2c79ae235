"""Panel 4, what it has learned: one module for each kind of picture.

A module has `plates(learner, shots)`; a new `view` of a learner is one more line here.
"""

from __future__ import annotations

from collections.abc import Callable

from ..comparison import Shown
from ..plate import Plate
from ..snapshots import Snapshots
from . import classification, kmeans, pca, regression, reinforcement

_VIEWS: dict[str, Callable[[Shown, Snapshots], list[Plate]]] = {
    "regression": regression.plates,
    "classification": classification.plates,
    "kmeans": kmeans.plates,
    "pca": pca.plates,
    "dqn": reinforcement.plates,
}


def plates(learner: Shown) -> list[Plate]:
    """The pictures of what this learner has learned, as far as its arrays were recorded."""
    shots = learner.snapshots
    view = _VIEWS.get(str(learner.spec.get("view")))
    if shots is None or view is None:
        return []
    return view(learner, shots)
