"""Why a learner ends below its reference, where that is known."""

from __future__ import annotations

import numpy as np

from paradigms import measures

from ..reading.comparison import Shown
from ..words import percent
from . import told
from .unended import unended

RISING = 0.02
"""By this share of the way the last quarter of the feedback leads the one before, where it still improves."""
NEAR = 0.9
"""Progress from which on it has learned its task, and the reference says what is left."""


def quarters(learner: Shown) -> tuple[float, float] | None:
    """Progress over the third and the last quarter of the feedback: the IQM over seeds of each one's mean.

    `None` where nobody knows, or where some ended early: more feedback was theirs to take.
    """
    record = learner.record
    budget = [why for why in record.last("stopped") if why]
    if not budget or any(why != "budget" for why in budget) or not record.held_out.samples.size:
        return None
    share = record.held_out.samples / max(record.held_out.samples[-1], 1.0)
    found = []
    for low, high in ((0.5, 0.75), (0.75, 1.0)):
        there = record.progress[:, (share > low) & (share <= high)]
        if not there.size or np.isnan(there).any():
            return None
        found.append(float(measures.iqm(there.mean(axis=1))))
    return (found[0], found[1]) if np.isfinite(found).all() else None


def below(learner: Shown, sure: bool) -> str:
    """A sentence; `sure`: that it ends below is unlikely to be luck. Empty where no reason is known."""
    why = _reason(learner)
    if not why:
        return ""
    return f"{learner.label} {'may stay below' if sure else 'ended lower, by luck or'} because {why}."


def _reason(learner: Shown) -> str:
    name, late = str(learner.entry["reference_name"] or ""), quarters(learner)
    if late is not None and late[1] - late[0] > RISING:
        return (
            f"it was still improving when its feedback ended: {percent(late[0])} of the way over the third "
            f"quarter of it, {percent(late[1])} over the last, on the validation part"
        )
    if learner.entry["progress"] < NEAR:
        return ""
    if "n_init=10" in name:
        return (
            "its reference is the best of ten starts on the same rows, while a replica has one start, which "
            "decides where it settles"
        )
    if learner.spec.get("paradigm") == "reinforcement":
        if unended(learner.entry) is not None or not told.optimal(learner):
            return ""
        return f"only a policy without a mistake earns its reference ({name})"
    if learner.spec.get("model") == "linear":
        return "its reference is exact over all training rows; steps on batches end near that, not on it"
    return ""
