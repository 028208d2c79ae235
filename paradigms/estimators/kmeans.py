"""k-means in scikit-learn's manner."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from sklearn.base import ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import validate_data

from paradigms.engine import rules
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Whole
from paradigms.engine.training import Training
from paradigms.estimators.base import FLOATS, GradientEstimator, Watch, distinct, steady
from paradigms.unsupervised import kmeans

STILL = 16
"""Centres that moved by no more roundings than these stand still."""


class Online(kmeans.KMeans):
    """Rows that come a few at a time: a centre that wins none of them stays where it is."""

    def settle(self, parameters: Parameters, step: int) -> None:
        """Nothing."""


class GradientKMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, GradientEstimator):
    """k-means: Newton's step on ½ Σ min_k ‖x − c_k‖², which on all the rows is Lloyd's.

    Each distinct row is taken once, in order, with the weight of its copies, so that neither order nor
    copies change what is drawn. `partial_fit` is online k-means: centres are running means.

    Args:
        n_clusters: K.
        init: `k-means++`, `random`, or centres [K, d].
        max_iter: passes over the rows.
        replicas: starts, trained at once; the one with the smallest inertia answers.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.

    >>> model = GradientKMeans(2, random_state=0).fit([[0.0], [1.0], [9.0], [10.0]])
    >>> sorted(model.cluster_centers_.ravel().tolist()), float(model.inertia_)
    ([0.5, 9.5], 1.0)
    """

    name = "kmeans"

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Any = "k-means++",
        max_iter: int = 300,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.max_iter = max_iter
        self.replicas = replicas
        self.random_state = random_state
        self.device = device

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GradientKMeans:
        """Finds centres among the rows X [N, d]; y is ignored."""
        x = validate_data(self, X, dtype=FLOATS)
        weights = self._weights(sample_weight, x)
        problem = self._start_problem(x, weights)
        learner = kmeans.KMeans(problem)
        whole = Whole(problem.parts["train"], problem.streams)
        phase = problem.phase(learner, whole, self.max_iter, rules.Newton(memory=False))
        self._training: Training | None = None
        training = Training(learner, self._begin(problem, learner), [phase])
        self._train(training, Watch(STILL * float(np.finfo(x.dtype).eps)), whole.table.rows)
        return self._tell(x, weights)

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GradientKMeans:
        """Moves each centre to the running mean of the rows it won; the first rows are where they start."""
        first = not hasattr(self, "parameters_")
        x = validate_data(self, X, reset=first, dtype=FLOATS)
        weights, x = self._weights(sample_weight, x), self._as_fitted(x)
        training: Training | None = getattr(self, "_training", None)
        if training is None:
            self._training = training = self._endless(self._start_problem(x, weights), fitted=not first)
        self._train_on(training, Shuffled(self._table(x, None, weights), 1, self._streams))
        return self._tell(x, weights)

    def _endless(self, problem: Problem, fitted: bool) -> Training:
        """A training without an end; after a fit, from its centres, each with the weight of its rows."""
        learner, self._streams = Online(problem), problem.streams
        phase = problem.phase(learner, Shuffled(problem.parts["train"], 1, self._streams), 1)
        phase.steps, phase.schedule = 0, steady
        training = Training(learner, self._begin(problem, learner), [phase])
        if fitted:
            with torch.no_grad():
                training.parameters["centres"].copy_(torch.as_tensor(self.parameters_["centres"]))
            counts = training.parameters.like(phase.rule.state["curvature"])["centres"].detach()
            counts.copy_(torch.as_tensor(self._counts).unsqueeze(2))
        return training

    def predict(self, X: Any) -> np.ndarray:
        """The number of the nearest centre, [N]."""
        return self._answer(self._rows(X))["prediction"]

    def transform(self, X: Any) -> np.ndarray:
        """The distance to every centre, [N, K]."""
        x, centres = self._rows(X), self.cluster_centers_
        return np.stack([np.linalg.norm(x - centre, axis=1) for centre in centres], axis=1)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Minus the inertia of these rows: the larger the better."""
        x = self._rows(X)
        return -self._inertia(self._answer(x), self._weights(sample_weight, x))

    def _start_problem(self, x: np.ndarray, weights: np.ndarray | None) -> Problem:
        rows, counts = distinct(x, weights)
        if len(x) < self.n_clusters:
            raise ValueError(f"n_samples={len(x)} should be >= n_clusters={self.n_clusters}.")
        start = self.init if isinstance(self.init, str) else "random"
        if start not in ("k-means++", "random"):
            raise ValueError(f"init={self.init!r} is neither 'k-means++' nor 'random' nor an array.")
        table = self._table(rows, None, counts)
        clusters = min(self.n_clusters, len(rows))
        if clusters < self.n_clusters:
            text = f"only {clusters} distinct rows for n_clusters={self.n_clusters}: centres will coincide."
            warnings.warn(text, ConvergenceWarning, stacklevel=3)
        return self._problem(table, self.max_iter, {"clusters": clusters, "start": start})

    def _begin(self, problem: Problem, learner: kmeans.KMeans) -> Parameters:
        """Where the centres start: where they were said to be, or drawn."""
        parameters = problem.start(learner)
        if isinstance(self.init, str):
            return parameters
        with torch.no_grad():
            parameters["centres"].copy_(torch.as_tensor(np.asarray(self.init)[: learner.clusters]))
        return parameters

    def _answer(self, x: np.ndarray) -> dict[str, np.ndarray]:
        centres = {"centres": self.cluster_centers_[None]}
        return {name: value[0] for name, value in self._ask(kmeans.respond, centres, x).items()}

    def _inertia(self, answer: dict[str, np.ndarray], weights: np.ndarray | None) -> float:
        square = answer["distance"].astype(np.float64) ** 2
        return float(square.sum() if weights is None else square @ weights)

    def _tell(self, x: np.ndarray, weights: np.ndarray | None) -> GradientKMeans:
        """The centres of the replica with the smallest inertia, and which of them each row is nearest to."""
        answers = self._ask(kmeans.respond, self.parameters_, x)
        each = [{name: value[r] for name, value in answers.items()} for r in range(self.replicas)]
        counts = np.ones(len(x)) if weights is None else weights
        won = [
            np.bincount(answer["prediction"], counts, self.parameters_["centres"].shape[1]) for answer in each
        ]
        self._counts = np.stack(won)
        self.inertias_ = np.array([self._inertia(answer, weights) for answer in each])
        best = int(np.nan_to_num(self.inertias_, nan=np.inf).argmin())
        centres = self.parameters_["centres"][best]
        self.cluster_centers_ = centres[np.arange(self.n_clusters) % len(centres)]
        self.inertia_, self.labels_ = self.inertias_[best], each[best]["prediction"].astype(np.int32)
        return self

    @property
    def _n_features_out(self) -> int:
        return self.n_clusters

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
