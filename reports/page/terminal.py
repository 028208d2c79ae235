"""The summary of any run as a table for a terminal."""

from __future__ import annotations

from .. import sweep
from ..reading.folder import Json
from ..together import terminal


def table(summary: Json) -> str:
    """A line a learner; of a sweep, its default and its best setting."""
    return sweep.table(summary) if "sweep" in summary else terminal.table(summary)
