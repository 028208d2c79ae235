"""The anatomy of feedback: what each learner is told, side by side."""

from __future__ import annotations

from typing import Any

from ..panels.gradient import drift
from ..reading.comparison import Shown
from ..words import NOTHING, count, number
from .findings import got_there


def row(learner: Shown) -> dict[str, Any]:
    """One row of the anatomy of feedback."""
    feedback, entry = learner.spec.get("feedback") or {}, learner.entry
    delay, moved = feedback.get("delay"), drift(learner)
    return {
        "source": feedback.get("source") or NOTHING,
        "per_sample": feedback.get("per_sample") or NOTHING,
        "delay": "nobody can know" if delay is None else "none" if delay == 0 else count(int(delay), "step"),
        "moves": feedback.get("moves") or "no",
        "drift": moved[0] if moved else NOTHING,
        "largest": f"at most {moved[1]}" if moved and moved[1].value else "",
        "to_90": number(entry["samples_to"]["90"]),
        "reached": got_there(entry) if entry["reached"]["90"] is not None else NOTHING,
        "seconds": entry["seconds"],
        "steps_seconds": float(learner.record.held_out.seconds[-1])
        if learner.record.held_out.seconds.size
        else None,
    }
