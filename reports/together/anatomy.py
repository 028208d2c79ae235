"""The anatomy of feedback: what each learner is told, side by side."""

from __future__ import annotations

from typing import Any

from ..panels.gradient import drift
from ..reading.comparison import Shown
from ..words import NOTHING, count, number
from .findings import got_there


def delay(learner: Shown) -> str:
    """How late an answer comes."""
    steps = (learner.spec.get("feedback") or {}).get("delay")
    return "nobody can know" if steps is None else "none" if steps == 0 else count(int(steps), "step")


def row(learner: Shown) -> dict[str, Any]:
    """One row of the anatomy of feedback."""
    feedback, entry = learner.spec.get("feedback") or {}, learner.entry
    moved = drift(learner)
    return {
        "source": feedback.get("source") or NOTHING,
        "per_sample": feedback.get("per_sample") or NOTHING,
        "delay": delay(learner),
        "moves": feedback.get("moves") or "no",
        "drift": moved[0] if moved else NOTHING,
        "late": f"late {moved[1]}" if moved and moved[0].value else "",
        "to_90": number(entry["samples_to"]["90"]),
        "reached": got_there(entry) if entry["reached"]["90"] is not None else NOTHING,
        "seconds": entry["seconds"],
        "steps_seconds": float(learner.record.held_out.seconds[-1])
        if learner.record.held_out.seconds.size
        else None,
    }
