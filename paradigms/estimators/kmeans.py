"""k-means in scikit-learn's manner."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.cluster import kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.sparsefuncs import mean_variance_axis
from torch import Tensor

from paradigms.engine import rules
from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table, Whole
from paradigms.engine.sparse import SparseTable, is_sparse
from paradigms.engine.streams import Streams
from paradigms.engine.training import Training
from paradigms.estimators.base import FLOATS, GradientEstimator, Watch, admitted, distinct, steady
from paradigms.estimators.pieces import piecewise
from paradigms.unsupervised import nearest
from paradigms.unsupervised.kmeans import less, tally
from paradigms.unsupervised.lloyd import Lloyd, Sums

STILL = 16
"""Centres that moved by no more roundings than these stand still."""


class Settled(Watch):
    """Ends a start whose centres together moved by no more than `limit`, in the unit of squares."""

    def __init__(self, limit: float, still: float, told: bool) -> None:
        super().__init__(still, told)
        self.limit = limit

    def stands(self, training: Training, row: Mapping[str, np.ndarray]) -> np.ndarray:
        return np.asarray((row["update_norm"] ** 2 <= self.limit) | super().stands(training, row))


class Online(Lloyd):
    """Rows that come a few at a time: slopes by their sum, and a centre that wins none stays where it is."""

    weight = 1.0
    """What the rows count together."""

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        losses, gradient, curvature = super().slope(parameters, batch)
        assert curvature is not None
        return Slope(losses, gradient * self.weight, curvature * self.weight)

    def _found(self, replica: int, centres: Tensor) -> Sums:
        """By one look at every row: none is asked again."""
        if isinstance(self.train, SparseTable):
            return super()._found(replica, centres)
        near = less(centres[None], self.zero)
        distance, counts, sums = tally(self.train, near, self.zero)
        if self.train.weights is not None:
            distance = distance * self.train.weights
        return float(distance.sum()), counts[0], sums[0]

    def settle(self, parameters: Parameters, step: int) -> None:
        """Nothing."""

    def _check(self) -> None:
        """Nothing: places for centres are found beforehand."""


class GradientKMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, GradientEstimator):
    """k-means: Newton's step on ½ Σ min_k ‖x − c_k‖², which on all the rows is Lloyd's.

    Each distinct row is taken once, in order, with the weight of its copies, so that neither order nor
    copies change what is drawn. `partial_fit` is online k-means: centres are running means.

    Args:
        n_clusters: K.
        init: `k-means++`, `random`, centres [K, d], or a function (X, n_clusters, random_state) → those.
        n_init: starts, as `replicas`; `auto` takes as many as that says.
        max_iter: passes over the rows.
        tol: a start ends when its centres together moved by no more than this share of the features' mean
            variance; with 0 when they moved by rounding alone.
        replicas: starts, trained at once; the one with the smallest inertia answers.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.
        verbose: whether the losses are printed.

    >>> model = GradientKMeans(2, random_state=0).fit([[0.0], [1.0], [9.0], [10.0]])
    >>> sorted(model.cluster_centers_.ravel().tolist()), float(model.inertia_)
    ([0.5, 9.5], 1.0)
    """

    name = "kmeans"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientEstimator._parameter_constraints,
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "init": [StrOptions({"k-means++", "random"}), callable, "array-like"],
        "n_init": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Any = "k-means++",
        n_init: Any = "auto",
        max_iter: int = 300,
        tol: float = 1e-4,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
        verbose: Any = False,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.replicas = replicas
        self.random_state = random_state
        self.device = device
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GradientKMeans:
        """Finds centres among the rows X [N, d], dense or sparse; y is ignored."""
        self._enter()
        x = admitted(self, X, dtype=FLOATS, accept_sparse="csr")
        weights = self._weights(sample_weight, x)
        problem = self._start_problem(x, weights)
        learner = Lloyd(problem)
        whole = Whole(problem.parts["train"], problem.streams)
        phase = problem.phase(learner, whole, self.max_iter, rules.Newton(memory=False))
        training = Training(learner, self._begin(problem, learner, x), [phase])
        watch = Settled(self.tol * _variance(x), STILL * float(np.finfo(x.dtype).eps), bool(self.verbose))
        self._train(training, watch, whole.table.rows)
        return self._tell(x, weights)

    @piecewise
    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GradientKMeans:
        """Moves each centre to the running mean of the rows it won; the first rows are where they start."""
        first = not hasattr(self, "parameters_")
        if first:
            self._enter()
        x = admitted(self, X, reset=first, dtype=FLOATS, accept_sparse="csr")
        weights, x = self._weights(sample_weight, x), self._as_fitted(x)
        seed = self._memory["seed"] if self._memory else self._seed()
        streams = Streams(seed, tuple(range(self._starts())))
        centres, counts = self._places(x, weights, streams)
        problem = self._task(self._table(x, None, weights), 1, seed)
        learner = Online(problem)
        learner.weight = float(x.shape[0] if weights is None else weights.sum())
        source = Whole(problem.parts["train"], streams)
        phase = problem.phase(learner, source, 1)
        phase.schedule = steady
        rule = np.repeat(counts[:, :, None], x.shape[1], 2).reshape(len(counts), -1)
        steps = self._memory["steps"] if self._memory else 0
        self._memory = {"seed": seed, "steps": steps, "rule": {"curvature": rule.astype(x.dtype)}}
        parameters = Parameters(learner.shapes, problem.tensor(centres.reshape(len(centres), -1)))
        self._train_on(learner, parameters, phase, seed)
        won = self._memory["rule"]["curvature"].reshape(centres.shape)[:, :, 0]
        return self._tell(x, weights, won)

    def predict(self, X: Any) -> np.ndarray:
        """The number of the nearest centre, [N]."""
        return nearest.labels(self._rows(X), self.cluster_centers_)

    def transform(self, X: Any) -> np.ndarray:
        """The distance to every centre, [N, K]."""
        return nearest.distances(self._rows(X), self.cluster_centers_)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Minus the inertia of these rows: the larger the better."""
        x = self._rows(X)
        weights, number = self._weights(sample_weight, x), nearest.labels(x, self.cluster_centers_)
        return -_inertia(x, self.cluster_centers_, number, weights)

    def _starts(self) -> int:
        return int(self.replicas if self.n_init == "auto" else self.n_init)

    def _task(self, table: Table, steps: int, seed: int, clusters: int | None = None) -> Problem:
        start = self.init if isinstance(self.init, str) else "random"
        given = {"clusters": self.n_clusters if clusters is None else clusters, "start": start}
        return self._problem(table, steps, given, self._starts(), seed)

    def _start_problem(self, x: Any, weights: np.ndarray | None) -> Problem:
        if x.shape[0] < self.n_clusters:
            raise ValueError(f"n_samples={x.shape[0]} should be >= n_clusters={self.n_clusters}.")
        rows, counts = distinct(x, weights)
        clusters = min(self.n_clusters, rows.shape[0])
        if clusters < self.n_clusters:
            text = f"only {clusters} distinct rows for n_clusters={self.n_clusters}: centres will coincide."
            warnings.warn(text, ConvergenceWarning, stacklevel=3)
        return self._task(self._table(rows, None, counts), self.max_iter, self._seed(), clusters)

    def _begin(self, problem: Problem, learner: Lloyd, x: Any) -> Parameters:
        """Where the centres start: where they were said to be, or drawn."""
        if isinstance(self.init, str):
            return problem.start(learner)
        given = [self._given(x, problem.streams, r)[: learner.clusters] for r in range(self._starts())]
        start = [{"centres": one} for one in given]
        return Parameters.stack(learner.shapes, start, problem.dtype, problem.device)

    def _given(self, x: Any, streams: Streams, replica: int) -> np.ndarray:
        """The centres [K, d] that `init` gives to one start.

        Raises:
            ValueError: another shape, or no finite numbers.
        """
        init = self.init
        if callable(init):
            state = np.random.RandomState(streams.seed(replica, "init") % 2**32)
            init = init(x, self.n_clusters, random_state=state)
        given = check_array(init, dtype=x.dtype, order="C", copy=True, ensure_2d=False, input_name="init")
        need = self.n_clusters, x.shape[1]
        if given.shape != need:
            raise ValueError(
                f"The shape of the initial centers {given.shape} does not match n_clusters={need[0]} and "
                f"{need[1]} features: init has shape {given.shape}, but n_clusters={need[0]} and "
                f"{need[1]} features need {need}."
            )
        return np.asarray(given)

    def _places(self, x: Any, weights: np.ndarray | None, streams: Streams) -> tuple[np.ndarray, np.ndarray]:
        """Centres [R, K, d] before these rows are learned, and the weight that each has, [R, K].

        A centre that nothing was near yet begins at one of the rows that no other centre is at.
        """
        known = getattr(self, "parameters_", {}).get("centres")
        if known is None:
            counts = np.zeros((self._starts(), self.n_clusters))
            known = np.zeros((*counts.shape, x.shape[1]), x.dtype)
            if not isinstance(self.init, str):
                return np.stack([self._given(x, streams, r) for r in range(len(counts))]), counts
        else:
            turn = np.arange(self.n_clusters) % known.shape[1]
            known, counts = known[:, turn].copy(), self._counts[:, turn].astype(np.float64)
        for replica in np.flatnonzero((counts == 0).any(1)).tolist():
            self._place(replica, known[replica], counts[replica], x, weights, streams)
        return known, counts

    def _place(
        self,
        replica: int,
        centres: np.ndarray,
        counts: np.ndarray,
        x: Any,
        weights: np.ndarray | None,
        streams: Streams,
    ) -> None:
        """Puts the centres [K, d] of one start that have no weight where rows are, in place."""
        free, placed = np.flatnonzero(counts == 0), np.flatnonzero(counts)
        rows, share = distinct(x.toarray() if is_sparse(x) else x, weights)
        if len(placed):
            new = nearest.distances(rows, centres[placed]).min(1) > 0
            rows, share = rows[new], None if share is None else share[new]
        steps = self._memory["steps"] if self._memory else 0
        state = np.random.RandomState((streams.seed(replica, "init") + steps) % 2**32)
        count = min(len(free), len(rows))
        if count and self.init == "random":
            chosen = state.choice(len(rows), count, replace=False)
        elif count:
            middle = rows.mean(0)
            chosen = kmeans_plusplus(rows - middle, count, sample_weight=share, random_state=state)[1]
        taken = rows[chosen] if count else rows[:0]
        spare = centres[placed] if len(placed) else taken
        centres[free[:count]] = taken
        if count < len(free):
            centres[free[count:]] = spare[np.arange(len(free) - count) % len(spare)]

    def _tell(self, x: Any, weights: np.ndarray | None, counts: np.ndarray | None = None) -> GradientKMeans:
        """The centres of the replica with the smallest inertia, and which of them each row is nearest to."""
        each = self.parameters_["centres"]
        numbers = [nearest.labels(x, centres) for centres in each]
        self._counts = (
            counts
            if counts is not None
            else np.stack([np.bincount(number, weights, each.shape[1]) for number in numbers])
        )
        pairs = zip(each, numbers, strict=True)
        self.inertias_ = np.array([_inertia(x, centres, number, weights) for centres, number in pairs])
        best = int(np.nan_to_num(self.inertias_, nan=np.inf).argmin())
        self.cluster_centers_ = each[best][np.arange(self.n_clusters) % each.shape[1]]
        self.inertia_, self.labels_ = self.inertias_[best], numbers[best].astype(np.int32)
        return self

    @property
    def _n_features_out(self) -> int:
        return int(self.n_clusters)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        tags.input_tags.sparse = True
        return tags


def _inertia(x: Any, centres: np.ndarray, number: np.ndarray, weights: np.ndarray | None) -> float:
    """Σ w ‖x − c‖², c being the centre with each row's number."""
    square = nearest.own(x, centres, number)
    return float(square.sum() if weights is None else square @ weights)


def _variance(x: Any) -> float:
    """The features' mean variance."""
    each = mean_variance_axis(x, axis=0)[1] if is_sparse(x) else np.var(x, axis=0, dtype=np.float64)
    return float(np.mean(each))
