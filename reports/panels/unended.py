"""Test episodes that the limit cut, where what they earn is below 0.

Progress is then what was not lost: whoever stands still beside a cliff earns −200, whoever falls off it
−2,000, and neither arrives.
"""

from __future__ import annotations

import numpy as np

from ..reading.comparison import Shown
from ..reading.folder import Json
from ..words import Told, count, percent

SOME = 0.05
"""Progress from which on a score reads like a success."""
MOST = 0.5
"""Share of cut episodes from which on a level that was reached says little."""


def unended(entry: Json) -> Told | None:
    """The share of test episodes that the limit cut, where that is a loss; else None."""
    share, score = entry.get("cut"), entry["iqm"]
    return percent(share) if share and score is not None and score < 0 else None


def words(learner: Shown) -> str:
    """How many episodes the limit cut, and what progress is then."""
    share, entry, name = unended(learner.entry), learner.entry, learner.label
    if share is None:
        return ""
    steps = learner.data.get("limit")
    limit = f"the limit of {count(int(steps), 'step')}" if steps else "a limit"
    said = (
        f"None of {name}’s test episodes came to an end of its own: {limit} cut them all."
        if entry["cut"] == 1
        else f"Of {name}’s test episodes {limit} cut {share} before they came to an end of their own."
    )
    if entry["progress"] is None or entry["progress"] < SOME:
        return said
    return f"{said} There, progress says only how much less it lost than random play."


def meanwhile(learner: Shown) -> float | None:
    """The share of validation episodes that the limit cut when 90 % was reached, where it cut most."""
    level, curves, metric = (
        learner.entry["samples_to"]["90"],
        learner.record.held_out,
        learner.record.metric,
    )
    if level is None or "cut" not in curves:
        return None
    at = min(int(np.searchsorted(curves.samples + learner.record.read, level)), curves.samples.size - 1)
    share, score = (float(np.nanmean(curves[name][:, at])) for name in ("cut", metric))
    return None if share < MOST or score >= 0 else share


def early(learner: Shown) -> str:
    """Whether the level of 90 % was reached while the limit still cut most episodes of the validation."""
    share = meanwhile(learner)
    if share is None:
        return ""
    return (
        f"When {learner.label} had come so far, the limit still cut {percent(share)} of its episodes: to "
        "lose less than random play is not to arrive."
    )
