"""The scores of any runs as a table for a terminal."""

from __future__ import annotations

from pathlib import Path

from .. import sweep
from ..reading.comparison import compare
from ..reading.folder import as_left
from ..together import terminal


def table(*folders: Path) -> str:
    """A line a learner; of a sweep, its default and its best setting: made without the page's words."""
    with as_left(folders):
        comparison = compare([Path(folder) for folder in folders])
        if sweep.applies(comparison):
            found = sweep.summary(sweep.swept(comparison))
            return sweep.table(comparison.summary | {"sweep": found})
        return terminal.table(comparison.summary)
