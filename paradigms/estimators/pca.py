"""PCA in scikit-learn's manner."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import scipy.sparse
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition._pca import _infer_dimension
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.validation import check_array, check_is_fitted

from paradigms.engine import rules
from paradigms.engine.rows import Whole
from paradigms.engine.sparse import is_sparse
from paradigms.engine.training import Training
from paradigms.estimators.base import FLOATS, GradientEstimator, Watch, admitted, distinct
from paradigms.estimators.scaling import product
from paradigms.unsupervised.krylov import Krylov

GUARDS = 5
"""Components trained beside those that were asked for, so that equally large neighbours do no harm."""
SMALL = 128
"""Features of which half are trained, so that components and their first gradients span all there is."""
STILL = 8
"""Roundings of the largest variance that the gradient of a component which stands still may be long."""


class Asked(Watch):
    """Looks at the components that were asked for: the guards beside them may go on turning."""

    def __init__(self, count: int, still: float, told: bool) -> None:
        super().__init__(still, told)
        self.count = count

    def stands(self, training: Training, row: Mapping[str, np.ndarray]) -> np.ndarray:
        learner = training.learner
        assert isinstance(learner, Krylov)
        assert learner.left is not None
        assert learner.variances is not None
        left, largest = learner.left[:, : self.count].amax(1), learner.variances[:, 0].clamp_min(0)
        return np.asarray((left <= self.still * learner.width**0.5 * largest).cpu().numpy())


class GradientPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, GradientEstimator):
    """PCA: the gradient of ½ Σ ‖x − W Wᵀ x‖², and the best W in the span of all its steps.

    Args:
        n_components: k; None takes as many as there can be, a share below one as many as keep so much of
            the variance, `mle` as many as Minka (2000) finds likely.
        whiten: whether `transform` gives every component the variance one.
        max_iter: steps.
        replicas: random starts, trained at once; the one that explains most answers.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.
        verbose: whether the losses are printed.

    >>> model = GradientPCA(1, random_state=0).fit([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> model.components_, model.explained_variance_ratio_
    (array([[0.71, 0.71]]), array([1.]))
    """

    name = "pca"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientEstimator._parameter_constraints,
        "n_components": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="neither"),
            StrOptions({"mle"}),
            None,
        ],
        "whiten": ["boolean"],
    }

    def __init__(
        self,
        n_components: Any = None,
        *,
        whiten: bool = False,
        max_iter: int = 300,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
        verbose: Any = False,
    ) -> None:
        self.n_components = n_components
        self.whiten = whiten
        self.max_iter = max_iter
        self.replicas = replicas
        self.random_state = random_state
        self.device = device
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GradientPCA:
        """Finds the components of the rows X [N, d], dense or sparse; y is ignored."""
        self._enter()
        x = admitted(self, X, dtype=FLOATS, ensure_min_samples=2, accept_sparse="csr")
        weights = self._weights(sample_weight, x)
        total = float(x.shape[0] if weights is None else weights.sum())
        most = min(max(1, int(total)), x.shape[1])
        asked = int(self.n_components) if isinstance(self.n_components, Integral) else most
        if not 1 <= asked <= most:
            raise ValueError(
                f"n_components={self.n_components} must lie between 1 and min(n_samples, n_features)={most}."
            )
        if most < x.shape[1] and (asked == most or not is_sparse(x)):
            return self._fit_wide(x.toarray() if is_sparse(x) else x, weights, total, asked, most)
        learner = self._descend(*_as_many(x, weights, most), asked, most)
        self.mean_ = learner.mean[0, 0].cpu().numpy()
        return self._tell(learner, None, total, most)

    def _fit_wide(
        self, x: np.ndarray, weights: np.ndarray | None, total: float, asked: int, most: int
    ) -> GradientPCA:
        """Of fewer rows than features: all that varies lies in the rows' own span, and there it is small.

        Rows are distinct and in order, so that directions in which nothing varies hang on nothing else.
        """
        x, weights = _as_many(*distinct(x, weights), most)
        self.mean_ = np.average(x.astype(np.float64), axis=0, weights=weights).astype(x.dtype)
        span, triangle = np.linalg.qr((x - self.mean_).T)
        learner = self._descend(np.ascontiguousarray(triangle.T), weights, asked, most)
        return self._tell(learner, span, total, most)

    def _descend(self, x: Any, weights: np.ndarray | None, asked: int, most: int) -> Krylov:
        """Trains so many components and their guards.

        Warns:
            ConvergenceWarning: steps ended before every component stood still.
        """
        table, count = self._table(x, None, weights), asked + GUARDS
        if x.shape[1] <= SMALL:
            count = max(count, -(-x.shape[1] // 2))
        given = {"components": min(most, count)}
        problem = self._problem(table, self.max_iter, given, self.replicas, self._seed())
        learner = Krylov(problem)
        source = Whole(table, problem.streams)
        phase = problem.phase(learner, source, self.max_iter, rules.SGD())
        training = Training(learner, problem.start(learner), [phase])
        watch = Asked(asked, STILL * float(np.finfo(x.dtype).eps), bool(self.verbose))
        self._train(training, watch, table.rows)
        if "budget" in training.why:
            text = f"components still moved after max_iter={self.max_iter} steps; take more."
            warnings.warn(text, ConvergenceWarning, stacklevel=3)
        return learner

    def transform(self, X: Any) -> np.ndarray:
        """The rows' coordinates along the components, [N, k]."""
        return self._coordinates(self._rows(X), self._outward())

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Rows [N, d] from coordinates [N, k]."""
        check_is_fitted(self)
        x = check_array(X, dtype=FLOATS)
        back = (
            self.components_ * _root(self.explained_variance_)[:, None] if self.whiten else self.components_
        )
        return np.asarray(x @ back + self.mean_)

    def score(self, X: Any, y: Any = None) -> float:
        """The share of these rows' variance about the training mean that the components keep."""
        x = self._rows(X)
        x = x.toarray() if is_sparse(x) else x
        kept = float((self._coordinates(x, self.components_.T).astype(np.float64) ** 2).sum())
        return kept / float(((x.astype(np.float64) - self.mean_) ** 2).sum())

    def score_samples(self, X: Any) -> np.ndarray:
        """Each row's log-likelihood [N] under a normal distribution with `get_covariance`."""
        x = self._rows(X)
        x = (x.toarray() if is_sparse(x) else x).astype(np.float64) - self.mean_
        k, d = self.components_.shape
        variance = self.explained_variance_.astype(np.float64)
        seen = x @ self.components_.T.astype(np.float64)
        beside = np.maximum((x**2).sum(1) - (seen**2).sum(1), 0) if d > k else np.zeros(len(x))
        with np.errstate(divide="ignore"):
            away = (seen**2 / variance).sum(1) + (beside / self.noise_variance_ if d > k else 0.0)
            size = np.log(variance).sum() + ((d - k) * np.log(self.noise_variance_) if d > k else 0.0)
        return -(away + size + d * np.log(2 * np.pi)) / 2

    def get_covariance(self) -> np.ndarray:
        """The features' covariance [d, d]: along the components their variances, elsewhere the noise's."""
        check_is_fitted(self)
        above = np.maximum(self.explained_variance_ - self.noise_variance_, 0)
        own = (self.components_.T * above) @ self.components_
        own.flat[:: len(own) + 1] += self.noise_variance_
        return np.asarray(own)

    def get_precision(self) -> np.ndarray:
        """The inverse of `get_covariance`, [d, d]."""
        return np.asarray(np.linalg.inv(self.get_covariance()))

    def _outward(self) -> np.ndarray:
        """What centred rows are multiplied by, [d, k]."""
        if not self.whiten:
            return self.components_.T
        return (self.components_ / _root(self.explained_variance_)[:, None]).T

    def _coordinates(self, x: Any, outward: np.ndarray) -> np.ndarray:
        """(x − mean) W, a tile of rows at a time: taken together, two large numbers would be subtracted."""
        return product(x, self.mean_, outward, np.zeros(outward.shape[1]))

    def _tell(self, learner: Krylov, span: np.ndarray | None, weight: float, most: int) -> GradientPCA:
        """The components of the replica that explains most, their variances, and how much is left.

        Args:
            span: what the learner's features are made of, [d, n]; None where they are the rows' own.
            weight: what the rows count together.
        """
        assert learner.variances is not None
        each = np.maximum(learner.variances.cpu().double().numpy(), 0)
        best = int(np.nan_to_num(each.sum(1), nan=-np.inf).argmax())
        total = max(float(learner.total[0]), float(each[best].sum()))
        kept = self._kept(each[best], total, weight, learner.width if span is None else len(span), most)
        w = self.parameters_["components"][:, :, :kept]
        w = w if span is None else span @ w
        side = np.take_along_axis(w, np.abs(w).argmax(1, keepdims=True), 1)
        w = w * np.where(side < 0, -1, 1).astype(w.dtype)
        self.parameters_ = {"components": w}
        self.components_, self.n_components_ = np.ascontiguousarray(w[best].T), kept
        self.n_samples_ = round(weight)
        variance, degrees = each[best, :kept], weight / max(weight - 1, 1)
        beside = max(total - float(variance.sum()), 0.0) / (most - kept) if most > kept else 0.0
        kind = w.dtype
        self.explained_variance_ = (variance * degrees).astype(kind)
        self.explained_variance_ratio_ = (variance / (total or 1.0)).astype(kind)
        self.singular_values_ = np.sqrt(variance * weight).astype(kind)
        self.noise_variance_ = kind.type(beside * degrees)
        return self

    def _kept(self, variance: np.ndarray, total: float, weight: float, width: int, most: int) -> int:
        """How many components were asked for."""
        if self.n_components == "mle":
            if weight < width:
                raise ValueError("n_components='mle' is only supported if n_samples >= n_features")
            return max(1, int(_infer_dimension(variance[:most], round(weight))))
        if self.n_components is not None and self.n_components < 1:
            share = np.cumsum(variance[:most]) / (total or 1.0)
            return min(most, int(np.searchsorted(share, self.n_components, side="right")) + 1)
        return most if self.n_components is None else int(self.n_components)

    @property
    def _n_features_out(self) -> int:
        return int(self.n_components_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        tags.input_tags.sparse = True
        return tags


def _root(variance: np.ndarray) -> np.ndarray:
    """Standard deviations, none of them zero."""
    return np.maximum(np.sqrt(variance), np.finfo(variance.dtype).eps)


def _as_many(x: Any, weights: np.ndarray | None, least: int) -> tuple[Any, np.ndarray | None]:
    """At least so many rows, by others of no weight: their number says how many components there may be."""
    more = least - x.shape[0]
    if more <= 0:
        return x, weights
    counts = np.append(np.ones(x.shape[0]) if weights is None else weights, np.zeros(more))
    if is_sparse(x):
        return scipy.sparse.vstack(
            [x, scipy.sparse.csr_matrix((more, x.shape[1]), dtype=x.dtype)], "csr"
        ), counts
    return np.concatenate([x, x[:1].repeat(more, 0)]), counts
