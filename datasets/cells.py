"""What a column of text cells holds: numbers, booleans, categories, dates, or something in between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .words import quoted

MOSTLY = 0.9
LARGEST = 1e150
"""Beyond this a variance overflows."""

BOOLEANS = {"false": 0.0, "true": 1.0, "no": 0.0, "yes": 1.0}
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ].*)?"
    r"|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4}"
    r"|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
)
_DECORATION = re.compile(r"[\s,'_$€£%]")


@dataclass(frozen=True, eq=False)
class Reading:
    """One column read: its kind, its values, and what is wrong with it.

    `kind` is `number`, `boolean`, `category`, `date` or `empty`. `values` (N) are float64 for numbers and
    booleans, else text with NaN. `trouble` is a sentence for a number column that is not one throughout.
    """

    kind: str
    values: pd.Series
    trouble: str = ""


def read_cells_of(column: pd.Series) -> Reading:
    """Infer a column's kind from all of its cells; typed columns (OpenML's) keep their type."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Reading("category" if column.notna().any() else "empty", _as_text(column))
    if pd.api.types.is_bool_dtype(column.dtype):
        return read_booleans(column)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return read_numbers(column)
    texts = column.dropna().unique()
    if not len(texts):
        return Reading("empty", column)
    if all(str(text).lower() in BOOLEANS for text in texts):
        return read_booleans(column)
    if _share(column, pd.to_numeric(column, errors="coerce").notna()) >= MOSTLY:
        return read_numbers(column)
    if sum(_DATE.fullmatch(str(text)) is not None for text in texts) >= MOSTLY * len(texts):
        return Reading("date", column)
    return Reading("category", _as_text(column), _decorated(column, texts))


def read_numbers(column: pd.Series) -> Reading:
    """A column that has to be numbers, with the first cell that is none in `trouble`."""
    values = pd.to_numeric(column, errors="coerce").astype(np.float64)
    wrong = values.isna() & column.notna()
    if wrong.any():
        return Reading("number", values, _first(column, wrong, "has text where numbers are needed:"))
    if np.isinf(values).any():
        return Reading("number", values, _first(column, np.isinf(values), "has an infinite value:"))
    if (values.abs() > LARGEST).any():
        return Reading("number", values, _first(column, values.abs() > LARGEST, "has a number too large:"))
    return Reading("number" if values.notna().any() else "empty", values)


def read_booleans(column: pd.Series) -> Reading:
    """A column that has to be true/false or yes/no, as 1 and 0."""
    values = column.map(lambda cell: BOOLEANS.get(str(cell).lower(), np.nan)).astype(np.float64)
    wrong = values.isna() & column.notna()
    trouble = _first(column, wrong, "has something else than true/false or yes/no:") if wrong.any() else ""
    return Reading("boolean", values, trouble)


def _as_text(column: pd.Series) -> pd.Series:
    text = column.astype(object)
    return text.where(column.isna(), text.map(str)).where(column.notna(), np.nan).astype(object)


def _share(column: pd.Series, good: pd.Series) -> float:
    return float(good.sum() / max(1, column.notna().sum()))


def _decorated(column: pd.Series, texts: Any) -> str:
    """A sentence on numbers written with separators, currencies or per cent signs; else nothing."""
    bare = pd.to_numeric(pd.Series([_DECORATION.sub("", str(text)) for text in texts]), errors="coerce")
    if bare.notna().mean() < MOSTLY:
        return ""
    decorated = pd.to_numeric(column, errors="coerce").isna() & column.notna()
    return _first(column, decorated, "has numbers written with separators or units:")


def _first(column: pd.Series, wrong: Any, words: str) -> str:
    place = int(np.flatnonzero(wrong)[0])
    return f"{quoted(column.name)} {words} {quoted(column.iloc[place])} in row {column.index[place] + 1}"
