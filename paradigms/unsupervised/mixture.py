"""A mixture of Gaussians by gradient: clouds of any direction and width that share the points.

Loss: L(θ) = −mean log Σ_k π_k N(x; μ_k, (L_kᵀ L_k)⁻¹), π a softmax, L_k lower triangular with a positive
diagonal: a root of the precision, so that no step leaves the mixtures there are. With responsibilities r_k
= P(k | x), its gradient pulls every mean towards the points by their share in it, −mean r_k L_kᵀ L_k (x −
μ_k); a point between two clouds pulls on both. k-means is the limit of narrow round clouds, where every r
is 0 or 1. The reference goes the usual way to the same optimum, expectation–maximisation (Dempster, Laird &
Rubin 1977), which has no step size.

No cloud may be narrower than `NARROWEST` of the rows' own spread: on a single point the likelihood has no
bound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import exact, numbers
from paradigms.engine.learner import Slope
from paradigms.engine.losses import mean
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table
from paradigms.engine.training import Phase
from paradigms.unsupervised.clustering import Clustering

NARROWEST = 0.02
"""Share of the rows' standard deviation below which no cloud's own may fall."""


def roots(parameters: Mapping[str, Tensor]) -> Tensor:
    """L [R, K, d, d], lower triangular; its diagonal is kept by logarithm."""
    kept = parameters["roots"]
    return kept.tril(-1) + torch.diag_embed(kept.diagonal(dim1=2, dim2=3).exp())


def standing(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """L_k (x − μ_k), where rows x [R or 1, N, d] stand in each cloud: [R, K, N, d]."""
    away = x.unsqueeze(1) - parameters["means"].unsqueeze(2)
    across = roots(parameters).transpose(2, 3)
    if x.shape[2] == 1:  # a product with one column rounds by how many replicas there are
        return away * across
    return (away.flatten(0, 1) @ across.flatten(0, 1)).view(away.shape)


def joint(parameters: Mapping[str, Tensor], stand: Tensor) -> Tensor:
    """log π_k N(x; k) [R, K, N] of rows that stand there."""
    kept = parameters["roots"].diagonal(dim1=2, dim2=3).sum(2) - stand.shape[3] / 2 * math.log(2 * math.pi)
    shares = parameters["shares"].log_softmax(1)
    return (shares + kept).unsqueeze(2) - stand.square().sum(3) / 2


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], the likeliest cloud, and `log_density` [R, N], for rows x [R, N, d]."""
    each = joint(parameters, standing(parameters, x))
    return {"prediction": each.argmax(1), "log_density": each.logsumexp(1)}


class Mixture(Clustering):
    """R mixtures of K Gaussians; reference: scikit-learn's EM, best of five starts, on the same rows."""

    replayed = True

    def __init__(self, problem: Problem) -> None:
        self.gather(problem)
        self.spread = np.stack([_spread(rows) for rows in numbers(self.train.x)])
        """The standard deviation of every column, [R or 1, d]."""
        self.limit = torch.from_numpy(-np.log(NARROWEST * self.spread)).to(self.train.x)

    def assign(self, parameters: Parameters, x: Tensor) -> Tensor:
        return respond(parameters, x)["prediction"]

    def middles(self, parameters: Parameters) -> Tensor:
        return parameters["means"].detach()

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        width = self.train.x.shape[2]
        return {
            "shares": (self.clusters,),
            "means": (self.clusters, width),
            "roots": (self.clusters, width, width),
        }

    @property
    def weights(self) -> tuple[str, ...]:
        return ()

    @property
    def read(self) -> int:
        """Every row, for k-means++."""
        return self.train.rows

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """Equal shares, rows that k-means++ chooses, and each 1/K as wide as all rows together."""
        from sklearn.cluster import kmeans_plusplus

        copy = min(replica, len(self.train.x) - 1)
        rows, seed = numbers(self.train.x[copy]), int(generator.integers(2**31 - 1))
        narrow = np.diag(-np.log(self.spread[copy] / self.clusters))
        return {
            "shares": np.zeros(self.clusters),
            "means": kmeans_plusplus(rows, self.clusters, random_state=seed)[0],
            "roots": np.broadcast_to(narrow, (self.clusters, *narrow.shape)),
        }

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        each = joint(parameters, standing(parameters, batch.x))
        return -mean(each.logsumexp(1), batch.weights)

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """The closed form, by responsibilities."""
        rows, stand = batch.x.shape[1], standing(parameters, batch.x)
        each = joint(parameters, stand)
        told = each.logsumexp(1)
        counts = torch.full_like(told, 1 / rows) if batch.weights is None else batch.weights / rows
        share = (each - told.unsqueeze(1)).exp() * counts.unsqueeze(1)  # r_k / N, [R, K, N]
        total, whole, root = share.sum(2), counts.sum(1, keepdim=True), roots(parameters)
        pulled = share.unsqueeze(3) * stand
        away = batch.x.unsqueeze(1) - parameters["means"].unsqueeze(2)
        means = -(root * pulled.sum(2).unsqueeze(3)).sum(2)
        bent = _outer(pulled, away)
        along = bent.diagonal(dim1=2, dim2=3) * root.diagonal(dim1=2, dim2=3) - total.unsqueeze(2)
        bent = bent.tril(-1) + torch.diag_embed(along)
        shares = whole * parameters["shares"].softmax(1) - total
        return Slope(-mean(told, batch.weights), parameters.flatten([shares, means, bent]))

    @torch.no_grad()
    def settle(self, parameters: Parameters, step: int) -> None:
        """No cloud is narrower than it may be."""
        diagonal = parameters["roots"].diagonal(dim1=2, dim2=3)
        diagonal.copy_(diagonal.minimum(self.limit.to(diagonal.device).unsqueeze(1)))

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        known = {name: exact(parameter) for name, parameter in parameters.items()}
        told = respond(known, exact(self.parts[part].x))["log_density"]
        return {"log_likelihood": numbers(told).mean(1)}

    def baseline(self, part: str) -> np.ndarray:
        """One Gaussian."""
        return self._scored(self._one(), part)

    def reference(self, part: str) -> np.ndarray:
        return self._scored(self._expected(), part)

    def _scored(self, models: list[Any], part: str) -> np.ndarray:
        rows = zip(models, numbers(self.parts[part].x), strict=True)
        return np.resize([model.score(x) for model, x in rows], len(self.problem.streams.seeds))

    @cache  # noqa: B019 - a learner lives as long as its study
    def _one(self) -> list[Any]:
        return [self._fitted(1, 1, 0, copy, x) for copy, x in enumerate(numbers(self.train.x))]

    @cache  # noqa: B019 - a learner lives as long as its study
    def _expected(self) -> list[Any]:
        streams = self.problem.streams
        return [
            self._fitted(self.clusters, 5, streams.seed(copy, "reference"), copy, x)
            for copy, x in enumerate(numbers(self.train.x))
        ]

    def _fitted(self, clusters: int, starts: int, seed: int, copy: int, x: np.ndarray) -> Any:
        """EM with about the same bound on how narrow a cloud may be, on rows [N, d]."""
        from sklearn.mixture import GaussianMixture
        from threadpoolctl import threadpool_limits

        floor = float(np.square(NARROWEST * self.spread[copy]).mean())
        model = GaussianMixture(clusters, n_init=starts, random_state=seed, reg_covar=floor, max_iter=1000)
        with threadpool_limits(torch.get_num_threads()):
            return model.fit(x)

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """Middles, shares and shadows of the clouds in the plane, and the likeliest cloud of each row."""
        means = parameters["means"]
        axes = self.plane.axes.unsqueeze(1).expand(len(means), self.clusters, -1, -1)
        half = torch.linalg.solve_triangular(roots(parameters).mT, axes, upper=True)  # L⁻ᵀ A
        shadow = half.mT @ half
        return {
            "plane_centres": self.plane.project(means).float().cpu().numpy(),
            "plane_clouds": shadow.float().cpu().numpy(),
            "cloud_shares": parameters["shares"].softmax(1).float().cpu().numpy(),
            "assigned": self.assigned(parameters),
        }


def _spread(rows: np.ndarray) -> np.ndarray:
    """The standard deviation of every column of rows [N, d]; columns that never change have a small one."""
    spread = rows.std(0)
    return np.maximum(spread, NARROWEST * np.sqrt(np.square(spread).mean()))


def _outer(left: Tensor, right: Tensor) -> Tensor:
    """Σ_n l_n r_nᵀ of [R, K, N, d]: [R, K, d, d]."""
    if right.shape[3] == 1:  # as in `standing`
        return (left * right).sum(2, keepdim=True)
    return left.transpose(2, 3) @ right


def build(problem: Problem) -> tuple[Mixture, list[Phase]]:
    """The learner and its one phase."""
    learner = Mixture(problem)
    source = Shuffled(learner.train, problem.options.batch_size, problem.streams)
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size)]
