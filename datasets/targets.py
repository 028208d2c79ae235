"""The target column: values or classes, and which task that makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from paradigms.errors import DataError, UsageError

from .cells import Reading, read_cells_of
from .checks import FEWEST_IN_CLASS
from .words import quoted

MOST_CLASSES = 20


@dataclass(frozen=True, eq=False)
class Target:
    """`values` `[N]` (float64 values or int64 class codes) and what they mean."""

    values: np.ndarray[Any, Any]
    classes: tuple[str, ...] | None
    task: str
    reason: str


def read_target(column: pd.Series, task: str | None) -> Target:
    """Read a target column that has no missing cells.

    Text, booleans, and at most 20 different whole numbers are classes; all else is a number to predict.
    `task` (`regression` or `classification`) overrides where the values allow it.

    Raises:
        DataError: infinities, dates, or text among numbers.
        UsageError: `task` does not fit the values.
    """
    reading = read_cells_of(column)
    name = quoted(column.name)
    if reading.kind == "date":
        raise DataError(
            f"the target {name} holds dates, which are not supported.", "Choose another --target."
        )
    if reading.kind == "number":
        if reading.trouble and task != "classification":
            raise DataError(
                f"the target {reading.trouble}.", "Correct or remove the row, or give --task classification."
            )
        return (
            _from_text(column, "its values are text")
            if reading.trouble
            else _from_numbers(reading, name, task)
        )
    if task == "regression":
        what = "true/false" if reading.kind == "boolean" else f"text ({quoted(column.iloc[0])})"
        raise UsageError(
            f"--task regression needs numbers, and the target {name} holds {what}.",
            "Use --task classification, or choose another --target.",
        )
    return _from_text(
        column, "its values are true/false" if reading.kind == "boolean" else "its values are text"
    )


def _from_numbers(reading: Reading, name: str, task: str | None) -> Target:
    values = reading.values.to_numpy()
    distinct = np.unique(values)
    whole = bool(np.all(values == np.round(values)))
    counted = f"{len(distinct):,} different {'whole numbers' if whole else 'numbers'}"
    few = len(distinct) <= MOST_CLASSES
    if task is None:
        task = "classification" if whole and few else "regression"
        reason = f"its values are {counted}"
    else:
        reason = "--task says so"
    if task == "regression":
        return Target(values, None, task, reason)
    if not whole and (not few or FEWEST_IN_CLASS * len(distinct) > len(values)):
        raise UsageError(
            f"--task classification needs classes, and the target {name} holds {counted} with fractions.",
            "Use --task regression, or choose another --target.",
        )
    classes = tuple(f"{value:.0f}" if whole else f"{value:.12g}" for value in distinct)
    return Target(np.searchsorted(distinct, values).astype(np.int64), classes, task, reason)


def _from_text(column: pd.Series, reason: str) -> Target:
    texts = column.astype(object).map(str)
    classes, codes = np.unique(texts.to_numpy(dtype=object), return_inverse=True)
    return Target(codes.astype(np.int64), tuple(classes), "classification", reason)
