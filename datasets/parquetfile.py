"""A Parquet file as a sheet: its numbers, booleans and dates are typed, its texts are read like a CSV's."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from paradigms.errors import DataError

from .sheet import TEXT, Sheet
from .words import quoted, shown

EXACT = 2**53


def is_parquet(data: bytes) -> bool:
    """Whether these bytes begin and end as Parquet does."""
    return data[:4] == b"PAR1" and data[-4:] == b"PAR1"


def read_parquet(data: bytes, name: str) -> Sheet:
    """All columns of a Parquet file.

    Raises:
        DataError: it is damaged, has no rows, or a column holds lists or other things that are no cells.
    """
    from pyarrow import parquet

    try:
        table = parquet.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(
            f"{name} cannot be read as Parquet: {shown(error, 100)}.", "Write it anew."
        ) from error
    if not table.num_rows:
        raise DataError(f"{name} has no rows.", "Give --data a table with at least ten rows.")
    kept = [k for k, one in enumerate(table.column_names) if not one.startswith("__index_level_")]
    columns = tuple(_column(table.column(k), table.column_names[k], name) for k in kept)
    return Sheet(name, tuple(table.column_names[k].strip() or f"column {k + 1}" for k in kept), columns)


def _column(cells: Any, column: str, name: str) -> pd.Series:
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells = pc.cast(cells, kind.value_type)
        kind = cells.type
    if pa.types.is_boolean(kind):
        return pd.Series(cells.to_pandas().astype(object).where(cells.is_valid().to_pandas(), np.nan))
    if pa.types.is_floating(kind) or (pa.types.is_integer(kind) and _fits(cells)):
        return pd.Series(pc.cast(cells, pa.float64(), safe=False).to_numpy())
    if pa.types.is_decimal(kind):
        return pd.Series(pc.cast(cells, pa.float64(), safe=False).to_numpy())
    if pa.types.is_temporal(kind):
        return (
            pd.Series(cells.to_numpy(), dtype="datetime64[ns]")
            if pa.types.is_timestamp(kind)
            else _dates(cells)
        )
    if pa.types.is_null(kind):
        return pd.Series([None] * len(cells), dtype=TEXT)
    if pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = pc.utf8_trim_whitespace(pc.cast(cells, pa.string()))
        return pd.Series(pc.if_else(pc.equal(text, ""), None, text), dtype=TEXT)
    raise DataError(
        f"column {quoted(column)} of {name} holds {shown(kind)}, which is no number and no text.",
        "Write it as numbers or text, or leave it out of the file.",
    )


def _fits(cells: Any) -> bool:
    """Whether all whole numbers are kept by a float."""
    span = pc.min_max(cells).as_py()
    return span["min"] is None or (span["min"] >= -EXACT and span["max"] <= EXACT)


def _dates(cells: Any) -> pd.Series:
    """Dates, times and durations by their texts, which look like dates."""
    return pd.Series(pc.cast(cells, pa.string()), dtype=TEXT)
