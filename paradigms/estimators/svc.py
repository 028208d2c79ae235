"""A class from a row with room to spare, in scikit-learn's manner."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from paradigms.estimators.base import FLOATS, admitted
from paradigms.estimators.margin import Margin
from paradigms.supervised import svc


class GradientSVC(ClassifierMixin, Margin):
    """Support vector classification by gradients of the hinge loss, one class against the rest.

    Minimises ½ ‖w‖² + C Σ max(0, 1 − t f(x)) for each class. Parameters are those of `Margin`.

    >>> model = GradientSVC(random_state=0).fit([[0.0], [1.0], [3.0], [4.0]], ["no", "no", "yes", "yes"])
    >>> model.predict([[0.5], [3.5]]).tolist(), model.decision_function([[2.0]]).round(1).tolist()
    (['no', 'yes'], [0.0])
    """

    name = "svc"

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientSVC:
        """Learns from rows X [N, d] and their classes y [N]."""
        self._enter()
        x, y = admitted(self, X, y, dtype=FLOATS, ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, which = np.unique(y, return_inverse=True)
        x, which, counts = self._distinct(x, which, sample_weight)
        self._learn(svc.SVC, x, which.astype(np.int64), counts, classes=len(self.classes_))
        if not self.features:
            weight, shift = self._weight()
            two = len(self.classes_) == 2
            self.coef_ = (weight[1:] - weight[:1]) / 2 if two else weight
            self.intercept_ = (shift[1:] - shift[:1]) / 2 if two else shift
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """How far each row is on each class's side, [N, C]: beyond 1 it is silent; of two classes [N]."""
        score = self._told(svc.respond, "score", X)
        return (score[:, 1] - score[:, 0]) / 2 if len(self.classes_) == 2 else score

    def predict(self, X: Any) -> np.ndarray:
        """The class on whose side each row is farthest, [N]."""
        score = self.decision_function(X)
        return np.asarray(self.classes_[(score > 0).astype(np.intp) if score.ndim == 1 else score.argmax(1)])
