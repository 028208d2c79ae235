"""No teacher: PCA on the same images, grouped by their components and matched to classes afterwards.

Learner and loss are `unsupervised.pca`'s, on batches recalled like everybody else's. Components are not
groups, so for the score alone the training rows are clustered in the space that the components span
(scikit-learn's KMeans), and those clusters are matched to classes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from sklearn import cluster
from threadpoolctl import threadpool_limits
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.training import Phase
from paradigms.supervised.grading import Grading
from paradigms.teachers.matching import Matched, called
from paradigms.unsupervised import pca
from paradigms.unsupervised.kmeans import distances
from paradigms.unsupervised.pca import PCA

STARTS = 3
"""Starts of the clustering of components."""


def _nearest(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    return distances(pca.respond(parameters, x)["component"], parameters["groups"]).argmin(2)


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], the class that the nearest group is called, and its `probability` of 0 or 1."""
    return called(_nearest(parameters, x), parameters["names"])


class Components(Matched, PCA):
    """R sets of components by which rows are grouped, and groups called after classes."""

    def __init__(self, problem: Problem) -> None:
        PCA.__init__(self, problem)
        self.grading = Grading(problem.parts, problem.classes)

    @property
    def groups(self) -> int:
        return self.grading.classes

    def grouped(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        known = {"components": parameters["components"].detach(), **PCA.constants(self)}
        where = pca.respond(known, self.problem.parts["train"].x)["component"]
        groups = np.stack([self._cluster(r, rows) for r, rows in enumerate(where)])
        return known | {"groups": self.problem.tensor(groups)}

    def _cluster(self, replica: int, rows: Tensor) -> np.ndarray:
        seed = self.problem.streams.seed(replica, "groups")
        model = cluster.KMeans(self.groups, n_init=STARTS, random_state=seed)
        with threadpool_limits(torch.get_num_threads()):
            return np.asarray(model.fit(numbers(torch.nan_to_num(rows))).cluster_centers_)

    def group(self, known: Mapping[str, Tensor], x: Tensor) -> Tensor:
        return _nearest(known, x)


def build(problem: Problem) -> tuple[Components, list[Phase]]:
    """Mini-batches only, like the others."""
    learner = Components(problem)
    source = Recalled(problem, learner.train)
    return learner, [problem.phase(learner, source, source.updates)]
