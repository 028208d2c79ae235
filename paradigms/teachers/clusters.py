"""No teacher: k-means on the same images, its clusters matched to classes afterwards.

Learner and loss are `unsupervised.kmeans`'s, with the 1/n_k step on batches recalled like everybody
else's.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.training import Phase
from paradigms.supervised.grading import Grading
from paradigms.teachers.matching import Matched, called
from paradigms.unsupervised import kmeans
from paradigms.unsupervised.kmeans import KMeans


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], the class that the nearest centre is called, and its `probability` of 0 or 1."""
    return called(kmeans.respond(parameters, x)["prediction"], parameters["names"])


class Clusters(Matched, KMeans):
    """R sets of centres that are called after classes."""

    def __init__(self, problem: Problem) -> None:
        KMeans.__init__(self, problem)
        self.grading = Grading(problem.parts, problem.classes)

    @property
    def groups(self) -> int:
        return self.clusters

    def grouped(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {"centres": parameters["centres"].detach()}

    def group(self, known: Mapping[str, Tensor], x: Tensor) -> Tensor:
        return kmeans.respond(known, x)["prediction"]


def build(problem: Problem) -> tuple[Clusters, list[Phase]]:
    """Mini-batches only, like the others."""
    learner = Clusters(problem)
    source = Recalled(problem, learner.train)
    return learner, [problem.phase(learner, source, source.updates)]
