"""Why losses share no axis."""

from __future__ import annotations

from collections.abc import Sequence

from ..panels import change, listed
from ..reading.comparison import Shown
from ..reading.family import AT_ONCE


def sentence(learners: Sequence[Shown]) -> str:
    """Where losses end, and why they cannot be held against each other; empty if all have one formula."""
    ends = {it.label: listed.way(change.listed(it), "loss") for it in learners}
    formulas = {it.label: str(it.spec.get("loss") or "") for it in learners}
    known = {label: way[1].value for label, way in ends.items() if way is not None and formulas[label]}
    if len({formulas[label] for label in known}) < 2:
        return ""
    if len(learners) > AT_ONCE:
        return "Losses share no axis, because each is measured in a unit of its own."
    parts = "; ".join(f"{label} {value} ({formulas[label]})" for label, value in known.items())
    return f"Losses share no axis, because each is measured in a unit of its own. They end at: {parts}."
