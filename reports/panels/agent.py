"""Why an agent takes so much feedback: where it went, and what each of it said."""

from __future__ import annotations

import numpy as np

from ..reading import noise
from ..reading.comparison import Shown
from ..reading.phases import phases
from ..words import count, listing, number, percent, sentence
from . import gradient, unended


def words(learner: Shown) -> list[str]:
    """Sentences; none of who is no agent, or had no feedback."""
    level, parts = learner.entry["samples_to"]["90"], stretches(learner)
    if learner.spec.get("paradigm") != "reinforcement" or not learner.entry["samples"]:
        return []
    where = [f"{number(each)} in the phase “{name}”" for name, each in parts]
    who = "the median replica" if len(learner.entry["seeds"]) > 1 else "it"
    if level is not None:
        spent = f"90 % of the way took {who} {count(int(level), 'sample')}"
    else:
        had = number(learner.entry["samples"])
        spent = f"{sentence(who)} never got 90 % of the way with its {had} samples"
    told = [spent + (f": {listing(where)}." if where else ".")]
    little = level is not None and level <= (learner.data.get("limit") or 0)  # less than an episode may take
    return [text for text in (*told, unended.early(learner) if little else _reasons(learner)) if text]


def stretches(learner: Shown) -> list[tuple[str, int]]:
    """How many of the samples to 90 % of the way, else of all, fell into each phase; they add up."""
    found, level = phases(learner.record), learner.entry["samples_to"]["90"]
    read = learner.record.read if found and level is not None else 0
    total = int(level if level is not None else learner.entry["samples"] or 0) - read
    ends = [*(one.samples for one in found[1:]), total][: len(found)]
    spans = [(one.name, min(end, total) - one.samples) for one, end in zip(found, ends, strict=True)]
    return [(name, each) for name, each in [("read before the first step", read), *spans] if each > 0]


def _reasons(learner: Shown) -> str:
    """What makes a sample of an agent say little, each with its recorded number."""
    feedback, options = learner.spec.get("feedback") or {}, learner.spec.get("options") or {}
    parts = []
    if feedback.get("per_sample"):
        late = ", and nobody says which action earned it" if feedback.get("delay") is None else ""
        parts.append(f"a sample says no more than {feedback['per_sample']}{late}")
    scale, batch = noise.whole(learner.record), options.get("batch_size")
    if scale is not None and batch and scale > batch:
        size = f"{number(scale, 2)} examples" if np.isfinite(scale) else "more than can be measured"
        parts.append(f"its gradient is noisy (noise scale {size}, batch {batch:,})")
    moved = gradient.drift(learner)
    if moved is not None and moved[0].value > 0:
        parts.append(f"what it aims at moves (by {moved[0]} of itself per 1,000 samples)")
    if options.get("epsilon"):
        parts.append(
            f"at least {percent(options['epsilon'])} of its actions stay random, to try something new"
        )
    return f"Why so much: {'; '.join(parts)}." if parts else ""
