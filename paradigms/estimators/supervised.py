"""What regressor and classifier share: features on one scale, a network, and how it is trained."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import Interval, StrOptions

from paradigms.engine.lbfgs import LBFGS, RunningNewton, WholeNewton
from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table, Whole
from paradigms.engine.rules import RULES
from paradigms.engine.schedules import SCHEDULES
from paradigms.engine.sparse import SparseTable, is_sparse
from paradigms.engine.streams import Streams
from paradigms.engine.training import Phase, Training
from paradigms.estimators.base import NEVER, GradientEstimator, Watch, steady
from paradigms.estimators.batches import SparseBatches
from paradigms.estimators.early import Early, split
from paradigms.estimators.scaling import measured, scaled, scales
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.module import Factory
from paradigms.supervised.linear import FlatLogistic, logit, pair

FULL = {"newton": WholeNewton, "lbfgs": LBFGS}
"""Rules that take all rows at once and end at the optimum."""
SOLVERS = ("auto", *FULL, *(name for name in RULES if name not in FULL))
"""The best full-batch rule, one of them by name, or one of the engine's first-order rules."""
LARGEST = 1000
"""Parameters up to which a linear model may be trained by its whole curvature."""
CHEAP = 120
"""Features times pairs of classes up to which that costs less than the many more steps of L-BFGS."""
RUNNING = 300
"""Parameters up to which `partial_fit` keeps the whole curvature of all rows so far."""
ONLINE = 32
"""Rows in a batch of `partial_fit`, and batches in one call, unless told otherwise."""

MANY, EVERY, STEPS = 4096, 4, 6
"""Rows from which on Newton's first steps look at every so manieth row only, and how many steps those are."""

DENSE = 256
"""Sparse rows that are made dense at once, at most."""


class Taught(GradientEstimator):
    """A linear map or a multilayer perceptron, learned from a teacher's answers.

    Args:
        hidden: widths of the hidden layers; none make it linear.
        alpha: the penalty's strength; None is that of scikit-learn's linear model, and with hidden layers one
            that keeps them from learning rows by heart.
        solver: `newton` (linear models) or `lbfgs` on the full batch, `auto` for the better of the two,
            or one of the engine's first-order rules: sgd, adam, …
        max_iter: updates of the full batch, or passes over the rows in batches.
        tol: `newton` and `lbfgs` end where no number of the gradient is larger; it is that of the mean
            loss with features and targets standardised. None is 1e-10, and 1e-5 with hidden layers.
        batch_size: rows in a batch for the first-order rules; None takes all.
        learning_rate: of the first-order rules.
        schedule: how the learning rate changes.
        fit_intercept: whether a linear model learns what it answers where all features are zero.
        early_stopping: whether rows are held out, and each replica ends with what did best on them.
        validation_fraction: the share of rows that are held out.
        n_iter_no_change: looks at them without an improvement after which a replica ends.
        warm_start: whether `fit` begins with the parameters of the last fit.
        replicas: how many seeds are trained at once.
        random_state: the study's seed; a number makes every result repeatable.
        device: cpu, cuda, mps or auto.
        verbose: whether the losses are printed.
        model: a network of your own instead of `hidden`: a function of the features' and the outputs' number
            that makes a torch.nn.Module.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GradientEstimator._parameter_constraints,
        "hidden": ["array-like"],
        "alpha": [Interval(Real, 0, None, closed="left"), None],
        "solver": [StrOptions(set(SOLVERS))],
        "tol": [Interval(Real, 0, None, closed="left"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "schedule": [StrOptions(set(SCHEDULES))],
        "fit_intercept": ["boolean"],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "warm_start": ["boolean"],
        "model": [callable, None],
    }

    def __init__(
        self,
        hidden: Sequence[int] = (),
        *,
        alpha: float | None = None,
        solver: str = "auto",
        max_iter: int = 1000,
        tol: float | None = None,
        batch_size: int | None = None,
        learning_rate: float = 0.01,
        schedule: str = "cosine",
        fit_intercept: bool = True,
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
        self.hidden = hidden
        self.alpha = alpha
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.fit_intercept = fit_intercept
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.replicas = replicas
        self.random_state = random_state
        self.device = device
        self.verbose = verbose
        self.model = model

    # What the two say of themselves.

    _alpha: ClassVar[float]
    _alpha_deep: ClassVar[float]
    _kind: ClassVar[type[NetworkLearner[Any]]]
    _flat: ClassVar[type[NetworkLearner[Any]]]

    def _strength(self) -> float:
        """The engine's l2 for alpha = 1 and one row: its losses are means, some without ½."""
        raise NotImplementedError

    def _facts(self) -> dict[str, Any]:
        """What the problem must know of the answers."""
        raise NotImplementedError

    def _outputs(self) -> int:
        """Numbers in one answer of one replica."""
        raise NotImplementedError

    def _logit(self, solver: str) -> bool:
        """Whether two classes are learned by one logit."""
        return False

    def _copies(self) -> int:
        """Replicas for the engine."""
        return int(self.replicas)

    # How they learn.

    def _scale(self, x: Any, weights: np.ndarray | None) -> None:
        """Features as the network is shown them: centred, and along all of them a like curvature.

        For a linear model with a penalty that is σ² + l2, so that a feature hardly larger than nothing is
        not blown up against a penalty that then has to hold it down.
        """
        mean, variance = measured(x, weights)
        self._unit = scales(mean, variance, x.shape[0])
        self._middle = np.zeros_like(mean) if is_sparse(x) or not self._shifted() else mean
        if not self._shifted():
            self._unit = np.where(variance + mean**2 > 0, np.sqrt(variance + mean**2), 1.0)
        if self._linear():
            self._unit = np.sqrt(self._unit**2 + self._l2(_total(weights, x)))

    def _linear(self) -> bool:
        return self.model is None and not len(self.hidden)

    def _shifted(self) -> bool:
        return bool(self.fit_intercept or not self._linear())

    def _scaled(self, x: Any) -> Any:
        """New rows as the network is shown them; a network has none that are sparse."""
        rows = scaled(x, self._middle, self._unit)
        return rows.toarray() if is_sparse(rows) else rows

    def _lesson(self, x: Any, y: np.ndarray, weights: np.ndarray | None) -> Table:
        return self._table(scaled(x, self._middle, self._unit), y, weights)

    def _learn(self, table: Table, weight: float, before: Mapping[str, np.ndarray] | None) -> None:
        """Trains anew, to the optimum if the solver gets there."""
        solver = self._solver(table)
        held: Table | None = None
        seed = self._seed()
        if self.early_stopping:
            table, held = split(table, self.validation_fraction, seed)
        alike = self._linear() and solver in FULL and self._outputs() > 1
        problem = self._task(table, self.max_iter, solver, weight, 1 if alike else self._copies(), seed)
        learner = self._learner(problem, solver)
        parameters = problem.start(learner)
        before = logit(before) if before is not None and self._logit(solver) else before
        if before is not None and _fits(before, learner):
            _overwrite(parameters, before)
        first = self._coarse(learner, problem, solver)
        training = Training(learner, parameters, [*first, self._phase(learner, problem, solver)])
        still = 0.0 if solver in FULL else NEVER
        watch = Watch(still, bool(self.verbose), sum(phase.steps for phase in first))
        if held is not None:
            watch = Early(learner, held, int(self.n_iter_no_change), bool(self.verbose))
        self._train(training, watch, table.rows)
        if isinstance(watch, Early):
            self.parameters_ = watch.best(self.parameters_)
        self._pair(solver)
        if solver in FULL and self._linear() and "budget" in training.why and held is None:
            text = f"no optimum after max_iter={self.max_iter} updates; take more, or a larger tol."
            warnings.warn(text, ConvergenceWarning, stacklevel=3)
        self._remember(training, weight, seed)
        if alike:  # without a draw of any kind all replicas are one
            self._repeat()

    def _repeat(self) -> None:
        copies = self._copies()
        self.parameters_ = {name: np.repeat(value, copies, 0) for name, value in self.parameters_.items()}
        self.history_ = {
            name: np.repeat(value, copies, 1) if value.ndim == 2 else value
            for name, value in self.history_.items()
        }

    def _pair(self, solver: str) -> None:
        if self._logit(solver):
            self.parameters_ = pair(self.parameters_)

    def _remember(self, training: Training, weight: float, seed: int) -> None:
        """The curvature at the optimum, from which `partial_fit` may go on."""
        rule = training.phases[-1].rule
        curvature = getattr(rule, "curvature", None)
        if curvature is not None and curvature.shape[1] <= RUNNING:
            whole = np.repeat(curvature.cpu().numpy() * weight, self._copies() // len(curvature), 0)
            self._memory = {"seed": seed, "steps": 0, "rule": {"curvature": whole}}

    def _learn_more(self, table: Table, weight: float) -> None:
        """One pass over these rows in batches, from where the parameters are; or one whole step."""
        solver = self.solver
        count = (table.x.shape[2] + 1) * self._outputs()
        if solver in ("auto", *FULL):
            solver = "running" if self._linear() and solver != "lbfgs" and count <= RUNNING else "adam"
        if self._memory is not None and (solver == "running") != ("curvature" in self._memory["rule"]):
            self._memory = None  # another rule's
        if solver == "running" and hasattr(self, "parameters_") and self._memory is None:
            solver = "adam"
        seed = self._memory["seed"] if self._memory else self._seed()
        problem = self._task(table, 1, solver, weight, self._copies(), seed)
        learner = self._learner(problem, "newton" if solver == "running" else solver)
        if hasattr(self, "parameters_"):
            parameters = _again(learner, logit(self.parameters_) if self._logit(solver) else self.parameters_)
        else:
            parameters = problem.start(learner)
        if solver == "running":
            phase = self._running(learner, problem, parameters, weight)
        else:
            size = min(self.batch_size or max(ONLINE, table.rows // ONLINE), table.rows)
            phase = problem.phase(learner, _batches(table, size, problem.streams), -(-table.rows // size))
            self._in_units(phase)
        phase.schedule = steady
        self._train_on(learner, parameters, phase, seed)
        self._pair(solver)

    def _running(
        self, learner: Learner[Any], problem: Problem, parameters: Parameters, weight: float
    ) -> Phase:
        """One step of recursive least squares, or of Newton's on the cross-entropy."""
        learner.total = weight  # type: ignore[attr-defined]
        source = Whole(problem.parts["train"], problem.streams)
        if self._memory is None:
            phase = problem.phase(learner, source, 1)
            self._in_units(phase)
            own = parameters.flat.new_zeros(parameters.flat.shape)
            if phase.penalty is not None:
                own = own + phase.penalty.mask * phase.penalty.l2 * weight
            prior = torch.diag_embed(own).cpu().numpy()
            self._memory = {"seed": problem.streams.study, "steps": 0, "rule": {"curvature": prior}}
        return Phase(source, RunningNewton(), 1.0, steady, 1)

    def _task(
        self, table: Table, steps: int, solver: str, weight: float, replicas: int, seed: int
    ) -> Problem:
        given = self._settings(solver, weight)
        return self._problem(table, steps, given, replicas, seed, **self._facts())

    def _learner(self, problem: Problem, solver: str) -> Learner[Any]:
        flat = self._linear() and (solver in FULL or not self._shifted())
        kind: Any = FlatLogistic if self._logit(solver) else self._flat if flat else self._kind
        learner: Any = kind(problem)
        learner.curved = solver == "newton"
        if flat:
            learner.shifted = self._shifted()
        self._network = learner.network
        return learner

    def _settings(self, solver: str, weight: float) -> dict[str, Any]:
        """The engine's names for what was asked, for rows that together count `weight`."""
        first_order = solver in RULES and solver not in FULL
        known = solver == "running" and self._memory is not None  # the penalty is part of what it remembers
        return {
            "model": self.model or ("linear" if self._linear() else "mlp"),
            "hidden": tuple(int(width) for width in self.hidden),
            "optimizer": solver if first_order else "sgd",
            "lr": self.learning_rate if first_order else 1.0,
            "schedule": self.schedule if first_order else "constant",
            "l2": 0.0 if known else self._l2(weight) / (2 if self._logit(solver) else 1),
            "weight_decay": None,
        }

    def _l2(self, weight: float) -> float:
        usual = self._alpha if self._linear() else self._alpha_deep
        return self._strength() * (usual if self.alpha is None else self.alpha) / weight

    def _enter(self, keep: tuple[str, ...] = ()) -> None:
        """Raises ValueError for parameters that cannot be meant, alone or together."""
        super()._enter(keep)
        widths = np.asarray(self.hidden)
        if widths.size and (widths.ndim != 1 or widths.dtype.kind not in "iu" or (widths < 1).any()):
            raise ValueError(
                f"The 'hidden' parameter of {type(self).__name__} must be a sequence of int in the range "
                f"[1, inf). Got {self.hidden!r} instead."
            )
        if self.solver in ("auto", *FULL) and self.batch_size is not None:
            raise ValueError(
                f"solver={self.solver!r} takes all rows at once: choose another, or batch_size=None."
            )
        if self.solver == "newton" and not self._linear():
            raise ValueError("solver='newton' is for linear models: choose another, or hidden=().")

    def _solver(self, table: Table) -> str:
        """Newton's where the whole curvature costs less than many steps; else L-BFGS."""
        if self.solver != "auto":
            return self.solver
        features, outputs = table.x.shape[2] + 1, self._outputs()
        pairs = max(1, outputs * (outputs - 1) // 2)
        small = features * outputs <= LARGEST and (outputs == 1 or features * pairs <= CHEAP * outputs / 2)
        return "newton" if small and self._linear() else "lbfgs"

    def _phase(self, learner: Learner[Any], problem: Problem, solver: str) -> Phase:
        train, streams = problem.parts["train"], problem.streams
        if solver in FULL:
            tol = (1e-10 if self._linear() else 1e-5) if self.tol is None else float(self.tol)
            if isinstance(train, SparseTable) and not self._linear():
                train = Table(torch.from_numpy(train.matrix.toarray()[None]), train.y, train.weights)
            phase = problem.phase(learner, Whole(train, streams), self.max_iter, FULL[solver](tol=tol))
        else:
            size = train.rows if self.batch_size is None else min(self.batch_size, train.rows)
            dense = not isinstance(train, SparseTable)
            size = size if dense else min(size, DENSE)
            source = Whole(train, streams) if dense and size == train.rows else _batches(train, size, streams)
            phase = problem.phase(learner, source, problem.budget // source.batch_size)
        self._in_units(phase)
        return phase

    def _coarse(self, learner: Learner[Any], problem: Problem, solver: str) -> list[Phase]:
        """Newton's first steps only lead to where the curvature is the optimum's; a few rows show the way."""
        train = problem.parts["train"]
        if (
            solver != "newton"
            or not getattr(learner, "bent", False)
            or train.rows < MANY
            or isinstance(train, SparseTable)
        ):
            return []
        y, weights = (
            None if one is None else one[:, ::EVERY].contiguous() for one in (train.y, train.weights)
        )
        few = Table(train.x[:, ::EVERY].contiguous(), y, weights)
        phase = problem.phase(learner, Whole(few, problem.streams), STEPS, WholeNewton())
        self._in_units(phase)
        return [phase]

    def _in_units(self, phase: Phase) -> None:
        """A linear model's penalty acts on its weights per unit of each feature, as it does elsewhere."""
        if phase.penalty is not None and self._linear():
            mask, scale = phase.penalty.mask.clone(), torch.as_tensor(self._unit)
            weights = mask[mask > 0].view(len(scale), -1)
            mask[mask > 0] = (weights / scale.to(mask).square().unsqueeze(1)).flatten()
            phase.penalty = replace(phase.penalty, mask=mask)


def _batches(table: Table, size: int, streams: Streams) -> Shuffled:
    """Batches of the rows in an order of each replica's own."""
    kind: Any = SparseBatches if isinstance(table, SparseTable) else Shuffled
    batches: Shuffled = kind(table, size, streams)
    return batches


def _again(learner: Learner[Any], known: Mapping[str, np.ndarray]) -> Parameters:
    """The engine's parameters as they were."""
    rows = [known[name].reshape(len(known[name]), -1) for name in learner.shapes]
    problem: Problem = learner.problem  # type: ignore[attr-defined]
    return Parameters(learner.shapes, problem.tensor(np.concatenate(rows, 1)))


def _overwrite(parameters: Parameters, known: Mapping[str, np.ndarray]) -> None:
    """The engine's parameters as they were; of replicas that are one, the first."""
    with torch.no_grad():
        for name, tensor in parameters.items():
            tensor.copy_(torch.as_tensor(known[name][: len(tensor)]))


def _fits(known: Mapping[str, np.ndarray], learner: Learner[Any]) -> bool:
    """Whether these are the parameters of such a network."""
    return {name: value.shape[1:] for name, value in known.items()} == dict(learner.shapes)


def _total(weights: np.ndarray | None, x: Any) -> float:
    return float(x.shape[0] if weights is None else weights.sum())
