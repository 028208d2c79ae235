"""Which setting of a sweep is the best on the validation part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from paradigms import measures
from paradigms.errors import UsageError

from ..reading.folder import as_left, read
from ..reading.records import Record, records

Scores = Sequence[float | None]
"""One score a seed; `None` where it diverged."""


def winners(folder: Path) -> dict[str, int | None]:
    """Learner's id → the number of its best setting; None where every setting lost its seeds.

    The default is trained beside the grid and does not take part.
    """
    with as_left([folder]):
        found: dict[str, dict[int, Scores]] = {}
        lower: dict[str, bool] = {}
        for record in records([read(folder)]):
            found.setdefault(record.id, {})[record.setting] = tested(record)
            lower[record.id] = record.lower_is_better
        return {learner: best(scores, lower[learner]) for learner, scores in found.items()}


def kept(folder: Path, learner: str, held: Collection[int], asked: int | None) -> int:
    """Of the settings whose models a folder has kept, the one that is asked for; else the sweep's best.

    Raises:
        UsageError: it has kept none of that setting.
    """
    if asked is None and len(held) > 1:
        asked = winners(folder).get(learner)
    number = min(held) if asked is None else asked
    if number not in held:
        numbers = ", ".join(map(str, sorted(held)))
        raise UsageError(
            f"{folder} has kept no model of setting {number}.",
            f"It holds {numbers}; train the sweep with --keep all to have every one.",
        )
    return number


def best(scores: Mapping[int, Scores], lower_is_better: bool) -> int | None:
    """The setting, of those that count from 1, with the best IQM; the first of equals."""
    sign = -1.0 if lower_is_better else 1.0
    ranked = {k: sign * float(measures.iqm(list(seeds), lower_is_better)) for k, seeds in scores.items() if k}
    known = {setting: value for setting, value in ranked.items() if np.isfinite(value)}
    return max(known, key=lambda setting: (known[setting], -setting)) if known else None


def tested(record: Record) -> list[float | None]:
    """The validation scores of the very states that are tested, seed by seed.

    That is the last one, or the best where early stopping goes back to it; None where a replica diverged.
    """
    if record.metric not in record.held_out:
        return [None] * len(record.seeds)
    curves = record.held_out[record.metric]
    early = record.spec["options"].get("patience") is not None
    return [
        None if lost is not None else _score(line, early, record.lower_is_better)
        for line, lost in zip(curves, record.last("diverged"), strict=True)
    ]


def _score(line: np.ndarray, early: bool, lower_is_better: bool) -> float | None:
    known = line[np.isfinite(line)]
    if not known.size:
        return None
    if not early:
        return float(known[-1])
    return float(known.min() if lower_is_better else known.max())
