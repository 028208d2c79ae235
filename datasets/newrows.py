"""New rows for a trained model: the columns it was trained on, typed as they were then."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from paradigms.errors import DataError

from .cells import read_booleans, read_numbers
from .csvfile import read_cells
from .preprocessing import NumberColumn, Preprocessing
from .words import listed, quoted


def read_new(path: str | os.PathLike[str], preprocessing: Preprocessing) -> pd.DataFrame:
    """A CSV file as raw features for `Preprocessing.transform`; other columns are ignored.

    Missing cells are filled as in training, and a category that training never saw becomes all zeros.

    Raises:
        DataError: the file cannot be read, a column is missing, or its cells are of another type.
    """
    raw, _ = read_cells(path)
    name = quoted(Path(path).name)
    missing = [column for column in preprocessing.columns if column not in raw]
    if missing:
        raise DataError(
            f"{name} lacks {listed(map(quoted, missing))}, which the model was trained on.",
            f"Its columns are {listed(raw.columns)}.",
        )
    numbers = {column.name: _numbers(raw[column.name], column, name) for column in preprocessing.numbers}
    texts = {column.name: raw[column.name] for column in preprocessing.categories}
    return pd.DataFrame({**numbers, **texts})


def _numbers(cells: pd.Series, column: NumberColumn, name: str) -> pd.Series:
    reading = read_booleans(cells) if column.kind == "boolean" else read_numbers(cells)
    if reading.trouble:
        raise DataError(f"column {reading.trouble} of {name}.", "Correct it or empty the cell.")
    return reading.values.astype(np.float64)
