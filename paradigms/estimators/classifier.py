"""A class from a row, in scikit-learn's manner."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np
from scipy.special import expit
from sklearn.base import ClassifierMixin
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets

from paradigms.estimators.base import FLOATS, admitted
from paradigms.estimators.pieces import piecewise
from paradigms.estimators.scaling import product
from paradigms.estimators.supervised import FULL, Taught, _total
from paradigms.networks.module import Factory
from paradigms.supervised import classification
from paradigms.supervised.linear import FlatClassification

FEW = 5
"""Unknown classes that are named."""


class GradientClassifier(ClassifierMixin, Taught):
    """Classification: logistic or a multilayer perceptron, by gradients of the cross-entropy.

    Linear it is logistic regression, −Σ log p(class) + ½ alpha ‖w‖², with alpha = 1 / C = 1 unless told
    otherwise. Parameters are those of `Taught` and `class_weight`, as scikit-learn has it; `replicas`
    predicts the mean probability of several seeds, and `return_std` their spread.

    >>> model = GradientClassifier(alpha=0.1).fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> model.predict([[0.5], [2.5]])
    array(['no', 'yes'], dtype='<U3')
    """

    name = "classification"
    _alpha, _alpha_deep = 1.0, 1.0
    _kind, _flat = classification.Classification, FlatClassification
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Taught._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
        hidden: Any = (),
        *,
        alpha: float | None = None,
        solver: str = "auto",
        max_iter: int = 1000,
        tol: float | None = None,
        batch_size: int | None = None,
        learning_rate: float = 0.01,
        schedule: str = "cosine",
        fit_intercept: bool = True,
        class_weight: Any = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
        verbose: Any = False,
        model: Factory | None = None,
    ) -> None:
        super().__init__(
            hidden,
            alpha=alpha,
            solver=solver,
            max_iter=max_iter,
            tol=tol,
            batch_size=batch_size,
            learning_rate=learning_rate,
            schedule=schedule,
            fit_intercept=fit_intercept,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            warm_start=warm_start,
            replicas=replicas,
            random_state=random_state,
            device=device,
            verbose=verbose,
            model=model,
        )
        self.class_weight = class_weight

    def _strength(self) -> float:
        """Two classes: scikit-learn penalises w, whose smallest pair ±w/2 has half its square."""
        return 2.0 if len(self.classes_) == 2 else 1.0

    def _facts(self) -> dict[str, Any]:
        return {"classes": len(self.classes_)}

    def _outputs(self) -> int:
        return len(self.classes_)

    def _logit(self, solver: str) -> bool:
        return self._linear() and len(self.classes_) == 2 and solver in (*FULL, "running")

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GradientClassifier:
        """Learns anew from rows X [N, d], dense or sparse, and their classes y [N]."""
        before = getattr(self, "parameters_", None) if self.warm_start else None
        classes, features = getattr(self, "classes_", ()), getattr(self, "n_features_in_", None)
        self._enter()
        x, y = admitted(self, X, y, dtype=FLOATS, accept_sparse="csr")
        check_classification_targets(y)
        self.classes_, which = np.unique(y, return_inverse=True)
        if features != x.shape[1] or not np.array_equal(classes, self.classes_):
            before = None
        weights = self._weighted(self._weights(sample_weight, x), y)
        self._scale(x, weights)
        self._learn(self._lesson(x, which, weights), _total(weights, x), before)
        return self._tell()

    @piecewise
    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> GradientClassifier:
        """One pass over more rows; the first rows say what is the scale of the features.

        Args:
            classes: all there will ever be, at the first call; None takes those in the first y.
        """
        first = not hasattr(self, "parameters_")
        if first:
            self._enter()
        x, y = admitted(self, X, y, reset=first, dtype=FLOATS, accept_sparse="csr")
        if first:
            check_classification_targets(y)
            self.classes_ = np.unique(y if classes is None else classes)
        elif classes is not None and not np.array_equal(self.classes_, np.unique(classes)):
            raise ValueError(
                f"classes={classes!r} is not the same as on last call to partial_fit, was: {self.classes_!r}"
            )
        number = self._number(y)
        weights = self._weighted(self._weights(sample_weight, x), y)
        if first:
            self._scale(x, weights)
        lesson = self._lesson(self._as_fitted(x), number, weights)
        self._learn_more(lesson, _total(weights, x))
        return self._tell()

    def decision_function(self, X: Any) -> np.ndarray:
        """How far each class is ahead, [N, C]: the logarithm of its probability but for a shift; of two [N].

        The replicas' mean where the model is linear, the logarithm of their mean probability elsewhere.
        """
        x = self._rows(X)
        if self._linear():
            told = self._logits(x)
        else:
            with np.errstate(divide="ignore"):
                told = np.log(self.predict_proba(X))
        return told[:, 1] - told[:, 0] if len(self.classes_) == 2 else told

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithm of the mean probability of each class, [N, C]."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict_proba(self, X: Any, return_std: bool = False) -> Any:
        """The mean probability of each class [N, C]; with `return_std` also the spread of the replicas."""
        x = self._rows(X)
        if self._linear() and self._one():
            told = _softmax(self._logits(x))
            return (told, np.zeros_like(told)) if return_std else told
        respond = partial(classification.respond, self._network)
        each = self._ask(respond, self.parameters_, self._scaled(x))["probability"]
        return (each.mean(0), each.std(0)) if return_std else each.mean(0)

    def predict(self, X: Any) -> np.ndarray:
        """The class with the largest mean probability, [N]."""
        most = self._logits(self._rows(X)) if self._linear_one() else self.predict_proba(X)
        two = most.shape[1] == 2
        return np.asarray(self.classes_[(most[:, 1] > most[:, 0]).astype(np.intp) if two else most.argmax(1)])

    def _linear_one(self) -> bool:
        return hasattr(self, "parameters_") and self._linear() and self._one()

    def _one(self) -> bool:
        """Whether all replicas are one."""
        return all(bool((value == value[:1]).all()) for value in self.parameters_.values())

    def _logits(self, x: Any) -> np.ndarray:
        weight, bias = (self.parameters_[name].mean(0) for name in ("weight1", "bias1"))
        return product(x, self._middle, weight / self._unit[:, None].astype(weight.dtype), bias)

    def _weighted(self, weights: np.ndarray | None, y: np.ndarray) -> np.ndarray | None:
        """Rows counted by their class, too."""
        if self.class_weight is None:
            return weights
        own = compute_sample_weight(self.class_weight, y)
        if not (own >= 0).all():
            raise ValueError(f"Negative values in class_weight. Got {self.class_weight!r}.")
        return np.asarray(own if weights is None else own * weights)

    def _number(self, y: np.ndarray) -> np.ndarray:
        known = set(self.classes_)
        if strange := [str(one) for one in dict.fromkeys(y.tolist()) if one not in known]:
            few = ", ".join(map(repr, strange[:FEW]))
            more = f" and {len(strange) - FEW} more" if len(strange) > FEW else ""
            raise ValueError(f"y holds classes that are not among the first ones: {few}{more}.")
        return np.searchsorted(self.classes_, y)

    def _tell(self) -> GradientClassifier:
        """A linear model's weights per unit of each feature; of two classes, their difference."""
        if self._linear():
            weights, shift = self.parameters_["weight1"].mean(0).T, self.parameters_["bias1"].mean(0)
            if len(self.classes_) == 2:
                weights, shift = weights[1:] - weights[:1], shift[1:] - shift[:1]
            self.coef_ = weights / self._unit
            self.intercept_ = shift - self.coef_ @ self._middle
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities [N, C], in place; of two classes by their difference, in a third of the time."""
    if logits.shape[1] == 2:
        gap = logits[:, 1] - logits[:, 0]
        return np.stack([expit(-gap), expit(gap)], axis=1)
    logits -= logits.max(1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(1, keepdims=True)
    return logits
