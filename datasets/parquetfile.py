"""A Parquet file as a sheet: its numbers, booleans and dates are typed, its texts are read like a CSV's."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from paradigms.errors import DataError

from .sheet import TEXT, Sheet, stripped
from .words import shown

EXACT = 2**53


def is_parquet(data: bytes) -> bool:
    """Whether these bytes begin and end as Parquet does."""
    return data[:4] == b"PAR1" and data[-4:] == b"PAR1"


def read_parquet(data: bytes, name: str) -> Sheet:
    """All columns of a Parquet file.

    Raises:
        DataError: it is damaged or has no rows.
    """
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(io.BytesIO(data)).read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(
            f"{name} cannot be read as Parquet: {shown(error, 100)}.", "Write it anew."
        ) from error
    if not table.num_rows:
        raise DataError(f"{name} has no rows.", "Give --data a table with at least ten rows.")
    kept = [k for k, one in enumerate(table.column_names) if not one.startswith("__index_level_")]
    columns = tuple(typed_column(table.column(k)) for k in kept)
    notes = () if len(kept) == table.num_columns else ("The index that pandas wrote was left out.",)
    return Sheet(
        name, tuple(table.column_names[k].strip() or f"column {k + 1}" for k in kept), columns, notes
    )


def typed_column(cells: Any) -> pd.Series:
    """Numbers as float64, texts (and whole numbers that no float keeps) as `TEXT`, all else as typed."""
    if pa.types.is_dictionary(cells.type):
        cells = pc.cast(cells, cells.type.value_type)
    kind, is_a = cells.type, pa.types
    if is_a.is_boolean(kind):
        return cells.to_pandas().astype(object).where(cells.is_valid().to_pandas(), np.nan)
    whole = is_a.is_integer(kind) or (is_a.is_decimal(kind) and kind.scale <= 0)
    if is_a.is_floating(kind) or (is_a.is_decimal(kind) and not whole) or (whole and _fits(cells)):
        return pd.Series(pc.cast(cells, pa.float64(), safe=False).to_numpy())
    if is_a.is_timestamp(kind) or is_a.is_duration(kind):
        return cells.to_pandas()
    if is_a.is_null(kind):
        return pd.Series([None] * len(cells), dtype=TEXT)
    known = (
        is_a.is_integer,
        is_a.is_decimal,
        is_a.is_string,
        is_a.is_large_string,
        is_a.is_date,
        is_a.is_time,
    )
    if not any(one(kind) for one in known):
        return pd.Series(pd.arrays.ArrowExtensionArray(cells))
    return stripped(pc.cast(cells, pa.string()))


def _fits(cells: Any) -> bool:
    """Whether all whole numbers are kept by a float."""
    span = pc.min_max(cells).as_py()
    return span["min"] is None or (span["min"] >= -EXACT and span["max"] <= EXACT)
