"""A number from a row, in scikit-learn's manner."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import validate_data

from paradigms.estimators.base import FLOATS
from paradigms.estimators.supervised import Taught
from paradigms.supervised import regression


class GradientRegressor(RegressorMixin, Taught):
    """Regression: linear or a multilayer perceptron, by gradients of the squared error.

    Linear it is least squares, and with `alpha` ridge regression: Σ (y − ŷ)² + alpha ‖w‖². Parameters are
    those of `Taught`; `replicas` predicts the mean of several seeds, and `return_std` their spread.

    >>> import numpy as np
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> model = GradientRegressor().fit(x, [1.0, 3.0, 5.0])
    >>> model.predict([[10.0]]), model.coef_, model.intercept_
    (array([21.]), array([2.]), 1.0)
    """

    name = "regression"
    _alpha, _kind = 0.0, regression.Regression

    def _strength(self) -> float:
        return 2.0

    def _facts(self) -> dict[str, Any]:
        mean, scale = self._target.mean_, self._target.scale_
        return {
            "target_mean": np.full(self.replicas, mean[0]),
            "target_scale": np.full(self.replicas, scale[0]),
        }

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientRegressor:
        """Learns anew from rows X [N, d] and their numbers y [N]."""
        x, y = validate_data(self, X, y, dtype=FLOATS, y_numeric=True)
        weights = self._weights(sample_weight, x)
        self._scale(x, weights)
        self._scale_target(y, weights)
        self._learn(self._lesson(x, self._standard(y, x), weights), _total(weights, x))
        return self._tell()

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientRegressor:
        """One pass over more rows; the first rows say what is the scale of features and target."""
        first = not hasattr(self, "parameters_")
        x, y = validate_data(self, X, y, reset=first, dtype=FLOATS, y_numeric=True)
        weights = self._weights(sample_weight, x)
        if first:
            self._scale(x, weights)
            self._scale_target(y, weights)
        x = self._as_fitted(x)
        self._learn_more(self._lesson(x, self._standard(y, x), weights), _total(weights, x))
        return self._tell()

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """The mean answer of the replicas [N]; with `return_std` also their standard deviation [N]."""
        x = self._scaled(X)
        answer = self._ask(partial(regression.respond, self._network), self.parameters_, x)["prediction"]
        scale, mean = self._target.scale_.astype(x.dtype), self._target.mean_.astype(x.dtype)
        answer = answer * scale + mean
        return (answer.mean(0), answer.std(0)) if return_std else answer.mean(0)

    def _scale_target(self, y: np.ndarray, weights: np.ndarray | None) -> None:
        self._target = StandardScaler().fit(np.asarray(y, np.float64)[:, None], sample_weight=weights)

    def _standard(self, y: np.ndarray, x: np.ndarray) -> np.ndarray:
        return self._target.transform(np.asarray(y, np.float64)[:, None])[:, 0].astype(x.dtype)

    def _tell(self) -> GradientRegressor:
        """The weights per unit of each feature, where the model is linear."""
        if self._linear:
            weights = self.parameters_["weight1"].mean(0)[:, 0]
            self.coef_ = weights / self._scaler.scale_ * self._target.scale_
            shift = self.parameters_["bias1"].mean() * self._target.scale_[0] + self._target.mean_[0]
            self.intercept_ = float(shift - self.coef_ @ self._scaler.mean_)
        return self


def _total(weights: np.ndarray | None, x: np.ndarray) -> float:
    return float(len(x) if weights is None else weights.sum())
