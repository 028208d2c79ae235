"""A number from a row, in scikit-learn's manner."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin

from paradigms.estimators.base import FLOATS, admitted
from paradigms.estimators.pieces import piecewise
from paradigms.estimators.scaling import measured, product, scales
from paradigms.estimators.supervised import Taught, _total
from paradigms.supervised import regression
from paradigms.supervised.linear import FlatRegression


class GradientRegressor(RegressorMixin, Taught):
    """Regression: linear or a multilayer perceptron, by gradients of the squared error.

    Linear it is least squares, and with `alpha` ridge regression: Σ (y − ŷ)² + alpha ‖w‖². Parameters are
    those of `Taught`; `replicas` predicts the mean of several seeds, and `return_std` their spread. Each of
    several targets is learned by replicas of its own: `parameters_` holds those of the first target first.

    >>> import numpy as np
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> model = GradientRegressor().fit(x, [1.0, 3.0, 5.0])
    >>> model.predict([[10.0]]), model.coef_, model.intercept_
    (array([21.]), array([2.]), 1.0)
    """

    name = "regression"
    _alpha, _alpha_deep = 0.0, 5.0
    _kind, _flat = regression.Regression, FlatRegression

    def _strength(self) -> float:
        return 2.0

    def _facts(self) -> dict[str, Any]:
        each = self.replicas
        return {
            "target_mean": np.repeat(self._answers[0], each),
            "target_scale": np.repeat(self._answers[1], each),
        }

    def _outputs(self) -> int:
        return 1

    def _copies(self) -> int:
        return self.replicas * len(self._answers[0])

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientRegressor:
        """Learns anew from rows X [N, d], dense or sparse, and their numbers y [N] or [N, T]."""
        before = getattr(self, "parameters_", None) if self.warm_start else None
        features = getattr(self, "n_features_in_", None)
        self._enter()
        x, y = admitted(self, X, y, dtype=FLOATS, y_numeric=True, multi_output=True, accept_sparse="csr")
        weights = self._weights(sample_weight, x)
        self._scale(x, weights)
        self._scale_target(y, weights)
        if features != x.shape[1] or before is None or len(next(iter(before.values()))) != self._copies():
            before = None
        self._learn(self._lesson(x, self._standard(y, x), weights), _total(weights, x), before)
        return self._tell()

    @piecewise
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientRegressor:
        """One pass over more rows; the first rows say what is the scale of features and target."""
        first = not hasattr(self, "parameters_")
        if first:
            self._enter()
        x, y = admitted(
            self, X, y, reset=first, dtype=FLOATS, y_numeric=True, multi_output=True, accept_sparse="csr"
        )
        weights = self._weights(sample_weight, x)
        if first:
            self._scale(x, weights)
            self._scale_target(y, weights)
        elif _columns(y).shape[1] != len(self._answers[0]) or (y.ndim == 1) != self._single:
            raise ValueError(f"y has shape {y.shape}, but the first had {len(self._answers[0])} targets.")
        x = self._as_fitted(x)
        self._learn_more(self._lesson(x, self._standard(y, x), weights), _total(weights, x))
        return self._tell()

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """The mean answer of the replicas [N] or [N, T]; with `return_std` also their standard deviation."""
        x = self._rows(X)
        if self._linear() and not return_std:
            weight = self.parameters_["weight1"][:, :, 0].reshape(len(self._answers[0]), self.replicas, -1)
            bias = self.parameters_["bias1"].reshape(len(self._answers[0]), self.replicas).mean(1)
            mean, scale = self._answers
            outward = (weight.mean(1) / self._unit * scale[:, None]).T
            told = product(x, self._middle, outward, bias * scale + mean)
            return told[:, 0] if self._single else told
        respond = partial(regression.respond, self._network)
        answer = self._ask(respond, self.parameters_, self._scaled(x))["prediction"]
        mean, scale = (np.repeat(one, self.replicas)[:, None].astype(x.dtype) for one in self._answers)
        each = (answer * scale + mean).reshape(len(self._answers[0]), self.replicas, -1)
        told, spread = each.mean(1).T, each.std(1).T
        if self._single:
            told, spread = told[:, 0], spread[:, 0]
        return (told, spread) if return_std else told

    def _scale_target(self, y: np.ndarray, weights: np.ndarray | None) -> None:
        columns = _columns(y)
        mean, variance = measured(columns, weights)
        self._answers = mean if self._shifted() else np.zeros_like(mean), scales(mean, variance, len(columns))
        self._single = y.ndim == 1

    def _standard(self, y: np.ndarray, x: Any) -> np.ndarray:
        """Targets [R, N] as the network is shown them."""
        mean, scale = self._answers
        return np.repeat(((_columns(y) - mean) / scale).T.astype(x.dtype), self.replicas, 0)

    def _tell(self) -> GradientRegressor:
        """The weights per unit of each feature, where the model is linear."""
        if self._linear():
            targets, (mean, scale) = len(self._answers[0]), self._answers
            weights = self.parameters_["weight1"][:, :, 0].reshape(targets, self.replicas, -1).mean(1)
            coef = weights / self._unit * scale[:, None]
            shift = (
                self.parameters_["bias1"].reshape(targets, -1).mean(1) * scale + mean - coef @ self._middle
            )
            self.coef_ = coef[0] if self._single else coef
            self.intercept_ = float(shift[0]) if self._single else shift
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.multi_output = True
        return tags


def _columns(y: Any) -> np.ndarray:
    """Targets as columns [N, T], in float64."""
    wide = np.asarray(y, np.float64)
    return wide[:, None] if wide.ndim == 1 else wide
