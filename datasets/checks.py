"""Whether a data set can serve a task, said before anything is trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from paradigms.errors import DataError, UsageError, unknown

from .catalogue import named
from .words import listed, quoted

SUPERVISED = ("regression", "classification")
UNSUPERVISED = ("kmeans", "pca")
LIKE = {"anomaly": "classification", "generation": "kmeans"}
"""Tasks that need the same of a data set as another: a class to be left out, rows of numbers."""
SPOKEN = {"anomaly": "anomaly detection"}
"""Tasks whose name is no word for what is done."""
OF_ONE_FORM = {"language": "a text", "translation": "lines, and a line in answer to each"}
"""Tasks that one form alone serves, and what that is."""
FEWEST_ROWS = 10
FEWEST_IN_CLASS = 5


def require_task_name(task: str) -> None:
    """Raise UsageError unless `task` is the name of a task."""
    if task not in (known := (*SUPERVISED, *UNSUPERVISED, *OF_ONE_FORM)):
        raise unknown("task", task, known)


def require_target(name: str, target: str | None, task: str, columns: Iterable[str]) -> None:
    """Raise UsageError if a table was read without the target that a task needs."""
    if target is None:
        raise UsageError(
            f"{SPOKEN.get(task, task)} needs a target, and {quoted(name)} was read without one.",
            f"Name its column with --target; columns: {listed(columns)}.",
        )


def require_kind(where: str, has: str | None, task: str, *, own: bool) -> None:
    """Raise UsageError unless the target is of the task's kind; `own` says that it is a person's table."""
    like = LIKE.get(task, task)
    if has != like:
        kinds = {"regression": "a number", "classification": "classes"}
        other = "choose another --target" if own else f"use --dataset with one of: {', '.join(named(like))}"
        raise UsageError(
            f"{SPOKEN.get(task, task)} needs {kinds[like]} as target, and {where} has {kinds[str(has)]}.",
            f"Use --task {has}, or {other}." if task == like else f"{other[0].upper()}{other[1:]}.",
        )


def require_classes(where: str, classes: Sequence[str], counts: np.ndarray[Any, Any]) -> None:
    """Raise DataError unless there are two classes or more with at least five of the rows [C] each."""
    if len(classes) < 2:
        raise DataError(
            f"the target {where} has one class only ({listed(classes)}): there is nothing to tell apart.",
            "Choose another --target, or use kmeans or pca without one.",
        )
    small = [
        f"{quoted(classes[k])} ({counts[k]})" for k in map(int, np.flatnonzero(counts < FEWEST_IN_CLASS))
    ]
    if small:
        words = "a class" if len(small) == 1 else f"{len(small)} classes"
        raise DataError(
            f"the target {where} has {words} with fewer than {FEWEST_IN_CLASS} rows: {listed(small)}.",
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
