"""The target column: values or classes, and which task that makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from paradigms.errors import DataError, UsageError

from .checks import FEWEST_IN_CLASS
from .reading import Outcome, as_text
from .words import quoted

MOST_CLASSES = 20


@dataclass(frozen=True, eq=False)
class Target:
    """`values` `[N]` (float64 values or int64 class codes) and what they mean."""

    values: np.ndarray[Any, Any]
    classes: tuple[str, ...] | None
    task: str
    reason: str


def read_target(column: pd.Series, outcome: Outcome, task: str | None) -> Target:
    """A target column that has no missing cells, and what it was read as.

    Text, booleans, and at most 20 different whole numbers are classes, by the texts of their cells; all else
    is a number to predict. `task` (`regression` or `classification`) overrides where the values allow it.

    Raises:
        DataError: infinities, dates, or text among numbers.
        UsageError: `task` does not fit the values.
    """
    name = quoted(column.name)
    if outcome.kind == "date":
        raise DataError(
            f"the target {name} holds dates, which are not supported.", "Choose another --target."
        )
    if outcome.kind == "number" and not outcome.trouble:
        return _from_numbers(column, outcome.values.to_numpy(), name, task)
    if outcome.kind == "number" and task != "classification":
        hint = outcome.hint or "Correct or remove the row."
        raise DataError(f"the target {outcome.trouble}.", f"{hint} Or give --task classification.")
    if task == "regression":
        what = "true/false" if outcome.kind == "boolean" else f"text ({quoted(column.iloc[0])})"
        raise UsageError(
            f"--task regression needs numbers, and the target {name} holds {what}.",
            "Use --task classification, or choose another --target.",
        )
    return _from_text(
        column, "its values are true/false" if outcome.kind == "boolean" else "its values are text"
    )


def _from_numbers(column: pd.Series, values: np.ndarray[Any, Any], name: str, task: str | None) -> Target:
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
    return _classes(column, values, reason)


def _classes(column: pd.Series, values: np.ndarray[Any, Any], reason: str) -> Target:
    """The cells as written, in the order of their numbers; `1.0` is `1` unless both are there."""
    codes, texts = pd.factorize(as_text(column))
    first = np.array([values[np.flatnonzero(codes == k)[0]] for k in range(len(texts))])
    short = [text.removesuffix(".0") for text in texts]
    names = short if len(set(short)) == len(texts) else list(texts)
    order = sorted(range(len(names)), key=lambda k: (first[k], names[k]))
    place = np.argsort(order)
    return Target(place[codes].astype(np.int64), tuple(names[k] for k in order), "classification", reason)


def _from_text(column: pd.Series, reason: str) -> Target:
    classes, codes = np.unique(as_text(column).to_numpy(dtype=object), return_inverse=True)
    return Target(codes.astype(np.int64), tuple(classes), "classification", reason)
