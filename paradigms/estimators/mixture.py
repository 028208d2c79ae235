"""A mixture of Gaussians in scikit-learn's manner."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import torch
from sklearn.base import DensityMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import Interval

from paradigms.engine.rows import Whole
from paradigms.engine.training import Training
from paradigms.estimators.base import FLOATS, GradientEstimator, Watch, admitted, distinct
from paradigms.estimators.scaling import measured, scaled, scales
from paradigms.unsupervised.mixture import Mixture, joint, roots, standing


class GradientMixture(DensityMixin, GradientEstimator):
    """A Gaussian mixture by Adam on −mean log Σ_k π_k N(x; μ_k, Σ_k), with full covariances.

    Features are brought to one scale first. No cloud may be narrower than a fiftieth of the rows' own spread:
    on a single point the likelihood has no bound.

    Args:
        n_components: K.
        max_iter: steps, each on all the rows; the rate falls to zero over them.
        tol: a start ends when a step changed the parameters by no more than this share of them.
        learning_rate: of Adam.
        replicas: starts by k-means++, trained at once; the likeliest one answers.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.
        verbose: whether the losses are printed.

    >>> rows = [[0.0], [0.2], [0.4], [9.0], [9.2], [9.4]]
    >>> model = GradientMixture(2, random_state=0).fit(rows)
    >>> sorted(model.means_.ravel().round(2).tolist()), model.weights_.round(2).tolist()
    ([0.2, 9.2], [0.5, 0.5])
    """

    name = "mixture"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientEstimator._parameter_constraints,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        n_components: int = 1,
        *,
        max_iter: int = 500,
        tol: float = 1e-6,
        learning_rate: float = 0.1,
        replicas: int = 3,
        random_state: Any = None,
        device: str = "cpu",
        verbose: Any = False,
    ) -> None:
        self.n_components = n_components
        self.max_iter = max_iter
        self.tol = tol
        self.learning_rate = learning_rate
        self.replicas = replicas
        self.random_state = random_state
        self.device = device
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GradientMixture:
        """Finds clouds among the rows X [N, d]; y is ignored."""
        self._enter()
        x = admitted(self, X, dtype=FLOATS, ensure_min_samples=2)
        weights = self._weights(sample_weight, x)
        if x.shape[0] < self.n_components:
            raise ValueError(f"n_samples={x.shape[0]} should be >= n_components={self.n_components}.")
        rows, counts = distinct(x, weights)
        self._middle, variance = measured(rows, counts)
        self._unit = scales(self._middle, variance, len(rows))
        clouds = min(self.n_components, len(rows))
        if clouds < self.n_components:
            text = f"only {clouds} distinct rows for n_components={self.n_components}: so many clouds."
            warnings.warn(text, ConvergenceWarning, stacklevel=2)
        shown = self._scaled(rows)
        table = self._table(shown, None, counts)
        given = {"clusters": clouds, "lr": self.learning_rate}
        problem = self._problem(table, self.max_iter, given, self.replicas, self._seed())
        learner = Mixture(problem)
        source = Whole(learner.train, problem.streams)
        phase = problem.phase(learner, source, self.max_iter)
        training = Training(learner, problem.start(learner), [phase])
        self._train(training, Watch(self.tol, bool(self.verbose)), source.batch_size)
        return self._tell(shown, counts)

    def _scaled(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(scaled(x, self._middle, self._unit))

    def _tell(self, x: np.ndarray, counts: np.ndarray | None) -> GradientMixture:
        """The likeliest replica's clouds, in the rows' own units."""
        each = np.average(self._logs(x), axis=1, weights=counts)
        self._best = int(np.nan_to_num(each, nan=-np.inf).argmax())
        own = {name: torch.from_numpy(value)[[self._best]] for name, value in self.parameters_.items()}
        root = roots(own)[0].double().numpy()
        self.weights_ = own["shares"][0].double().softmax(0).numpy()
        self.means_ = own["means"][0].double().numpy() * self._unit + self._middle
        self.covariances_ = np.linalg.inv(root.transpose(0, 2, 1) @ root) * np.outer(self._unit, self._unit)
        self.lower_bound_ = float(each[self._best] - np.log(self._unit).sum())
        return self

    def _joint(self, x: np.ndarray) -> np.ndarray:
        """log π_k N(x; k) of scaled rows, by every replica: [R, K, N]."""
        return self._ask(
            lambda known, rows: {"joint": joint(known, standing(known, rows))}, self.parameters_, x
        )["joint"]

    def _logs(self, x: np.ndarray) -> np.ndarray:
        """log density of scaled rows by every replica, [R, N]."""
        return np.asarray(np.logaddexp.reduce(self._joint(x).astype(np.float64), axis=1))

    def _own(self, X: Any) -> np.ndarray:
        """log π_k N(x; k) of new rows by the likeliest replica, [N, K], in the scaled rows' units."""
        return self._joint(self._scaled(self._rows(X)))[self._best].T

    def predict_proba(self, X: Any) -> np.ndarray:
        """How likely each cloud is for each row, [N, K]."""
        each = self._own(X)
        return np.exp(each - np.logaddexp.reduce(each, axis=1, keepdims=True))

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest cloud of each row, [N]."""
        return self._own(X).argmax(1)

    def fit_predict(self, X: Any, y: Any = None, **given: Any) -> np.ndarray:
        """The likeliest cloud of each row that it learned from, [N]."""
        return self.fit(X, y, **given).predict(X)

    def score_samples(self, X: Any) -> np.ndarray:
        """The logarithm of the density at each row, [N]."""
        return np.asarray(np.logaddexp.reduce(self._own(X), axis=1) - np.log(self._unit).sum())

    def score(self, X: Any, y: Any = None) -> float:
        """The mean of `score_samples`: the larger the better."""
        return float(self.score_samples(X).mean())
