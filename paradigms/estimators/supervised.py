"""What regressor and classifier share: features on one scale, a network, and how it is trained."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from paradigms.engine.lbfgs import LBFGS, WholeNewton
from paradigms.engine.learner import Learner
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table, Whole
from paradigms.engine.rules import RULES
from paradigms.engine.schedules import SCHEDULES
from paradigms.engine.training import Phase, Training
from paradigms.estimators.base import GradientEstimator, Watch, steady
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.module import Factory

FULL = {"newton": WholeNewton, "lbfgs": LBFGS}
"""Rules that take all rows at once and end at the optimum."""
SOLVERS = ("auto", *FULL, *(name for name in RULES if name not in FULL))
"""The best full-batch rule, one of them by name, or one of the engine's first-order rules."""
LARGEST = 1000
"""Parameters up to which `auto` trains a linear model by its whole curvature."""
ONLINE = 32
"""Rows in a batch of `partial_fit`, unless told otherwise."""


class Taught(GradientEstimator):
    """A linear map or a multilayer perceptron, learned from a teacher's answers.

    Args:
        hidden: widths of the hidden layers; none make it linear.
        alpha: the penalty's strength; None is that of scikit-learn's linear model.
        solver: `newton` (linear models) or `lbfgs` on the full batch, `auto` for the better of the two,
            or one of the engine's first-order rules: sgd, adam, …
        max_iter: updates of the full batch, or passes over the rows in batches.
        tol: `newton` and `lbfgs` end where no number of the gradient is larger; it is that of the mean
            loss with features and targets standardised.
        batch_size: rows in a batch for the first-order rules; None takes all.
        learning_rate: of the first-order rules.
        schedule: how the learning rate changes.
        replicas: how many seeds are trained at once.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.
        model: a network of your own instead of `hidden`: a function of the features' and the outputs' number
            that makes a torch.nn.Module.
    """

    def __init__(
        self,
        hidden: Sequence[int] = (),
        *,
        alpha: float | None = None,
        solver: str = "auto",
        max_iter: int = 1000,
        tol: float = 1e-10,
        batch_size: int | None = None,
        learning_rate: float = 0.01,
        schedule: str = "cosine",
        replicas: int = 1,
        random_state: Any = None,
        device: str = "cpu",
        model: Factory | None = None,
    ) -> None:
        self.hidden = hidden
        self.alpha = alpha
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.replicas = replicas
        self.random_state = random_state
        self.device = device
        self.model = model

    # What the two say of themselves.

    _alpha: ClassVar[float]
    _kind: ClassVar[type[NetworkLearner[Any]]]

    def _strength(self) -> float:
        """The engine's l2 for alpha = 1 and one row: its losses are means, some without ½."""
        raise NotImplementedError

    def _facts(self) -> dict[str, Any]:
        """What the problem must know of the answers."""
        raise NotImplementedError

    @property
    def _linear(self) -> bool:
        return self.model is None and not len(self.hidden)

    # How they learn.

    def _scale(self, x: np.ndarray, weights: np.ndarray | None) -> None:
        """Features as the network is shown them: centred, and along all of them a like curvature.

        For a linear model with a penalty that is σ² + l2, so that a feature hardly larger than nothing is
        not blown up against a penalty that then has to hold it down.
        """
        self._check()
        self._scaler = StandardScaler().fit(x, sample_weight=weights)
        if self._linear:
            l2 = self._l2(float(len(x) if weights is None else weights.sum()))
            self._scaler.scale_ = np.sqrt(self._scaler.scale_**2 + l2)
        self._training: Training | None = None

    def _scaled(self, x: Any) -> np.ndarray:
        """New rows as the network is shown them."""
        rows = self._rows(x)
        return np.asarray(self._scaler.transform(rows))

    def _lesson(self, x: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> Table:
        return self._table(self._scaler.transform(x), y, weights)

    def _learn(self, table: Table, weight: float) -> None:
        """Trains anew, to the optimum if the solver gets there."""
        solver, facts = self._solver(table), self._facts()
        problem = self._problem(table, self.max_iter, self._settings(solver, weight), **facts)
        learner = self._kind(problem)  # type: ignore[call-arg]
        self._network = learner.network
        training = Training(learner, problem.start(learner), [self._phase(learner, problem, solver)])
        self._train(training, Watch(), table.rows)
        if solver in FULL and self._linear and "budget" in training.why:
            text = f"no optimum after max_iter={self.max_iter} updates; take more, or a larger tol."
            warnings.warn(text, ConvergenceWarning, stacklevel=3)

    def _learn_more(self, table: Table, weight: float) -> None:
        """One pass over these rows in batches, from where the parameters are."""
        if self._training is None:
            self._training = self._begin(table, weight)
        size = min(self.batch_size or ONLINE, table.rows)
        self._train_on(self._training, Shuffled(table, size, self._streams))

    def _begin(self, table: Table, weight: float) -> Training:
        """A training without an end, by a first-order rule at a constant rate."""
        solver = "adam" if self._solver(table) in FULL else self.solver
        problem = self._problem(table, 1, self._settings(solver, weight), **self._facts())
        learner = self._kind(problem)  # type: ignore[call-arg]
        self._network = learner.network
        self._streams = problem.streams
        phase = problem.phase(learner, Shuffled(table, 1, self._streams), 1)
        phase.steps, phase.schedule = 0, steady
        self._in_units(phase)
        parameters = problem.start(learner)
        with torch.no_grad():
            for name, value in getattr(self, "parameters_", {}).items():
                parameters[name].copy_(torch.as_tensor(value))
        return Training(learner, parameters, [phase])

    def _settings(self, solver: str, weight: float) -> dict[str, Any]:
        """The engine's names for what was asked, for rows that together count `weight`."""
        first_order = solver not in FULL
        return {
            "model": self.model or ("linear" if self._linear else "mlp"),
            "hidden": tuple(self.hidden),
            "optimizer": solver if first_order else "sgd",
            "lr": self.learning_rate if first_order else 1.0,
            "schedule": self.schedule if first_order else "constant",
            "l2": self._l2(weight),
            "weight_decay": None,
        }

    def _l2(self, weight: float) -> float:
        return self._strength() * (self._alpha if self.alpha is None else self.alpha) / weight

    def _check(self) -> None:
        """Raises ValueError for a parameter that cannot be meant."""
        if self.solver not in SOLVERS or self.schedule not in SCHEDULES:
            raise ValueError(
                f"solver={self.solver!r}, schedule={self.schedule!r}: "
                f"known solvers are {', '.join(SOLVERS)}; "
                f"known schedules are {', '.join(SCHEDULES)}."
            )
        small = self.batch_size is not None and self.batch_size < 1
        if (self.alpha or 0) < 0 or self.learning_rate <= 0 or small:
            raise ValueError("alpha must not be negative; learning_rate and batch_size must be above 0.")
        if self.solver in ("auto", *FULL) and self.batch_size is not None:
            raise ValueError(
                f"solver={self.solver!r} takes all rows at once: choose another, or batch_size=None."
            )
        if self.solver == "newton" and not self._linear:
            raise ValueError("solver='newton' is for linear models: choose another, or hidden=().")
        if self.model is not None and not callable(self.model):
            raise ValueError(f"model={self.model!r} must be a function that makes a torch.nn.Module.")

    def _solver(self, table: Table) -> str:
        """Newton's where the whole curvature is small enough; L-BFGS for networks and wide tables."""
        if self.solver != "auto":
            return self.solver
        outputs = self._facts().get("classes", 1)
        small = (table.x.shape[2] + 1) * outputs <= LARGEST
        return "newton" if small and self._linear else "lbfgs"

    def _phase(self, learner: Learner[Any], problem: Problem, solver: str) -> Phase:
        train, streams = problem.parts["train"], problem.streams
        if solver in FULL:
            learner.curved = solver == "newton"  # type: ignore[attr-defined]
            phase = problem.phase(learner, Whole(train, streams), self.max_iter, FULL[solver](tol=self.tol))
        else:
            size = train.rows if self.batch_size is None else min(self.batch_size, train.rows)
            source = Whole(train, streams) if size == train.rows else Shuffled(train, size, streams)
            phase = problem.phase(learner, source, problem.budget // size)
        self._in_units(phase)
        return phase

    def _in_units(self, phase: Phase) -> None:
        """A linear model's penalty acts on its weights per unit of each feature, as it does elsewhere."""
        if phase.penalty is not None and self._linear:
            mask, scale = phase.penalty.mask.clone(), torch.as_tensor(self._scaler.scale_)
            weights = mask[mask > 0].view(len(scale), -1)
            mask[mask > 0] = (weights / scale.to(mask).square().unsqueeze(1)).flatten()
            phase.penalty = replace(phase.penalty, mask=mask)
