"""The table of what gradients are like: four quantities that mean the same for every paradigm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..reading.records import Floats, Record
from ..words import NOTHING, number
from . import noise

NAMES = ("noise_scale", "alignment", "update_ratio", "target_drift")


def row(record: Record) -> list[dict[str, str]]:
    """For each quantity its typical value, and how it goes from the first quarter to the last."""
    return [_cell(noise.whole(record), noise.quarters(record)), *(_recorded(record, it) for it in NAMES[1:])]


def _recorded(record: Record, name: str) -> dict[str, str]:
    if name not in record.train:
        return _cell(None, None)
    values = record.train[name]
    return _cell(_median(values), [_median(part) for part in noise.ends_of(values)])


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _cell(typical: float | None, quarters: Sequence[float] | None) -> dict[str, str]:
    if typical is None or quarters is None:
        return {"typical": NOTHING, "way": ""}
    first, last = (number(value, 2) for value in quarters)
    return {"typical": number(typical, 2), "way": f"{first} to {last}"}
