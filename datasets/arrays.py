"""A data set from arrays of numbers: what bundled, generated and downloaded ones have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .catalogue import Entry
from .dataset import Column, Dataset
from .notes import table_notes

Array = np.ndarray[Any, Any]


def from_arrays(
    entry: Entry,
    x: Array,
    y: Array,
    *,
    features: list[str],
    classes: list[str] | None,
    target_name: str,
    **more: Any,
) -> Dataset:
    """A data set of numbers only: `x` is `[N, d]`, `y` is `[N]` values or class codes."""
    frame = pd.DataFrame(np.asarray(x, dtype=np.float64), columns=features)
    target = np.asarray(y, dtype=np.int64 if classes else np.float64)
    columns = tuple(Column(c, "number", None, 0, int(frame[c].nunique())) for c in features)
    return Dataset(
        name=entry.name,
        kind=entry.kind,
        task=entry.task,
        frame=frame,
        target=target,
        target_name=target_name,
        classes=tuple(classes) if classes else None,
        columns=columns,
        notes=table_notes(frame, target, entry.task),
        task_reason="the data set declares it",
        **more,
    )
