"""From raw cells to typed features: the schema is read from the whole table, or refused in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from paradigms.errors import DataError

from .dataset import Column
from .numerals import Surroundings
from .reading import MEND, Outcome, read_column
from .words import drop_hint, listed, quoted

MOST_LEVELS = 100


@dataclass(frozen=True, eq=False)
class Table:
    """Typed features (N rows, as in `Dataset.frame`), their schema, and notes on what was left out."""

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[str, ...]


def read_schema(raw: pd.DataFrame, name: str, table: Surroundings, *, forgiving: bool = False) -> Table:
    """Type every column of a raw table.

    Empty columns and text that differs in every row are left out with a note. `forgiving` (OpenML, where
    nobody can mend the table) also leaves out dates and text with too many values, which are errors in a
    person's own file.

    Raises:
        DataError: infinities, text among numbers, dates, text with too many values, or nothing left.
    """
    with ThreadPoolExecutor(pa.cpu_count()) as pool:  # Arrow and NumPy let others work meanwhile
        readings = dict(zip(raw, pool.map(lambda name: read_column(raw[name], table), raw), strict=True))
    kinds = {column: _kind(reading) for column, reading in readings.items()}
    if not forgiving:
        _refuse(readings, kinds, name)
    keep = [column for column in readings if kinds[column] in ("number", "boolean", "category")]
    notes = grouped({column: readings[column].notes for column in readings if kinds[column] != "broken"})
    notes += [note for note in (_left_out(kinds, kind) for kind in _LEFT_OUT) if note]
    if not keep:
        raise DataError(f"{quoted(name)} has no column to learn from.", " ".join(notes) or "Check the file.")
    columns = tuple(_column(column, readings[column]) for column in keep)
    frame = pd.DataFrame({c.name: _typed(c, readings[c.name].values) for c in columns})
    return Table(frame.reset_index(drop=True), columns, tuple(notes))


_LEFT_OUT = {
    "empty": "without any value",
    "identifier": "a different text in every row, like a name or an identifier",
    "date": "dates, which are not supported",
    "crowded": f"text with more than {MOST_LEVELS} different values",
    "broken": "numbers that cannot be used",
}


def _kind(reading: Outcome) -> str:
    """The reading's kind, or why the column cannot be used."""
    if reading.kind == "category":
        present = reading.values.dropna()
        distinct = present.nunique()
        if distinct > 1 and distinct == len(present):
            return "identifier" if not reading.trouble else "broken"
        if distinct > MOST_LEVELS:
            return "crowded" if not reading.trouble else "broken"
        return "category"
    return "broken" if reading.trouble else reading.kind


def _refuse(readings: dict[str, Outcome], kinds: dict[str, str], name: str) -> None:
    """Raise for the first kind of trouble found, naming every column that has it."""
    where = quoted(name)
    for column, kind in kinds.items():
        if kind == "broken":
            trouble = f"column {readings[column].trouble} of {where}."
            hint = readings[column].hint or MEND
            raise DataError(trouble, f"{hint} {drop_hint([column])}")
    dates = [column for column, kind in kinds.items() if kind == "date"]
    if dates:
        what = f"{listed(map(quoted, dates))} of {where}: dates are not supported."
        raise DataError(what, f"{drop_hint(dates)} Or write them as numbers.")
    crowded = [column for column, kind in kinds.items() if kind == "crowded"]
    if crowded:
        levels = ", ".join(f"{quoted(c)} {readings[c].values.nunique()}" for c in crowded[:8])
        what = f"text with more than {MOST_LEVELS} different values in {where}: {levels}."
        raise DataError(what, drop_hint(crowded))


def grouped(notes: Mapping[str, Sequence[str]]) -> list[str]:
    """Each predicate once, as a sentence on all the columns that it holds for."""
    holders: dict[str, list[str]] = {}
    for column, predicates in notes.items():
        for predicate in predicates:
            holders.setdefault(predicate, []).append(column)
    return [f"{listed(columns)}: {predicate}." for predicate, columns in holders.items()]


def _left_out(kinds: dict[str, str], kind: str) -> str:
    names = [column for column, found in kinds.items() if found == kind]
    return f"{listed(names)}: {_LEFT_OUT[kind]}; left out." if names else ""


def _column(name: str, reading: Outcome) -> Column:
    values = reading.values
    levels = tuple(sorted(values.dropna().unique())) if reading.kind == "category" else None
    return Column(name, reading.kind, levels, int(values.isna().sum()), _distinct(values), reading.reading)


def _distinct(values: pd.Series) -> int:
    """How many different values there are; numbers by sorting, which is several times as fast as pandas."""
    if values.dtype != np.float64:
        return int(values.nunique())
    x = values.to_numpy()
    return len(np.unique(x[~np.isnan(x)] + 0.0))  # −0 is 0


def _typed(column: Column, values: pd.Series) -> pd.Series:
    if column.levels is None:
        return values.astype(np.float64)
    levels = pd.Index(column.levels, dtype=object)
    return pd.Series(pd.Categorical.from_codes(levels.get_indexer(values), levels), index=values.index)
