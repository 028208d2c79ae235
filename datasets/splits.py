"""Train, validation and test parts for every replica, and the arrays that learners read."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from paradigms.errors import UsageError

from . import checks
from .preprocessing import Preprocessing, fit

if TYPE_CHECKING:
    from .dataset import Dataset

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Part:
    """The rows that R replicas see for one purpose.

    Attributes:
        x: `[R, N, d]`, each replica's examples laid flat, scaled by its own statistics; or int64 codes.
        y: `[R, N]` or `[R, N, ...]`, the target in its own unit or int64 codes; None without a target.
        rows: `[R, N]` int64, where the rows stand in the table.
        known: name → `[R, N, ...]`, what the generator knows of them.
    """

    x: Array
    y: Array | None
    rows: Array
    known: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Split:
    """Three parts and, for each replica, how its rows were preprocessed."""

    train: Part
    validation: Part
    test: Part
    preprocessing: tuple[Preprocessing, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """Rows in each part, as `config.json` keeps them."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part.rows.shape[1] for name, part in parts.items()}


def split(
    dataset: Dataset,
    *,
    study_seed: int,
    seeds: Sequence[int],
    whole: bool = False,
    first: int | None = None,
    dtype: Any = np.float32,
) -> Split:
    """Split about 60/20/20, once for each seed and as the data's form demands; scale by the training part.

    A replica's split depends on the study seed, the data set's name and its own seed, and on nothing else.
    Classes are stratified, unless one has fewer than five rows (a task that needs them has refused it).

    Args:
        whole: no split: all rows in every part, one copy (R = 1) for all replicas.
        first: how many training rows are left: fewer are among more, and the other parts stay as they are.
        dtype: of `x` that is no code, and of `y` for regression.

    Raises:
        DataError: fewer than ten rows, or too few for the form's three parts.
        UsageError: no replica seed, or more rows to be left than there are, or too few.
    """
    if not len(seeds):
        raise UsageError("a split needs at least one replica seed.", "Give --seeds 1 or more.")
    if whole and first is not None:
        raise UsageError("--rows leaves some training rows, and --all-data makes no parts.", "Leave one out.")
    if whole:
        every = np.arange(len(dataset))
        scaled = _fitted(dataset, every)
        only = _part(dataset, [every], [scaled], dtype)
        return Split(only, only, only, (scaled,))
    checks.require_rows(dataset.name, len(dataset))
    rows = [split_rows(dataset, study_seed, seed) for seed in seeds]
    if first is not None:
        rows = [(_fewer(dataset, train, first), held, last) for train, held, last in rows]
    fitted = [_fitted(dataset, train) for train, _, _ in rows]
    train, validation, test = (_part(dataset, list(part), fitted, dtype) for part in zip(*rows, strict=True))
    return Split(train, validation, test, tuple(fitted))


def split_rows(dataset: Dataset, study_seed: int, seed: int) -> tuple[Array, Array, Array]:
    """One replica's row indices: train `[n]`, validation `[v]`, test `[t]`."""
    key = np.random.SeedSequence([study_seed, zlib.crc32(dataset.name.encode()), seed])
    first, second = (int(state) for state in key.generate_state(2))
    return dataset.form.divided(len(dataset), _strata(dataset), (first, second))


def _fewer(dataset: Dataset, train: Array, first: int) -> Array:
    """The first rows of a training part, which stand in the replica's own random order."""
    if first > len(train):
        raise UsageError(f"--rows {first}: the training part has {len(train)} rows.", "Ask for fewer.")
    left = train[:first]
    classes = None if dataset.task != "classification" or dataset.target is None else dataset.target[left]
    if classes is not None and len(np.unique(classes)) < 2:
        raise UsageError(f"--rows {first}: on some seed all are of one class.", "Ask for more.")
    return left


def _strata(dataset: Dataset) -> Array | None:
    if dataset.task != "classification" or dataset.target is None:
        return None
    return dataset.target if np.bincount(dataset.target).min() >= checks.FEWEST_IN_CLASS else None


def _fitted(dataset: Dataset, rows: Array) -> Preprocessing:
    return dataset.form.fitted(fit(dataset, rows), dataset.frame.iloc[rows])


def _part(dataset: Dataset, rows: list[Array], fitted: list[Preprocessing], dtype: Any) -> Part:
    pairs = zip(rows, fitted, strict=True)
    x = np.stack([dataset.form.examples(dataset.frame.iloc[index], scale, dtype) for index, scale in pairs])
    index = np.stack(rows)
    if dataset.target is None:
        return Part(x, None, index)
    y = dataset.target[index]
    known = {name: column[index] for name, column in dataset.known.items()}
    return Part(x, y.astype(dtype) if dataset.task == "regression" else y, index, known)
