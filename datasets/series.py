"""A person's series: the rows of their table in the order of the file, cut into windows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from paradigms.errors import DataError

from .dataset import Column, Dataset
from .forms.windows import Windows
from .numerals import Surroundings
from .reading import Outcome, read_column
from .schema import grouped
from .sheet import blank_rows
from .tablefile import read_sheet
from .tables import without
from .targets import read_target
from .words import listed, plural, quoted

Array = np.ndarray[Any, Any]


def read_series(
    path: str | os.PathLike[str], *, target: str, window: int, horizon: int = 1, drop: Sequence[str] = ()
) -> Dataset:
    """A table whose rows follow each other in time, as windows of `window` rows.

    The answer to a window is the target `horizon` rows after its last. What is seen is the target's own past,
    and beside it every other column that holds a number in every row.

    Raises:
        DataError: the file cannot be read, or its target is no series of numbers without a gap.
        UsageError: an unknown column.
    """
    sheet, name = read_sheet(path), Path(path).name
    raw = without(sheet, drop, target)
    raw = raw[~blank_rows(raw)]
    table = Surroundings(dict(raw.items()), sheet.delimiter)
    read = {column: read_column(raw[column], table) for column in raw if column != target}
    seen = read_column(raw[target], table, role="number")
    if gaps := int(raw[target].isna().sum()):
        raise DataError(
            f"{plural(gaps, 'row')} of {quoted(name)} without {quoted(target)}: a series has no gaps.",
            "Fill them in, or give --data the rows after the last gap.",
        )
    values = read_target(raw[target], seen, "regression").values
    beside = {column: outcome for column, outcome in read.items() if _whole(outcome)}
    left = [column for column in read if column not in beside]
    notes = [*sheet.notes, *grouped({target: seen.notes} | {name: one.notes for name, one in beside.items()})]
    if left:
        notes.append(f"{listed(map(quoted, left))} left out: no number in every row.")
    wide = np.stack([values, *(one.values.to_numpy(np.float64) for one in beside.values())], axis=1)
    readings = [seen.reading, *(one.reading for one in beside.values())]
    form = Windows((len(wide),), window, horizon, channels=wide.shape[1], names=(target, *beside))
    x, y = form.cut([wide])
    frame = pd.DataFrame(x.reshape(len(x), -1), columns=form.features)
    return Dataset(
        name=name,
        kind="file",
        task="regression",
        frame=frame,
        target=y,
        target_name=target,
        classes=None,
        columns=tuple(
            Column(lag, "number", None, 0, int(frame[lag].nunique()), readings[place % len(readings)])
            for place, lag in enumerate(frame)
        ),
        form=form,
        notes=tuple(notes),
        task_reason=f"--window {window} makes it a series",
        known={"persistence": x[:, -1, 0]},
    )


def _whole(outcome: Outcome) -> bool:
    numeric = outcome.kind in ("number", "boolean") and not outcome.trouble
    return numeric and bool(outcome.values.notna().all())
