"""Whether a data set can serve a task, said before anything is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paradigms.errors import DataError, UsageError, unknown

from .catalogue import named
from .words import listed, quoted

if TYPE_CHECKING:
    from .dataset import Dataset

SUPERVISED = ("regression", "classification")
UNSUPERVISED = ("kmeans", "pca")
FEWEST_ROWS = 10
FEWEST_IN_CLASS = 5


def require_task_name(task: str) -> None:
    """Raise UsageError unless `task` is the name of a task."""
    if task not in SUPERVISED + UNSUPERVISED:
        raise unknown("task", task, SUPERVISED + UNSUPERVISED)


def require(dataset: Dataset, task: str) -> None:
    """Raise UsageError or DataError unless the data set fits the task."""
    require_task_name(task)
    if task in UNSUPERVISED:
        return
    if dataset.target is None:
        raise UsageError(
            f"{task} needs a target, and {quoted(dataset.name)} was read without one.",
            f"Name its column with --target; columns: {listed(column.name for column in dataset.columns)}.",
        )
    if dataset.task != task:
        raise UsageError(_other_kind(dataset, task), _other_hint(dataset, task))
    if task == "classification":
        require_classes(dataset)


def require_classes(dataset: Dataset) -> None:
    """Raise DataError unless there are two classes or more with at least five rows each."""
    classes, target = dataset.classes or (), dataset.target
    where = f"the target {quoted(dataset.target_name)} of {quoted(dataset.name)}"
    if len(classes) < 2:
        raise DataError(
            f"{where} has one class only ({listed(classes)}): there is nothing to tell apart.",
            "Choose another --target, or use kmeans or pca without one.",
        )
    counts = np.bincount(target, minlength=len(classes))  # type: ignore[arg-type]
    small = [f"{quoted(classes[k])} ({counts[k]})" for k in np.flatnonzero(counts < FEWEST_IN_CLASS)]
    if small:
        words = "a class" if len(small) == 1 else f"{len(small)} classes"
        raise DataError(
            f"{where} has {words} with fewer than {FEWEST_IN_CLASS} rows: {listed(small)}.",
            "Merge or remove those rows, or choose another --target (or --task regression for numbers).",
        )


def require_rows(name: str, count: int) -> None:
    """Raise DataError unless there are enough rows for a 60/20/20 split."""
    if count < FEWEST_ROWS:
        rows = "one row" if count == 1 else f"{count} rows"
        raise DataError(
            f"{quoted(name)} has {rows}; a 60/20/20 split needs at least {FEWEST_ROWS}.",
            "Give --data a longer table.",
        )


def _other_kind(dataset: Dataset, task: str) -> str:
    has = "a number" if dataset.task == "regression" else "classes"
    wants = "a number" if task == "regression" else "classes"
    target = f"{quoted(dataset.target_name)} of {quoted(dataset.name)}"
    return f"{task} needs {wants} as target, and {target} has {has}."


def _other_hint(dataset: Dataset, task: str) -> str:
    if dataset.kind == "file":
        return f"Use --task {dataset.task}, or choose another --target."
    return f"Use --task {dataset.task}, or --dataset with one of: {', '.join(named(task))}."
