"""What a person should know of a table before trusting a score: identifiers, copies, duplicates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.util import hash_array

from .words import drop_hint, listed, plural

Array = np.ndarray[Any, Any]
FEWEST_IDENTIFIERS = 10
MIX = np.uint64(0x9E3779B97F4A7C15)


def table_notes(frame: pd.DataFrame, target: Array | None, task: str | None) -> tuple[str, ...]:
    """Warnings about features and rows, each one sentence or two.

    Args:
        frame: raw features, N rows, as in `Dataset.frame`.
        target: `[N]` values or class codes, or None.
    """
    found = [_identifiers(frame), _dates(frame), _copies(frame, target, task), _duplicates(frame, target)]
    return tuple(note for note in found if note)


def _identifiers(frame: pd.DataFrame) -> str:
    names = [name for name in frame if _is_identifier(frame[name])]
    if not names:
        return ""
    return f"{listed(names)}: a different whole number in every row, like an identifier. {drop_hint(names)}"


def _is_identifier(values: pd.Series) -> bool:
    if len(values) < FEWEST_IDENTIFIERS or values.dtype != np.float64:
        return False
    x = values.to_numpy()
    return bool(np.all(x == np.round(x)) and values.is_unique)


def _dates(frame: pd.DataFrame) -> str:
    names = [name for name in frame if _is_date(frame[name])]
    if not names:
        return ""
    words = f"numbers that are dates ({frame[names[0]].min():.0f}), whose differences are no days"
    return f"{listed(names)}: {words}. {drop_hint(names)}"


def _is_date(values: pd.Series) -> bool:
    """Whether numbers are all dates written as 20240131."""
    if values.dtype != np.float64 or not 1900_01_01 <= values.min() <= values.max() <= 2099_12_31:
        return False
    x = values.dropna()
    if x.nunique() < 3 or (x != x.round()).any():
        return False
    days = pd.to_datetime(x.astype(np.int64).astype(str), format="%Y%m%d", errors="coerce")
    return bool(days.notna().all())


def _copies(frame: pd.DataFrame, target: Array | None, task: str | None) -> str:
    if target is None:
        return ""
    same = _one_to_one if task == "classification" else _proportional
    names = [name for name in frame if same(frame[name], target)]
    if not names:
        return ""
    return f"{listed(names)}: says the same as the target, so the task is trivial. {drop_hint(names)}"


def _one_to_one(values: pd.Series, target: Array) -> bool:
    """Whether each value belongs to one class and each class to one value."""
    codes, levels = pd.factorize(values)
    present = codes >= 0
    classes = len(np.unique(target[present]))
    if classes < 2 or len(levels) != classes:
        return False
    return len(np.unique(codes[present] * (target.max() + 1) + target[present])) == classes


def _proportional(values: pd.Series, target: Array) -> bool:
    """Whether a number is the target, or the target in another unit."""
    if values.dtype != np.float64:
        return False
    x = values.to_numpy()
    present = ~np.isnan(x)
    x, y = x[present], target[present]
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return False
    x, y = (x - x.mean()) / np.ptp(x), (y - y.mean()) / np.ptp(y)
    return bool(abs(x @ y) >= (1 - 1e-9) * np.sqrt((x @ x) * (y @ y)))


def _duplicates(frame: pd.DataFrame, target: Array | None) -> str:
    rows = frame if target is None else frame.assign(**{_unused(frame): target})
    count = 0 if _all_differ(rows) else int(rows.duplicated().sum())
    if not count:
        return ""
    verb = "repeats" if count == 1 else "repeat"
    return f"{plural(count, 'row')} {verb} an earlier one: copies can land in training and test part at once."


def _all_differ(rows: pd.DataFrame) -> bool:
    """Whether no two rows have one checksum: then none is another's copy."""
    sums = np.zeros(len(rows), np.uint64)
    for name in rows:
        values = rows[name]
        x = (
            values.cat.codes.to_numpy()
            if isinstance(values.dtype, pd.CategoricalDtype)
            else values.to_numpy()
        )
        x = x.astype(np.float64) + 0.0  # so that −0 is 0
        x[np.isnan(x)] = np.nan  # and nothing is nothing, whatever its bits
        sums = sums * MIX ^ hash_array(x, categorize=False)
    sums.sort()  # a quarter of the time that counting takes
    return bool((sums[1:] != sums[:-1]).all())


def _unused(frame: pd.DataFrame) -> str:
    name = "target"
    while name in frame:
        name += "_"
    return name
