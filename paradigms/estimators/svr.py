"""A number from a row, near enough, in scikit-learn's manner."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils._param_validation import Interval

from paradigms.estimators.base import FLOATS, admitted
from paradigms.estimators.margin import Margin
from paradigms.estimators.scaling import measured, scales
from paradigms.supervised import svr


class GradientSVR(RegressorMixin, Margin):
    """Support vector regression by gradients of the ε-insensitive loss.

    Minimises ½ ‖w‖² + C Σ max(0, |f(x) − y| − ε). Parameters are those of `Margin`, and

    Args:
        epsilon: errors up to this much are none, in the unit of y.

    >>> model = GradientSVR(C=100, random_state=0).fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> bool(abs(model.predict([[0.5]])[0] - 2) < 0.11)
    True
    """

    name = "svr"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Margin._parameter_constraints,
        "epsilon": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        C: float = 1.0,
        epsilon: float = 0.1,
        features: int = 0,
        max_iter: int = 300,
        tol: float = 1e-6,
        learning_rate: float = 0.3,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
        verbose: Any = False,
    ) -> None:
        super().__init__(
            C=C,
            features=features,
            max_iter=max_iter,
            tol=tol,
            learning_rate=learning_rate,
            replicas=replicas,
            random_state=random_state,
            device=device,
            verbose=verbose,
        )
        self.epsilon = epsilon

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientSVR:
        """Learns from rows X [N, d] and their numbers y [N]."""
        self._enter()
        x, y = admitted(self, X, y, dtype=FLOATS, y_numeric=True, ensure_min_samples=2)
        x, y, counts = self._distinct(x, y, sample_weight)
        middle, variance = measured(y[:, None], counts)
        mean, unit = float(middle[0]), float(scales(middle, variance, len(y))[0])
        self._answers = mean, unit
        standard, near = (y - mean).astype(x.dtype) / unit, self.epsilon / unit
        self._learn(svr.SVR, x, standard, counts, strength=unit, tolerance=near)
        if not self.features:
            weight, shift = self._weight()
            self.coef_, self.intercept_ = weight[0] * unit, float(shift[0] * unit + mean)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """The replicas' mean answer, [N]."""
        mean, unit = self._answers if hasattr(self, "_answers") else (0.0, 1.0)
        return self._told(svr.respond, "prediction", X) * unit + mean
