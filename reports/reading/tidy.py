"""metrics.jsonl as a tidy pandas frame: one row per learner, seed, step, split and signal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .folder import read

if TYPE_CHECKING:
    import pandas

_KEYS = ("learner", "seed", "setting", "step", "samples", "seconds", "split")


def frame(folder: Path) -> pandas.DataFrame:
    """Columns learner, seed, setting, step, samples, seconds, split, signal, value; values that are not
    numbers (`stopped`) are left out, missing ones are NaN.
    """
    import pandas

    rows: list[tuple[Any, ...]] = []
    for learner in read(folder).rows.values():
        for row in learner:
            place = tuple(row.get(key, 0) for key in _KEYS)
            rows.extend((*place, name, value) for name, value in row.items() if _told(name, value))
    table = pandas.DataFrame(rows, columns=[*_KEYS, "signal", "value"])
    return table.astype({"value": "float64"})


def _told(name: str, value: Any) -> bool:
    return name not in _KEYS and not isinstance(value, str)
