"""What both machines with a margin share: rows on one scale, perhaps lifted, all of them at every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import torch
from sklearn.utils._param_validation import Interval

from paradigms.engine.problem import Problem
from paradigms.engine.rows import Whole
from paradigms.engine.training import Training
from paradigms.estimators.base import GradientEstimator, Watch, distinct
from paradigms.estimators.scaling import measured, scaled, scales
from paradigms.supervised.svc import SVC
from paradigms.supervised.svr import SVR

Machine = SVC | SVR


class Margin(GradientEstimator):
    """A linear map of rows, or of random Fourier features of them, of which some rows are silent.

    Features are brought to one scale first, and the penalty is on weights per deviation: the optimum is that
    of scikit-learn's linear machine behind a `StandardScaler`, but for the intercept, which is free here.

    Args:
        C: how much a row beyond its margin counts against ½ ‖w‖².
        features: random Fourier features that a row is lifted to, for a Gaussian kernel with scikit-learn's
            `gamma="scale"`; 0 leaves it as it is.
        max_iter: steps, each on all the rows; the rate falls to zero over them.
        tol: a replica ends when a step changed its parameters by no more than this share of them.
        learning_rate: of Adam.
        replicas: how many seeds are trained at once; their mean answers.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.
        verbose: whether the losses are printed.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientEstimator._parameter_constraints,
        "C": [Interval(Real, 0, None, closed="neither")],
        "features": [Interval(Integral, 0, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        *,
        C: float = 1.0,
        features: int = 0,
        max_iter: int = 300,
        tol: float = 1e-6,
        learning_rate: float = 0.3,
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
        verbose: Any = False,
    ) -> None:
        self.C = C
        self.features = features
        self.max_iter = max_iter
        self.tol = tol
        self.learning_rate = learning_rate
        self.replicas = replicas
        self.random_state = random_state
        self.device = device
        self.verbose = verbose

    def _distinct(self, x: np.ndarray, y: np.ndarray, sample_weight: Any) -> tuple[np.ndarray, ...]:
        """Each distinct row and its answer once, [N, d] and [N], and its weight [N]; sets the scale."""
        rows, counts = distinct(np.column_stack([x, y.astype(x.dtype)]), self._weights(sample_weight, x))
        x, y = np.ascontiguousarray(rows[:, :-1]), rows[:, -1]
        counts = np.ones(len(rows)) if counts is None else counts
        self._middle, variance = measured(x, counts)
        self._unit = scales(self._middle, variance, len(x))
        return x, y, counts

    def _learn(
        self,
        machine: Callable[[Problem], Machine],
        x: np.ndarray,
        y: np.ndarray,
        counts: np.ndarray,
        strength: float = 1.0,
        **given: Any,
    ) -> None:
        """Trains on rows [N, d] and their answers [N], as the engine has them.

        Args:
            strength: of the penalty against C Σ of the losses.
            given: options and facts of the problem.
        """
        table = self._table(scaled(x, self._middle, self._unit), y, counts)
        facts = {name: given.pop(name) for name in ("classes",) if name in given}
        given |= {"features": self.features, "lr": self.learning_rate}
        problem = self._problem(table, self.max_iter, given, self.replicas, self._seed(), **facts)
        learner = machine(problem)
        source = Whole(learner.parts["train"], problem.streams)
        phase = problem.phase(learner, source, self.max_iter, l2=strength / (self.C * counts.sum()))
        training = Training(learner, problem.start(learner), [phase])
        self._random = {name: value.cpu().numpy() for name, value in learner.random.items()}
        self._network = learner.network
        self._train(training, Watch(self.tol, bool(self.verbose)), table.rows)

    def _told(self, respond: Callable[..., Mapping[str, torch.Tensor]], name: str, X: Any) -> np.ndarray:
        """What the replicas answer new rows in the mean, [N, ...]."""
        rows = scaled(self._rows(X), self._middle, self._unit)
        known = {**self.parameters_, **self._random}
        return np.asarray(self._ask(lambda own, x: respond(self._network, own, x), known, rows)[name].mean(0))

    def _weight(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights per unit of each feature [k, d] and intercepts [k] of a linear map."""
        weight = self.parameters_["weight1"].mean(0).T / self._unit
        return weight, self.parameters_["bias1"].mean(0) - weight @ self._middle
