"""Whether hidden units have fallen silent: a network whose rate is too large need not diverge, it may die.

A unit that answers 0 to every training row has no gradient any more. All numbers stay finite, so nothing is
reported diverged; the share is known where it was recorded (`--unit-signals`).
"""

from __future__ import annotations

import numpy as np

from ..reading.comparison import Shown
from ..words import count, percent

MOST = 0.5
"""Share of silent units from which a network counts as dead."""


def dead(learner: Shown) -> np.ndarray | None:
    """The last recorded share of silent units of each seed [R]; None if it was not recorded."""
    lines = learner.record.train.values.get("dead_units")
    if lines is None or not np.isfinite(lines).any():
        return None
    return np.array([line[np.isfinite(line)][-1] if np.isfinite(line).any() else np.nan for line in lines])


def dead_words(learner: Shown) -> str:
    """How many seeds ended dead, and that nothing else would say so."""
    shares = dead(learner)
    if shares is None or not (shares >= MOST).any():
        return ""
    gone = shares[shares >= MOST]
    return (
        f"{learner.label} died on {len(gone)} of {count(len(shares), 'seed')}: "
        f"{percent(float(np.mean(gone)))} of its hidden units answer 0 to every training row and learn "
        "nothing any more. All its numbers are finite, so that none counts as diverged; a smaller learning "
        "rate keeps units alive."
    )
