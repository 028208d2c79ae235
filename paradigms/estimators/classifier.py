"""A class from a row, in scikit-learn's manner."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from paradigms.estimators.base import FLOATS
from paradigms.estimators.supervised import Taught
from paradigms.supervised import classification


class GradientClassifier(ClassifierMixin, Taught):
    """Classification: logistic or a multilayer perceptron, by gradients of the cross-entropy.

    Linear it is logistic regression, −Σ log p(class) + ½ alpha ‖w‖², with alpha = 1 / C = 1 unless told
    otherwise. Parameters are those of `Taught`; `replicas` predicts the mean probability of several seeds,
    and `return_std` their spread.

    >>> model = GradientClassifier(alpha=0.1).fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> model.predict([[0.5], [2.5]])
    array(['no', 'yes'], dtype='<U3')
    """

    name = "classification"
    _alpha, _kind = 1.0, classification.Classification

    def _strength(self) -> float:
        """Two classes: scikit-learn penalises w, whose smallest pair ±w/2 has half its square."""
        return 2.0 if len(self.classes_) == 2 else 1.0

    def _facts(self) -> dict[str, Any]:
        return {"classes": len(self.classes_)}

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientClassifier:
        """Learns anew from rows X [N, d] and their classes y [N]."""
        x, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        weights = self._weights(sample_weight, x)
        self.classes_, which = np.unique(y, return_inverse=True)
        self._scale(x, weights)
        self._learn(self._lesson(x, which, weights), float(len(x) if weights is None else weights.sum()))
        return self._tell()

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> GradientClassifier:
        """One pass over more rows; the first rows say what is the scale of the features.

        Args:
            classes: all there will ever be, at the first call; None takes those in the first y.
        """
        first = not hasattr(self, "parameters_")
        x, y = validate_data(self, X, y, reset=first, dtype=FLOATS)
        check_classification_targets(y)
        weights = self._weights(sample_weight, x)
        if first:
            self.classes_ = np.unique(y if classes is None else classes)
            self._scale(x, weights)
        lesson = self._lesson(self._as_fitted(x), self._number(y), weights)
        self._learn_more(lesson, float(len(x) if weights is None else weights.sum()))
        return self._tell()

    def predict_proba(self, X: Any, return_std: bool = False) -> Any:
        """The mean probability of each class [N, C]; with `return_std` also the spread of the replicas."""
        x = self._scaled(X)
        each = self._ask(partial(classification.respond, self._network), self.parameters_, x)["probability"]
        return (each.mean(0), each.std(0)) if return_std else each.mean(0)

    def predict(self, X: Any) -> np.ndarray:
        """The class with the largest mean probability, [N]."""
        most = self.predict_proba(X).argmax(1)
        return np.asarray(self.classes_[most])

    def _number(self, y: np.ndarray) -> np.ndarray:
        if strange := set(np.unique(y)) - set(self.classes_):
            raise ValueError(
                f"y holds classes that are not among the first ones: {sorted(map(str, strange))}."
            )
        return np.searchsorted(self.classes_, y)

    def _tell(self) -> GradientClassifier:
        """A linear model's weights per unit of each feature; of two classes, their difference."""
        if self._linear:
            weights, shift = self.parameters_["weight1"].mean(0).T, self.parameters_["bias1"].mean(0)
            if len(self.classes_) == 2:
                weights, shift = weights[1:] - weights[:1], shift[1:] - shift[:1]
            self.coef_ = weights / self._scaler.scale_
            self.intercept_ = shift - self.coef_ @ self._scaler.mean_
        return self
