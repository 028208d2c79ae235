"""Seeds that a typical score does not show: that failed, did not solve the task, or diverged."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.comparison import Shown
from ..words import count, listing, number, percent


def hidden(learners: Sequence[Shown]) -> str:
    """What an IQM leaves out: seeds that failed, and those that did not solve the task."""
    return " ".join(text for text in map(behind, learners) if text)


def behind(learner: Shown) -> str:
    """How many seeds solved the task and how many failed, where one did not or did."""
    entry, seeds = learner.entry, len(learner.entry["seeds"])
    if seeds < 2 or entry["range"] is None:
        return ""
    parts = []
    if entry["solved"] is not None:
        finished = sum(1 for row in learner.record.final if row)
        parts.append(
            f"{round(entry['solved'] * finished)} of {count(finished, 'seed')} solve the task "
            f"({learner.signal.label} of at least {number(learner.data['threshold'])})"
        )
    if entry["failed"]:
        share = "all" if entry["failed"] == 1 else percent(entry["failed"])
        parts.append(f"{share} of the seeds failed (diverged, or ended where they began)")
    if not parts:
        return ""
    worst = entry["range"][1 if learner.record.lower_is_better else 0]
    through = " that came through" if entry["diverged"] else ""
    return f"{learner.label}: {listing(parts)}; the worst{through} ends at {number(worst)}."


def failures(learners: Sequence[Shown]) -> str:
    """Which replicas diverged, and who is not finished."""
    lost = [_lost(learner) for learner in learners if learner.entry["diverged"]]
    open_ = [learner.label for learner in learners if not any(learner.record.final)]
    total = sum(len(learner.entry["seeds"]) for learner in learners)
    words = []
    if lost:
        gone = sum(len(learner.entry["diverged"]) for learner in learners)
        words.append(f"{gone} of {count(total, 'replica')} diverged and count as the worst: {listing(lost)}.")
        rates = [
            f"{it.label} {number(rate)}" for it in learners if it.entry["diverged"] and (rate := _rate(it))
        ]
        words += [f"The usual cause is too large a learning rate (lr): {listing(rates)}."] if rates else []
    if open_:
        was = "was" if len(open_) == 1 else "were"
        words.append(f"{listing(open_)} {was} not trained to the end, so there is no final score.")
    if words or total < 2:
        return " ".join(words)
    return f"None of the {count(total, 'replica')} diverged."


def _rate(learner: Shown) -> float | None:
    rate = (learner.spec.get("options") or {}).get("lr")
    return float(rate) if isinstance(rate, int | float) else None


def _lost(learner: Shown) -> str:
    """The seeds of one learner that diverged, and when."""
    seeds, steps = list(learner.entry["diverged"]), list(learner.entry["diverged"].values())
    when = f"step {min(steps):,}" if min(steps) == max(steps) else f"steps {min(steps):,} to {max(steps):,}"
    return f"{learner.label} {'seed' if len(seeds) == 1 else 'seeds'} {listing(seeds)} (at {when})"
