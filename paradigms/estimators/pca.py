"""PCA in scikit-learn's manner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from paradigms.engine import rules
from paradigms.engine.training import Training
from paradigms.estimators.base import FLOATS, GradientEstimator, Watch, distinct
from paradigms.unsupervised import pca

GUARDS = 10
"""Components trained beside those that were asked for.

The k-th converges at the rate λ_{k+1+GUARDS} / λ_k, so that equally large neighbours do no harm
(Rutishauser 1969; Halko, Martinsson & Tropp 2011).
"""
STILL = 64
"""Components that moved by no more roundings than these stand still."""


class Asked(Watch):
    """Looks at the components that were asked for: the guards beside them may go on turning."""

    def __init__(self, count: int, still: float) -> None:
        super().__init__(still)
        self.count = count
        self.before: np.ndarray | None = None

    def stands(self, training: Training, row: Mapping[str, np.ndarray]) -> np.ndarray:
        w = training.parameters["components"].detach()[:, :, : self.count].cpu().numpy()
        moved = np.full(len(w), np.inf) if self.before is None else np.abs(w - self.before).max((1, 2))
        self.before = w.copy()
        return np.asarray(moved <= self.still)


class GradientPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, GradientEstimator):
    """PCA: Newton's step on ½ Σ ‖x − W Wᵀ x‖² and back to orthonormal, which is orthogonal iteration.

    Args:
        n_components: k; None takes as many as there can be.
        max_iter: passes over the rows.
        replicas: random starts, trained at once; the one that explains most answers.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.

    >>> model = GradientPCA(1, random_state=0).fit([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> model.components_, model.explained_variance_ratio_
    (array([[0.71, 0.71]]), array([1.]))
    """

    name = "pca"

    def __init__(
        self,
        n_components: int | None = None,
        *,
        max_iter: int = 300,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
    ) -> None:
        self.n_components = n_components
        self.max_iter = max_iter
        self.replicas = replicas
        self.random_state = random_state
        self.device = device

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GradientPCA:
        """Finds the components of the rows X [N, d]; y is ignored."""
        x = validate_data(self, X, dtype=FLOATS, ensure_min_samples=2)
        rows, weights = distinct(x, self._weights(sample_weight, x))
        most = min(rows.shape)
        self.n_components_ = most if self.n_components is None else self.n_components
        if not 1 <= self.n_components_ <= most:
            raise ValueError(f"n_components={self.n_components} must lie between 1 and {most}.")
        given = {"components": min(most, self.n_components_ + GUARDS)}
        problem = self._problem(self._table(rows, None, weights), self.max_iter, given)
        learner = pca.PCA(problem)
        source = pca.Summary(learner, problem.streams)
        phase = problem.phase(learner, source, self.max_iter, rules.Newton(memory=False))
        watch = Asked(self.n_components_, STILL * float(np.finfo(x.dtype).eps))
        self._train(Training(learner, problem.start(learner), [phase]), watch, len(rows))
        self.mean_ = learner.mean[0, 0].cpu().numpy()
        return self._tell(rows, weights)

    def transform(self, X: Any) -> np.ndarray:
        """The rows' coordinates along the components, [N, k]."""
        return self._coordinates(self._rows(X))

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Rows [N, d] from coordinates [N, k]."""
        check_is_fitted(self)
        return np.asarray(check_array(X, dtype=FLOATS) @ self.components_ + self.mean_)

    def score(self, X: Any, y: Any = None) -> float:
        """The share of these rows' variance about the training mean that the components keep."""
        x = self._rows(X).astype(np.float64)
        missed = x - self.inverse_transform(self._coordinates(self._rows(X)))
        return float(1 - (missed**2).sum() / ((x - self.mean_) ** 2).sum())

    def _coordinates(self, x: np.ndarray) -> np.ndarray:
        known = {"components": self.components_.T[None], "mean": self.mean_[None]}
        return self._ask(pca.respond, known, x)["component"][0]

    def _tell(self, x: np.ndarray, weights: np.ndarray | None) -> GradientPCA:
        """The components of the replica that explains most, and their variances."""
        w = self.parameters_["components"][:, :, : self.n_components_]
        self.parameters_ = {"components": w}
        counts = np.ones(len(x)) if weights is None else weights
        centred = (x - self.mean_).astype(np.float64)
        each = ((centred @ w) ** 2 * counts[:, None]).sum(1)  # [R, k]
        best = int(np.nan_to_num(each.sum(1), nan=-np.inf).argmax())
        total, degrees = (centred**2).sum(1) @ counts, max(counts.sum() - 1, 1)
        self.components_ = np.ascontiguousarray(w[best].T)
        self.explained_variance_ = (each[best] / degrees).astype(x.dtype)
        self.explained_variance_ratio_ = (each[best] / (total or 1.0)).astype(x.dtype)
        return self

    @property
    def _n_features_out(self) -> int:
        return int(self.n_components_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
