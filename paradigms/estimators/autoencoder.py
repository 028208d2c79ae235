"""An autoencoder as a detector of odd rows, in scikit-learn's manner."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import OutlierMixin
from sklearn.utils._param_validation import Interval
from torch import Tensor

from paradigms.engine.parameters import Parameters
from paradigms.engine.rows import Shuffled
from paradigms.engine.training import Training
from paradigms.estimators.base import FLOATS, NEVER, GradientEstimator, Watch, admitted
from paradigms.estimators.scaling import measured, scaled, scales
from paradigms.networks.network import Network
from paradigms.unsupervised.autoencoder import ALARMS, Rebuilding, errors


class Unscored(Rebuilding):
    """Rows that nobody has told apart."""

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        return {}

    def baseline(self, part: str) -> np.ndarray:
        return np.array([])

    def reference(self, part: str) -> None:
        return None


class GradientAutoencoder(OutlierMixin, GradientEstimator):
    """Odd rows are those that come back badly from a place narrower than they are.

    Learns ½ mean ‖f(x) − x‖² by Adam, features on one scale; a row's score is minus how far it is from what
    comes back, in the mean over features and replicas.

    Args:
        hidden: widths of the layers; the narrowest decides what can come back.
        contamination: the share of the rows of the fit that will be called odd.
        max_iter: passes over the rows.
        batch_size: rows in a batch.
        learning_rate: of Adam; it falls to zero along a cosine.
        replicas: how many seeds are trained at once.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.
        verbose: whether the losses are printed.

    >>> line = np.linspace(-1, 1, 40)
    >>> model = GradientAutoencoder((32, 2, 32), batch_size=8, random_state=0).fit(np.stack([line, line], 1))
    >>> model.predict([[0.5, 0.5], [0.5, -0.5]]).tolist()
    [1, -1]
    """

    name = "autoencoder"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientEstimator._parameter_constraints,
        "hidden": ["array-like"],
        "contamination": [Interval(Real, 0, 0.5, closed="right")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        hidden: Any = (64, 8, 64),
        *,
        contamination: float = ALARMS,
        max_iter: int = 200,
        batch_size: int = 64,
        learning_rate: float = 0.003,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
        verbose: Any = False,
    ) -> None:
        self.hidden = hidden
        self.contamination = contamination
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.replicas = replicas
        self.random_state = random_state
        self.device = device
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None) -> GradientAutoencoder:
        """Learns what is usual among the rows X [N, d]; y is ignored.

        `offset_` is the score below which a row is called odd.
        """
        self._enter()
        x = admitted(self, X, dtype=FLOATS, ensure_min_samples=2)
        self._middle, variance = measured(x, None)
        self._unit = scales(self._middle, variance, len(x))
        table = self._table(scaled(x, self._middle, self._unit), None, None)
        given = {"hidden": tuple(int(width) for width in self.hidden), "lr": self.learning_rate}
        problem = self._problem(table, self.max_iter, given, self.replicas, self._seed())
        learner = Unscored(problem)
        self._network = learner.network
        source = Shuffled(table, min(self.batch_size, table.rows), problem.streams)
        phase = problem.phase(learner, source, problem.budget // source.batch_size)
        training = Training(learner, problem.start(learner), [phase])
        self._train(training, Watch(NEVER, bool(self.verbose)), table.rows)
        self.offset_ = float(np.quantile(self._score(x), self.contamination))
        return self

    def _score(self, x: np.ndarray) -> np.ndarray:
        rows = scaled(x, self._middle, self._unit)
        asked = self._ask(partial(_off, self._network), self.parameters_, rows)
        return -asked["error"].mean(0).astype(np.float64)

    def score_samples(self, X: Any) -> np.ndarray:
        """Minus how far each row is from what comes back, [N]: the lower, the odder."""
        return self._score(self._rows(X))

    def decision_function(self, X: Any) -> np.ndarray:
        """The same above `offset_`, [N]: below zero a row is called odd."""
        return np.asarray(self.score_samples(X) - self.offset_)

    def predict(self, X: Any) -> np.ndarray:
        """1 for usual rows and −1 for odd ones, [N]."""
        return np.where(self.decision_function(X) < 0, -1, 1)


def _off(network: Network, known: Mapping[str, Tensor], rows: Tensor) -> dict[str, Tensor]:
    return {"error": errors(network, known, rows)}
