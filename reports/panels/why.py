"""Why the numbers are as they are: sentences from what this run recorded, left out where they do not hold."""

from __future__ import annotations

import numpy as np

from ..reading import noise
from ..reading.comparison import Shown
from ..reading.phases import phases
from ..words import count, listing, number, percent, sentence
from . import change, gradient, listed

CLIFF = 1 / 3
"""A norm that falls below this share of itself where a phase begins is said to fall off a cliff."""


def spent(learner: Shown) -> list[str]:
    """How much feedback the replicas had, why they ended, and in which phases they had it."""
    samples, updates = (_known(learner, name) for name in ("samples", "updates"))
    if not samples or not updates:
        return []
    if min(samples) == max(samples):
        words = f"Each replica had {count(max(samples), 'sample')} of feedback"
        words += f" and moved its parameters {count(max(updates), 'time')}."
    else:
        words = f"A replica had {number(min(samples))} to {number(max(samples))} samples of feedback"
        words += f" and moved its parameters {number(min(updates))} to {number(max(updates))} times."
    most = "at most " if min(samples) < max(samples) else ""
    return [text for text in (words + _ended(learner), _passes(learner, most), _phases(learner)) if text]


def _known(learner: Shown, name: str) -> list[int]:
    return [int(value) for value in learner.record.last(name) if value]


def _ended(learner: Shown) -> str:
    """Who ended before the budget was spent, and why."""
    why = {"converged": "because nothing moved any more", "early": "because their score no longer improved"}
    stopped = [one for one in learner.record.last("stopped") if one in why]
    if not stopped:
        return ""
    parts = [f"{stopped.count(one)} {words}" for one, words in why.items() if one in stopped]
    return f" {len(stopped)} of {count(len(learner.record.seeds), 'seed')} ended early: {listing(parts)}."


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
    often = _often(used)
    return (
        f"It {most}learned from every sample once."
        if often == "1 time"
        else (f"From memory it used every sample {most}{often}.")
    )


def _often(times: float) -> str:
    shown = number(times, 2)
    return f"{shown} {'time' if shown == '1' else 'times'}"


def _phases(learner: Shown) -> str:
    found = phases(learner.record)
    if len(found) < 2:
        return ""
    first, *later = found
    parts = [f"from sample {number(one.samples)} on {one.name}" for one in later]
    return f"Its training has {count(len(found), 'phase')}: first {first.name}, {listing(parts)}."


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
    loss, metric = (listed.way(table, name) for name in ("loss", learner.record.metric))
    if learner.spec.get("paradigm") == "reinforcement":
        words = (
            "The loss of an agent need not fall while the agent improves: it measures surprise about its own "
        )
        words += "estimates, which grow as it earns more, and not how well it acts. Watch the "
        words += f"{learner.signal.label}."
    else:
        words = "Its loss is what every step descends, so it ought to fall, but for the noise of the batches."
    if loss is None:
        return words
    words += f" In this run the loss {listed.told(*loss)}"
    if metric is None:
        return words + "."
    better = listed.turn(*metric) == ("falls" if learner.record.lower_is_better else "rises")
    label = f"{learner.signal.label} on the validation part"
    return (
        f"{words}, and the {label} {'improved' if better else 'did not improve'}: it {listed.told(*metric)}."
    )


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
    both, batch = noise.quarters(learner.record), (learner.spec.get("options") or {}).get("batch_size")
    if both is None or not batch or not np.isfinite(both[0]):
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
    median, largest = moved
    if not largest.value > 0:
        return (
            "Its target never moves: every step goes towards the same answers, so no step is undone "
            "by the next."
        )
    words = f"Its target moves, between two records by {median} (median) and at most {largest}"
    if learner.spec.get("paradigm") == "reinforcement":
        return (
            f"{words}: it aims at its own estimates, so a step is taken towards something that the "
            f"step itself moves, and its loss is no fixed hill to go down."
        )
    return (
        f"{words}: as it changes, so does what each row asks of it; but the loss below it stays one "
        f"fixed hill, and every step goes down."
    )


def agent(learner: Shown) -> list[str]:
    """Why an agent takes so much feedback: where it went, and what each of it said."""
    level, parts = learner.entry["samples_to"]["90"], stretches(learner)
    if learner.spec.get("paradigm") != "reinforcement" or not learner.entry["samples"]:
        return []
    where = [f"{number(each)} in the phase “{name}”" for name, each in parts]
    if level is not None:
        words = f"90 % of the way took the median replica {number(level)} samples"
    else:
        words = "The median replica never got 90 % of the way with its "
        words += f"{number(learner.entry['samples'])} samples"
    return [text for text in (words + (f": {listing(where)}." if where else "."), _reasons(learner)) if text]


def stretches(learner: Shown) -> list[tuple[str, int]]:
    """How many of the samples to 90 % of the way, else of all, fell into each phase; they add up."""
    found, level = phases(learner.record), learner.entry["samples_to"]["90"]
    total = int(level if level is not None else learner.entry["samples"] or 0)
    ends = [*(one.samples for one in found[1:]), total][: len(found)]
    spans = [(one.name, min(end, total) - one.samples) for one, end in zip(found, ends, strict=True)]
    return [(name, each) for name, each in spans if each > 0]


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
    if moved is not None and moved[1].value > 0:
        parts.append(f"what it aims at moves (median {moved[0]}, at most {moved[1]} between two records)")
    if options.get("epsilon"):
        parts.append(
            f"at least {percent(options['epsilon'])} of its actions stay random, to try something new"
        )
    return f"Why so much: {listing(parts)}." if parts else ""


def below(learner: Shown, sure: bool) -> str:
    """Why a learner that ends below its reference does so, where that is known; else nothing."""
    name, model = str(learner.entry["reference_name"] or ""), learner.spec.get("model")
    if "n_init=10" in name:
        why = (
            "its reference is the best of ten starts on the same rows, while a replica has one start, which "
        )
        why += "decides where it settles"
    elif learner.spec.get("paradigm") == "reinforcement":
        why = f"its reference is {name}, which only a policy without a mistake earns"
    elif model == "linear":
        why = "its reference is exact over all training rows; steps on batches end near that, not on it"
    else:
        return ""
    return f"Why {learner.label} may stay below: {why}{'' if sure else ' (if it is no luck)'}."
