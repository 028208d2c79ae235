"""Why the numbers are as they are: sentences from what this run recorded, left out where they do not hold."""

from __future__ import annotations

import numpy as np

from ..reading import noise
from ..reading.comparison import Shown
from ..reading.phases import phases
from ..words import count, listing, number, sentence
from . import change, gradient, listed

CLIFF = 1 / 3
"""A norm that falls below this share of itself where a phase begins is said to fall off a cliff."""


def spent(learner: Shown) -> list[str]:
    """How much feedback the replicas had, why they ended, and in which phases they had it."""
    samples, updates = (_known(learner, name) for name in ("samples", "updates"))
    if not samples or not updates:
        return []
    did, what = ("took", "step") if learner.spec.get("gradientless") else ("moved its parameters", "time")
    if min(samples) == max(samples):
        words = f"Each replica had {count(max(samples), 'sample')} of feedback"
        words += f" and {did} {count(max(updates), what)}."
    else:
        words = f"A replica had {number(min(samples))} to {number(max(samples))} samples of feedback"
        words += f" and {did} {number(min(updates))} to {number(max(updates))} {what}s."
    most = "at most " if min(samples) < max(samples) else ""
    told = (words + _ended(learner), _read(learner), _passes(learner, most), _phases(learner))
    return [text for text in told if text]


def _known(learner: Shown, name: str) -> list[int]:
    return [int(value) for value in learner.record.last(name) if value]


def _read(learner: Shown) -> str:
    """What was read before the first sample, which is not among those of its own figures."""
    rows = learner.record.read
    if not rows:
        return ""
    return (
        f"Before, its start or its mean read {count(rows, 'training row')}: they count where learners stand "
        "side by side, not in its own figures."
    )


def _ended(learner: Shown) -> str:
    """Who ended before the budget was spent, and why."""
    why = {"converged": "because nothing moved any more", "early": "because their score no longer improved"}
    stopped = [one for one in learner.record.last("stopped") if one in why]
    if not stopped:
        return ""
    seeds = len(learner.record.seeds)
    who = (
        f"{len(stopped)} of {count(seeds, 'seed')}"
        if len(stopped) < seeds or seeds == 1
        else f"All {seeds} seeds"
    )
    reasons = [one for one in why if one in stopped]
    if len(reasons) == 1:
        return f" {who} ended early, {why[reasons[0]]}."
    return f" {who} ended early: {listing([f'{stopped.count(one)} {why[one]}' for one in reasons])}."


def passes(learner: Shown) -> float | None:
    """How often the training part was gone through, at most; `None` for who has none."""
    rows, samples = (learner.data.get("split") or {}).get("train"), _known(learner, "samples")
    return max(samples) / rows if rows and samples else None


def reuse(learner: Shown) -> float | None:
    """How often every sample was used, drawn again from memory; `None` for who has rows to go through."""
    processed, samples = _known(learner, "examples_processed"), _known(learner, "samples")
    return max(processed) / max(samples) if processed and samples and passes(learner) is None else None


def _passes(learner: Shown, most: str) -> str:
    through, used = passes(learner), reuse(learner)
    if through is not None:
        rows = learner.data["split"]["train"]
        return f"Its training part has {rows:,} rows, which it went through {most}{_often(through)}."
    if used is None:
        return ""
    if round(used, 1) == 1:
        return f"It {most}learned from every sample once."
    kept = "From memory it" if (learner.spec.get("options") or {}).get("memory") else "It"
    return f"{kept} used every sample {most}{_often(used)}."


def _often(times: float) -> str:
    return "once" if round(times, 2) == 1 else f"{number(times, 2)} times"


def _phases(learner: Shown) -> str:
    found = phases(learner.record)
    if len(found) < 2:
        return ""
    first, *later = found
    parts = "".join(f"; from sample {number(one.samples)} on: {one.name}" for one in later)
    return f"Its training has {count(len(found), 'phase')}. First: {first.name}{parts}."


def change_words(learner: Shown) -> str:
    """What the dotted and the dashed line are, with their values."""
    base, reference = change.levels(learner)
    names = [
        f"{line}, the {what}: {name} ({number(value)} there, the mean over seeds)"
        for line, what, name, value in (
            ("dotted", "baseline", learner.spec.get("baseline_name"), base),
            ("dashed", "reference", learner.spec.get("reference_name"), reference),
        )
        if name and np.isfinite(value)
    ]
    said = sentence("; ".join(names)) if names else "No baseline or reference was recorded"
    return f"The curve is drawn on the validation part; the score stands on the test part. {said}."


def loss_words(learner: Shown) -> str:
    """Whether its loss ought to fall, and what it did in this run."""
    table = change.listed(learner)
    own = learner.record.metric
    loss, metric = (listed.course(table, name, own) for name in ("loss", own))
    words = _ought(learner)
    if not loss:
        return words
    words += f" In this run the loss {listed.told(*loss)}"
    if not metric:
        return words + "."
    better = listed.turn(metric[0], metric[-1]) == ("falls" if learner.record.lower_is_better else "rises")
    label = f"{learner.signal.label} on the validation part"
    return (
        f"{words}, and the {label} {'improved' if better else 'did not improve'}: it {listed.told(*metric)}."
    )


def _ought(learner: Shown) -> str:
    """Whether its loss ought to fall."""
    if learner.spec.get("task") == "policy":
        return (
            "The loss of a policy need not fall while the agent improves: every act is weighed by how much "
            "better it went than expected, which is about nothing on average whatever is earned; only the "
            f"slope counts. Watch the {learner.signal.label}."
        )
    if learner.spec.get("paradigm") == "reinforcement":
        if learner.data.get("kind") != "environment" and not (learner.spec.get("feedback") or {}).get(
            "moves"
        ):
            return (
                "The loss of a guesser need not fall while it improves: it measures how well it foresees the "
                "verdict on the guess it made, which is easy where it is always right and easy where it is "
                f"always wrong. Watch the {learner.signal.label}."
            )
        return (
            "The loss of an agent need not fall while the agent improves: it measures surprise about its own "
            "estimates, which grow as it earns more, and not how well it acts. Watch the "
            f"{learner.signal.label}."
        )
    if learner.spec.get("gradientless"):
        return "No step goes down its loss, which is measured after each: it may rise on the way."
    rows, batch = ((learner.data.get("split") or {}).get("train"), _batch(learner))
    noisy = ", but for the noise of the batches" if batch and batch != rows else ""
    return f"Its loss is what every step descends, so it ought to fall{noisy}."


def _batch(learner: Shown) -> int | None:
    return (learner.spec.get("options") or {}).get("batch_size")


def gradient_words(learner: Shown) -> list[str]:
    """What its gradient's norm, its noise and its moving target mean, as far as they were recorded."""
    return [text for text in (_cliff(learner), _noise(learner), _moving(learner)) if text]


def _cliff(learner: Shown) -> str:
    """Where the norm falls because a phase begins."""
    norm = listed.rows(gradient.listed(learner), "gradient_norm")
    for phase in phases(learner.record)[1:]:
        before = [row for row in norm if row.samples.value <= phase.samples]
        after = [row for row in norm if row.samples.value > phase.samples]
        if before and after and after[0].value.value < CLIFF * before[-1].value.value:
            words = (
                f"At sample {number(phase.samples)} the gradient's norm falls off a cliff, from "
                f"{before[-1].value} "
            )
            words += f"to {after[0].value}: there its next phase begins, {phase.name}."
            if "passes" in phase.name:
                words += (
                    " A gradient over all rows is free of the noise of batches; what is left of it "
                    "is what is left to gain."
                )
            return words
    return ""


def _noise(learner: Shown) -> str:
    """What to do with the noise scale."""
    both, batch = noise.quarters(learner.record), _batch(learner)
    lost = learner.entry["diverged"] and learner.entry["iqm"] is None
    if both is None or not batch or not np.isfinite(both[0]) or lost:
        return ""
    first, last = both
    ends = number(last, 2) if np.isfinite(last) else "more than can be measured"
    words = "Its gradient noise scale, the batch at which noise and signal are equally large, goes from "
    words += f"{number(first, 2)} examples in the first quarter of the pictured moments to {ends} in the "
    words += "last. "
    whole = next((one for one in phases(learner.record)[1:] if "passes" in one.name), None)
    if whole is None:
        return words + _beside(batch, batch < first, batch < last)
    words += (
        f"From sample {number(whole.samples)} on every step sees all rows, so that noise is gone; before, "
    )
    below = "below it, so noise ruled" if batch < first else "not below it, so signal ruled"
    return f"{words}a batch of {batch:,} was {below}."


def _beside(batch: int, early: bool, late: bool) -> str:
    """What a batch means that is below the noise scale `early`, and `late`."""
    if early and late:
        return (
            f"A batch of {batch:,} is below it throughout: noise rules, a larger one would make better steps."
        )
    if not early and not late:
        return f"A batch of {batch:,} is not below it: signal rules, and a larger one would waste feedback."
    when = ("early on", "late") if early else ("late", "early on")
    words = (
        f"A batch of {batch:,} is below it {when[0]}, where noise rules and a larger one would make better "
    )
    return f"{words}steps, and not {when[1]}, where signal rules and it would waste feedback."


def _moving(learner: Shown) -> str:
    """Why it matters whether the target moves."""
    moved = gradient.drift(learner)
    if moved is None:
        return ""
    whole, late = moved
    if not whole.value > 0:
        return "Its target never moves: every step goes towards the same answers."
    words = f"Its target moves, by {whole} of itself per 1,000 samples, over the last quarter by {late}"
    if learner.spec.get("task") == "policy":
        return (
            f"{words}: what counts as better than expected hangs on what it expects and how it plays, so a "
            f"step moves what the next is measured by, and its loss is no fixed hill to go down."
        )
    if learner.spec.get("paradigm") == "reinforcement":
        return (
            f"{words}: it aims at its own estimates, so a step is taken towards something that the "
            f"step itself moves, and its loss is no fixed hill to go down."
        )
    return (
        f"{words}: as it changes, so does what each row asks of it; but the loss below it stays one "
        f"fixed hill, and every step goes down."
    )
