"""What every estimator shares: from arrays to a problem, through the one loop, to arrays again."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from torch import Tensor

from paradigms.datasets.streams import given
from paradigms.engine import devices, sparse
from paradigms.engine.loop import train
from paradigms.engine.moments import moments
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streams import Streams
from paradigms.engine.training import Phase, Training
from paradigms.errors import UsageError
from paradigms.options import Options
from paradigms.registry import entry

LOOKS = 100
"""Moments at which a fit is looked at, and rows of `history_`, at most."""
FLOATS = (np.float64, np.float32)
"""What is computed in the input's own precision; anything else in the first of them."""
LARGEST = 1e150
"""Squares of larger numbers overflow."""
NEVER = -1.0
"""The share of a training that nobody's standing still ends."""


def steady(t: int) -> float:
    """The schedule of a training without an end."""
    return 1.0


class Watch:
    """Keeps what the loop measures, and ends the replicas that stand still.

    Args:
        still: an update no larger than this share of the parameters is none; below zero, every one is some.
        told: whether every look is printed.
        since: the step up to which nobody's standing still counts.
    """

    def __init__(self, still: float = 0.0, told: bool = False, since: int = 0) -> None:
        self.still, self.told, self.since = still, told, since
        self.rows: list[dict[str, Any]] = []

    def __call__(self, training: Training, signals: dict[str, Tensor]) -> bool:
        row = {name: devices.numbers(value) for name, value in signals.items()}
        self.rows.append({"step": training.step, **row})
        if self.told:
            print(f"step {training.step}: loss {np.array2string(row['loss'], precision=6)}")
        for replica in np.flatnonzero(self.stands(training, row)).tolist():
            if training.ended[replica] < 0:
                training.freeze(replica, "converged")
        return not training.over

    def stands(self, training: Training, row: Mapping[str, np.ndarray]) -> np.ndarray:
        """Which replicas stand still, [R]."""
        if self.still < 0 or training.step <= self.since:
            return np.zeros(len(row["loss"]), bool)
        size = devices.numbers(training.parameters.flat.norm(dim=1))
        return np.asarray(row["update_norm"] <= self.still * size)

    def history(self) -> dict[str, np.ndarray]:
        """`step` [T], and every signal [T, R]; `nan` where a signal was not there yet."""
        names = dict.fromkeys(name for row in self.rows for name in row)
        lost = np.full(len(self.rows[0]["loss"]), np.nan)
        return {name: np.stack([np.asarray(row.get(name, lost)) for row in self.rows]) for name in names}


class GradientEstimator(BaseEstimator):
    """One of the engine's learners behind scikit-learn's interface.

    After a fit, `parameters_` holds every replica's parameters by name, [R, ...], and `history_` what the
    loop measured: `step` [T], and `loss`, `gradient_norm`, … [T, R].
    """

    name: ClassVar[str]
    """The learner's name in the registry."""
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "replicas": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "device": [str],
        "verbose": ["verbose"],
    }

    def _enter(self, keep: tuple[str, ...] = ()) -> None:
        """At the door of every fit: parameters are what they may be, and no earlier fit is left but `keep`.

        Raises:
            ValueError: a parameter that cannot be meant.
        """
        self._validate_params()
        if isinstance(self.replicas, bool):
            name = type(self).__name__
            raise ValueError(
                f"The 'replicas' parameter of {name} must be an int. Got {self.replicas} instead."
            )
        self._device()
        for name in [name for name in vars(self) if name.endswith("_")]:
            if name not in keep:
                delattr(self, name)
        self._memory: dict[str, Any] | None = None

    def _table(self, x: Any, y: np.ndarray | None, weights: np.ndarray | None) -> Table:
        """One set of rows, the same for all replicas, on the estimator's device; sparse ones stay here."""
        device = self._device()
        if weights is not None:
            weights = (weights / weights.mean()).astype(x.dtype)
        target, counts = (
            None if column is None else _tensor(np.atleast_2d(column), device) for column in (y, weights)
        )
        if sparse.is_sparse(x):
            return sparse.table(x, target, counts)
        return Table(_tensor(x[None], device), target, counts)

    def _device(self) -> torch.device:
        try:
            return devices.resolve(self.device)
        except (UsageError, RuntimeError) as error:
            raise ValueError(f"device={self.device!r}: {error}") from None

    def _problem(
        self, table: Table, steps: int, given: Mapping[str, Any], replicas: int, seed: int, **facts: Any
    ) -> Problem:
        """The learner's task of so many passes; `given` is laid over its defaults in the registry."""
        return Problem(
            options=Options.of({**entry(self.name).defaults(given, quick=False), **given}),
            streams=Streams(seed, tuple(range(replicas))),
            budget=steps * table.rows,
            device=table.x.device,
            dtype=table.x.dtype,
            parts={"train": table},
            **facts,
        )

    def _seed(self) -> int:
        if self.random_state is None:
            return int(np.random.SeedSequence().generate_state(1)[0])
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _train(self, training: Training, watch: Watch, rows: int) -> None:
        """Through the one loop, until the budget is spent or every replica stands still."""
        training.learner.begin(training.parameters)
        first = range(1, 1 + min(LOOKS // 3, training.total))  # some are over after a few steps
        train(training, [*first, *moments(training.total, LOOKS - len(first))], watch)
        training.learner.finish(training.parameters)
        self.history_ = watch.history()
        self._keep(training, rows)

    def _train_on(self, learner: Any, parameters: Parameters, phase: Phase, seed: int) -> None:
        """So many more steps of a phase, with all that its rule remembers; no rows are kept."""
        known: dict[str, Any] = self._memory or {"seed": seed, "steps": 0, "rule": {}}
        training, watch = Training(learner, parameters, [phase]), Watch(NEVER, bool(self.verbose))
        if known["rule"].keys() != phase.rule.state.keys():  # another rule's
            known = {"seed": seed, "steps": 0, "rule": {}}
        for name, value in known["rule"].items():
            phase.rule.state[name].copy_(torch.from_numpy(value))
        training.step = known["steps"]
        phase.steps += training.step
        train(training, [training.total], watch)
        self.history_ = watch.history()
        self._keep(training, phase.source.batch_size * (training.total - known["steps"]))
        rule = {name: value.detach().cpu().numpy().copy() for name, value in phase.rule.state.items()}
        self._memory = {"seed": known["seed"], "steps": training.step, "rule": rule}

    def _keep(self, training: Training, rows: int) -> None:
        """The parameters as plain arrays, and how many passes over the rows led to them.

        Warns:
            ConvergenceWarning: a replica diverged.
        """
        *before, last = training.phases
        steps = max(step if step >= 0 else training.step for step in training.ended)
        seen = sum(phase.steps * phase.source.batch_size for phase in before)
        seen += (steps - sum(phase.steps for phase in before)) * last.source.batch_size
        self.n_iter_ = max(1, -(-seen // rows))
        self.parameters_ = {
            name: value.detach().cpu().numpy().copy() for name, value in training.parameters.items()
        }
        if lost := training.why.count("diverged"):
            text = f"{lost} of {len(training.why)} replicas diverged; a smaller learning_rate may help."
            warnings.warn(text, ConvergenceWarning, stacklevel=4)

    def _ask(
        self, respond: Any, parameters: Mapping[str, np.ndarray], x: np.ndarray
    ) -> dict[str, np.ndarray]:
        """What every replica answers rows x [N, d]: name → [R, N, ...]."""
        device = self._device()
        tensors = {name: _tensor(value, device) for name, value in parameters.items()}
        rows = _tensor(x[None], device)
        with torch.no_grad():
            answer = respond(tensors, rows.expand(len(next(iter(tensors.values()))), -1, -1))
        return {name: value.cpu().numpy() for name, value in answer.items()}

    def _rows(self, x: Any) -> Any:
        """New rows, checked against those of the fit, in the precision of the fit.

        Raises:
            NotFittedError: nothing was learned yet.
        """
        check_is_fitted(self)
        return self._as_fitted(admitted(self, x, reset=False, dtype=FLOATS, accept_sparse="csr"))

    def _as_fitted(self, x: Any) -> Any:
        known = getattr(self, "parameters_", None)
        return x if known is None else x.astype(next(iter(known.values())).dtype, copy=False)

    def _weights(self, sample_weight: Any, x: Any) -> np.ndarray | None:
        """How much each row counts, in float64; None where all count alike.

        Raises:
            ValueError: a negative weight, or none above zero.
        """
        if sample_weight is None:
            return None
        weights = _check_sample_weight(sample_weight, x, dtype=np.float64, ensure_non_negative=True)
        if not weights.any():
            raise ValueError("sample_weight has no weight above zero.")
        return np.asarray(weights)


def admitted(estimator: GradientEstimator, *arrays: Any, **what: Any) -> Any:
    """What scikit-learn's `validate_data` makes of rows, and targets if there are some.

    Raises:
        ValueError: not what it may be, or so large that its square is none.
    """
    if arrays and (given.loader(arrays[0]) or given.streams(arrays[0])):
        raise ValueError(
            f"a {type(arrays[0]).__name__} is no array in memory: partial_fit goes through it piece by piece."
        )
    found = validate_data(estimator, *arrays, **what)
    for name, one in zip("Xy", found if isinstance(found, tuple) else (found,), strict=False):
        values = one.data if sparse.is_sparse(one) else one
        if values.dtype == np.float64 and values.size and max(values.max(), -values.min()) > LARGEST:
            raise ValueError(f"Input {name} contains a value above {LARGEST:g}, whose square no float holds.")
    return found


def _tensor(array: np.ndarray, device: torch.device) -> Tensor:
    """On the device; a copy where the array may not be written to."""
    return torch.from_numpy(np.require(array, requirements=["C", "W"])).to(device)


def distinct(x: Any, weights: np.ndarray | None) -> tuple[Any, np.ndarray | None]:
    """Each distinct row once, in lexicographic order, with the weight of all its copies.

    So a row of weight two and two equal rows are the same table, and so are the same rows in another
    order: what is drawn from them by their place is drawn alike.
    """
    count = np.ones(x.shape[0]) if weights is None else weights
    kept, counts = (x, count) if weights is None else (x[weights > 0], count[weights > 0])
    if sparse.is_sparse(kept):
        order, new = _by_entries(kept)
        rows = kept[order]
    else:
        order = _lexicographic(kept)
        rows = kept[order]
        new = (rows[1:] != rows[:-1]).any(1)
    begins = np.flatnonzero(np.append(True, new))
    summed = np.add.reduceat(counts[order], begins)
    if weights is None and (summed == 1).all():
        return rows, None
    return rows[begins], summed


def _lexicographic(rows: np.ndarray) -> np.ndarray:
    """The order of the rows [N, d]; by the first column, and by all only where that leaves a choice."""
    order = np.argsort(rows[:, 0], kind="stable")
    first = rows[order, 0]
    same = np.append(False, first[1:] == first[:-1])
    if not same.any():
        return order
    tied = np.flatnonzero(same | np.append(same[1:], False))
    again = np.lexsort(rows[order[tied]].T[::-1])
    order[tied] = order[tied][again]
    return order


def _by_entries(rows: Any) -> tuple[np.ndarray, np.ndarray]:
    """An order of sparse rows in which equal ones are neighbours, and which differ from the one before."""
    tidy = rows.tocsr(copy=True)
    tidy.sum_duplicates()
    tidy.eliminate_zeros()
    ends = zip(tidy.indptr[:-1], tidy.indptr[1:], strict=True)
    keys = [tidy.indices[a:b].tobytes() + tidy.data[a:b].tobytes() for a, b in ends]
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    return order, np.array([keys[a] != keys[b] for a, b in zip(order[1:], order[:-1], strict=True)], bool)
