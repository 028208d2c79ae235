"""k-means: centres that settle among the points.

Loss: L(c) = ½ mean min_k ‖x − c_k‖². Its gradient pulls each centre towards the points that are
nearest to it: ∂L/∂c_k = (n_k c_k − Σ_{x near k} x) / B. The curvature is n_k / B, so Newton's step
with the curvatures summed over batches is online k-means' 1/n_k step, and on all the rows it is
Lloyd's step (Bottou & Bengio 1995; Lloyd 1982; starts: Arthur & Vassilvitskii 2007).

A centre without points has neither gradient nor curvature. On a full pass it is moved onto a row
that lies farthest from its own centre, as scikit-learn does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paradigms.engine.devices import exact, numbers
from paradigms.engine.learner import Slope
from paradigms.engine.losses import mean
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table, Whole
from paradigms.engine.streamed import Streamed, total
from paradigms.engine.streams import Streams
from paradigms.engine.training import Phase
from paradigms.unsupervised.clustering import Clustering
from paradigms.unsupervised.origin import origin

TILE = 4096
"""Rows whose distances are held at once."""
SAMPLE = 20_000
"""Rows among which k-means++ chooses: beyond so many, drawn at random."""


def distances(x: Tensor, centres: Tensor) -> Tensor:
    """‖x − c‖² for x [R, N, d] and c [R, K, d]: [R, N, K], by one matrix product; exact near zero alone."""
    cross = x @ centres.transpose(1, 2)
    square = x.square().sum(2, keepdim=True) + centres.square().sum(2).unsqueeze(1)
    return (square - 2 * cross).clamp_min(0)


def tally(rows: Table, centres: Tensor, zero: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Distances² [R, N] to the nearest centre; how much is nearest to each [R, K], and its sum [R, K, d].

    A tile of rows at a time: the distances of a million rows to fifty centres do not fit any cache. Centres
    and sums are counted from `zero` [R, 1, d]; None where that is zero itself.
    """
    found, counts, sums = [], [], []
    for start in range(0, rows.rows, TILE):
        x = less(rows.x[:, start : start + TILE], zero)
        nearest = distances(x, centres).min(2)
        members = x.new_zeros(*nearest.indices.shape, centres.shape[1]).scatter_(
            2, nearest.indices.unsqueeze(2), 1.0
        )  # [R, T, K]
        if rows.weights is not None:
            members *= rows.weights[:, start : start + TILE].unsqueeze(2)
        found.append(nearest.values)
        counts.append(members.sum(1))
        sums.append(members.transpose(1, 2) @ x)
    return torch.cat(found, 1), total(counts), total(sums)


def less(x: Tensor, zero: Tensor | None) -> Tensor:
    """x [R, N, d] counted from `zero`; x itself where there is none."""
    return x if zero is None else x - zero


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], the nearest centre, and `distance` [R, N] to it, for rows x [R, N, d]."""
    centres = parameters["centres"]
    zero = origin(centres)
    nearest = distances(x - zero, centres - zero).argmin(2)
    # Not the root of the product's small differences: those lose half their digits near a centre.
    own = centres.gather(1, nearest.unsqueeze(2).expand(-1, -1, centres.shape[2]))
    return {"prediction": nearest, "distance": (x - own).norm(dim=2)}


class KMeans(Clustering):
    """R sets of K centres; reference: scikit-learn's KMeans, best of ten starts, on the same rows."""

    def __init__(self, problem: Problem) -> None:
        self.gather(problem)
        self._moves: tuple[Tensor, Tensor] | None = None
        zero = origin(self.train.x)
        self.zero = zero if bool(zero.any()) else None
        """Where squares are counted from, [R, 1, d]; None where that is zero itself for all replicas."""

    def assign(self, parameters: Parameters, x: Tensor) -> Tensor:
        return respond(parameters, x)["prediction"]

    def middles(self, parameters: Parameters) -> Tensor:
        return parameters["centres"].detach()

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"centres": (self.clusters, self.train.x.shape[2])}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        copy = min(replica, len(self.train.x) - 1)
        rows, weights = self._candidates(copy, generator)
        if self.problem.options.start == "random":
            share = None if weights is None else weights / weights.sum()
            return {"centres": rows[generator.choice(len(rows), self.clusters, replace=False, p=share)]}
        from sklearn.cluster import kmeans_plusplus

        seed = int(generator.integers(2**31 - 1))
        near = rows if self.zero is None else rows - numbers(self.zero[copy])
        chosen = kmeans_plusplus(near, self.clusters, sample_weight=weights, random_state=seed)[1]
        return {"centres": rows[chosen]}

    @property
    def read(self) -> int:
        """k-means++ looks at every row that it may choose; a random start at those it takes."""
        if self.problem.options.start == "random":
            return self.clusters
        return min(self.train.x.shape[1], max(SAMPLE, 20 * self.clusters))

    def _candidates(self, copy: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray | None]:
        """The rows that may become first centres, and their weights; of a million, not all."""
        x, weights = self.train.x[copy], self.train.weights
        if len(x) <= SAMPLE:
            return numbers(x), None if weights is None else numbers(weights[copy])
        drawn = torch.from_numpy(generator.integers(len(x), size=max(SAMPLE, 20 * self.clusters)))
        drawn = drawn.to(x.device)
        return numbers(x[drawn]), None if weights is None else numbers(weights[copy][drawn])

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        return mean(self._distances(batch.x, parameters["centres"]).amin(2), batch.weights) / 2

    def _distances(self, x: Tensor, centres: Tensor) -> Tensor:
        """‖x − c‖² [R, N, K], counted from where the rows lie, in the precision of x."""
        zero = None if self.zero is None else self.zero.to(x)
        return distances(less(x, zero), less(centres, zero))

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """The closed form: equal to autograd's, and the counts are the curvature."""
        centres, rows = less(parameters["centres"], self.zero), batch.x.shape[1]
        distance, counts, sums = tally(batch, centres, self.zero)
        share = counts.unsqueeze(2) / rows  # [R, K, 1]
        pull = share * centres - sums / rows
        whole = rows == self.train.rows
        self._moves = (share == 0, self._farthest(batch.x, distance)) if whole else None
        curvature = share.expand_as(centres).flatten(1)
        return Slope(mean(distance, batch.weights) / 2, pull.flatten(1), curvature)

    def _farthest(self, x: Tensor, distance: Tensor) -> Tensor:
        """The K rows farthest from their own centres, farthest first, [R, K, d]."""
        chosen = distance.topk(self.clusters).indices.unsqueeze(2)
        return x.expand(len(chosen), -1, -1).gather(1, chosen.expand(-1, -1, x.shape[2]))

    @torch.no_grad()
    def settle(self, parameters: Parameters, step: int) -> None:
        """After a full pass: empty centres onto the rows that lay farthest from their own centre."""
        if self._moves is None:
            return
        (empty, far), centres = self._moves, parameters["centres"]
        turn = (empty.cumsum(1) - 1).clamp_min(0).expand_as(centres)
        centres.copy_(torch.where(empty, far.gather(1, turn), centres))

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        centres = exact(parameters["centres"])
        each = [self._distances(exact(rows.x), centres).amin(2) for rows in self.parts[part].asked()]
        apart = self.problem.by_set("inertia", part, lambda: (each[0], None))
        return {"inertia": total([nearest.sum(1) for nearest in each]).cpu().numpy()} | apart

    @torch.no_grad()
    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        return {"empty_clusters": (self._sizes(parameters, "train") == 0).sum(1).cpu().numpy()}

    def _sizes(self, parameters: Parameters, part: str) -> Tensor:
        nearest = respond(parameters, self.parts[part].x)["prediction"]
        return functional.one_hot(nearest, self.clusters).sum(1)

    def baseline(self, part: str) -> np.ndarray:
        """One centre, the training mean."""
        asked = self.parts[part].asked()
        each = [(exact(rows.x) - self._middle).square().sum((1, 2)) for rows in asked]
        return self._all(total(each).cpu().numpy())

    @cached_property
    def _middle(self) -> Tensor:
        """The training mean, [R, 1, d]."""
        if not isinstance(self.train, Streamed):
            return exact(self.train.x).mean(1, keepdim=True)
        return total([exact(rows.x).sum(1, keepdim=True) for rows in self.train.all()]) / self.train.rows

    def reference(self, part: str) -> np.ndarray:
        centres = torch.as_tensor(self._best_of_ten(), device=self.train.x.device)
        each = [self._distances(exact(rows.x), centres).amin(2).sum(1) for rows in self.parts[part].asked()]
        return self._all(total(each).cpu().numpy())

    @cache  # noqa: B019 - a learner lives as long as its study
    def _best_of_ten(self) -> np.ndarray:
        from sklearn import cluster
        from threadpoolctl import threadpool_limits

        found, streams = [], self.problem.streams
        if self.problem.options.all_data and len(self.train.x) == 1:
            streams = Streams(streams.study, (0,))  # of rows that all share, it hangs on no replica
        for replica, rows in enumerate(self.train.x.cpu().numpy()):
            seed = streams.seed(replica, "reference")
            model = cluster.KMeans(self.clusters, n_init=10, random_state=seed)
            with threadpool_limits(torch.get_num_threads()):
                found.append(model.fit(rows.astype(np.float64)).cluster_centers_)
        return np.stack(found)

    def _all(self, scores: np.ndarray) -> np.ndarray:
        return np.broadcast_to(scores, len(self.problem.streams.seeds)).copy()

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        centres = parameters["centres"].detach()
        return {
            "centres": centres.float().cpu().numpy(),
            "plane_centres": self.plane.project(centres).float().cpu().numpy(),
            "assigned": self.assigned(parameters),
            "sizes": self._sizes(parameters, "test").cpu().numpy().astype(np.int32),
        }


def build(problem: Problem) -> tuple[KMeans, list[Phase]]:
    """Mini-batches for a tenth of the budget, then full passes until the centres stand still.

    Of rows on the disk mini-batches alone, whose 1/n_k steps come near the same centres in one pass.
    """
    learner = KMeans(problem)
    batches = problem.shuffled(learner.train)
    if isinstance(learner.train, Streamed):
        return learner, [problem.phase(learner, batches, problem.budget // batches.batch_size)]
    return learner, problem.batches_then_passes(learner, batches, Whole(learner.train, problem.streams))
