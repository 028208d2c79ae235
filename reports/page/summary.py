"""The summary of runs with all that stands above one learner's numbers: the price of feedback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .. import price
from ..reading.comparison import Comparison, compare
from ..reading.folder import Json, as_left


def compared(folders: Sequence[Path], embed_rows: bool = False) -> Comparison:
    """What is to be shown, its summary whole; `embed_rows` allows single rows of a person's own data."""
    comparison = compare(folders, embed_rows)
    if not price.applies(comparison):
        return comparison
    told = {"price": price.summary(comparison.learners)}
    return replace(comparison, summary={**comparison.summary, **told})


def summarise(*folders: Path) -> Json:
    """The summary of one run, or of several side by side; writes nothing."""
    with as_left(folders):
        return compared([Path(folder) for folder in folders]).summary
