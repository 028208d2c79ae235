"""What was found, in a few sentences: every word depends on the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ..panels import told, unended
from ..panels.below import below
from ..reading.comparison import Comparison, Shown
from ..reading.folder import Json
from ..words import count, listing, number, percent, span
from .dead import dead_words
from .depth import depth_words
from .differences import Difference, differences
from .lost import failures, hidden

CUT = 4
"""Seeds from which on an IQM leaves any out."""


def sentences(comparison: Comparison) -> list[str]:
    """The page's first words."""
    learners = comparison.learners
    found = [alike(learners)]
    if len(learners) == 1:
        found += [_one_score(learners[0]), _one_progress(learners[0])]
        found += [unended.words(learners[0]), _one_speed(learners[0]), unended.early(learners[0])]
    else:
        found += [_outcome(learners), *map(unended.words, learners), _feedback(learners)]
        found += map(unended.early, learners)
    found += [hidden(learners), failures(learners)]
    found += [*map(depth_words, learners), *map(dead_words, learners)]
    return [sentence for sentence in found if sentence]


def same(learners: Sequence[Shown]) -> str:
    """What several learners do in the same way."""
    words = "Both" if len(learners) == 2 else f"All {len(learners)}"
    words += " do the same, over and over: take in some feedback, measure in a loss how wrong they are, and "
    words += "move their parameters a small step down its gradient."
    without = [it.label for it in learners if it.spec.get("gradientless")]
    if len(without) == len(learners):
        return "None of them goes down a gradient."
    if without:
        words += f" But for {listing(without)}, which {'goes' if len(without) == 1 else 'go'} down none."
    return words


def alike(learners: Sequence[Shown]) -> str:
    """What all learners do in the same way, and what differs."""
    what = [(it.label, (it.spec.get("feedback") or {}).get("per_sample")) for it in learners]
    if len(learners) == 1:
        name, says = what[0]
        words = f"Over and over {name} does the same: take in some feedback, measure in a loss how wrong it "
        words += "is, and move its parameters a small step down the gradient of that"
        if learners[0].spec.get("gradientless"):
            words = f"{name} goes down no gradient: {learners[0].spec['gradientless']}"
        return f"{words}; one sample of feedback says {says}." if says else f"{words}."
    return f"{same(learners)} {_apart(what, learners)}".strip()


def _apart(what: Sequence[tuple[str, str | None]], learners: Sequence[Shown]) -> str:
    """What one sample says to each; where it says the same to all, their losses, as far as those differ."""
    parts = [f"{name} {says}" for name, says in what if says]
    if len({says for _, says in what if says}) > 1 or not parts:
        return f"They differ in what one sample of feedback says: {'; '.join(parts)}." if parts else ""
    said = f"One sample of feedback says {'both' if len(what) == 2 else 'all'} the same: {what[0][1]}."
    losses = {it.label: str(it.spec.get("loss") or "") for it in learners}
    if len(set(losses.values())) < 2:
        return said
    return (
        f"{said} They differ in their loss: {'; '.join(f'{name} {loss}' for name, loss in losses.items())}."
    )


def replicas(learners: Sequence[Shown]) -> list[str]:
    """What a replica, its seed, the IQM and the interval are, as far as this page has them."""
    counts = sorted({len(one.entry["seeds"]) for one in learners})
    who = "Each learner" if len(learners) > 1 else learners[0].label
    if counts[-1] < 2:
        once = f"{who} was trained once, with one seed: nothing can be said of luck."
        return [once, *_streamed(learners)]
    many = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    words = [
        f"{who} was trained {many} times. Such a training is a replica; its seed is the one thing in "
        "which it differs from the others, and decides split, start and order.",
        "The score is the interquartile mean (IQM) over them: the mean of their middle half, so that no "
        "single lucky or unlucky seed decides."
        if counts[0] >= CUT
        else "The score is the interquartile mean (IQM) over them, which cuts the lowest and the highest "
        "quarter: of fewer than four seeds nothing, so that a single lucky or unlucky one still moves it.",
    ]
    if any(one.entry["ci95"] for one in learners):
        words.append("The 95 % interval says how far the IQM would move with other seeds (bootstrap).")
    if any(one.few_seeds for one in learners):
        words.append("Of fewer than five seeds an interval would say too little, so their range is given.")
    return words + _streamed(learners)


def _streamed(learners: Sequence[Shown]) -> list[str]:
    """Of how many rows curves, answers and scores are, where the rows stay on the disk."""
    told: dict[str, None] = {}
    for one in learners:
        held, parts = one.data.get("streamed") or {}, one.data.get("split") or {}
        if "sampled" in held and parts:
            told[
                f"The {one.data['rows']:,} rows stay on the disk: curves and pictures are of up to "
                f"{held['sampled']:,} rows of each part, predictions.csv of the first "
                f"{min(held['answered'], parts['test']):,} test rows of each seed, the score of all "
                f"{parts['test']:,}."
            ] = None
    return list(told)


def comparable(learners: Sequence[Shown]) -> str:
    """Which comparisons between them mean something."""
    tasks = list(dict.fromkeys((str(one.spec.get("dataset")), one.record.metric) for one in learners))
    if len(learners) < 2:
        return ""
    if len(tasks) == 1:
        return (
            "All had the same task, so their scores can be compared, seed by seed: see the table of "
            "differences."
        )
    words = (
        f"{count(len(learners), 'learner')} on {count(len(tasks), 'task')}: side by side they show how each "
    )
    words += (
        "spends its feedback, not which paradigm is better, and a ratio between two tasks means nothing. "
    )
    return (
        words
        + "What a paradigm costs shows where all have the same rows: paradigms compare --same-data digits."
    )


def _outcome(learners: Sequence[Shown]) -> str:
    """Who ends above the reference, level with it, below it, and for whom that cannot be said."""
    shown = {one.label: one for one in learners if one.entry["progress"] is not None}
    if not shown:
        return _no_reference(learners)
    against = [one for one in differences(learners) if one.other == "its reference"]
    parts = [text for standing in _STANDINGS if (text := _standing(standing, against, shown))]
    parts += [_unsaid(learner) for learner in learners if learner.entry["progress"] is None]
    lead = "Of the way from baseline to reference, on the test part: "
    reasons = [_reason(shown[one.one], one) for one in against]
    return " ".join([lead + "; ".join(parts) + ".", *(f"{text}" for text in reasons if text)])


_STANDINGS = {
    "above": "above the reference, unlikely to be luck",
    "level": "level with the reference, within 1 % of the way",
    "below": "below the reference, unlikely to be luck",
    "open": "not to be told from the reference, the difference could be luck",
    "few": "too few seeds to tell a difference from luck",
}


def _standing(standing: str, against: Sequence[Difference], shown: dict[str, Shown]) -> str:
    """Those who stand so, with their progress."""
    names = [one.one for one in against if one.standing == standing]
    if not names:
        return ""
    shares = [f"{name} {percent(shown[name].entry['progress'])}" for name in names]
    return f"{listing(shares)} ({_STANDINGS[standing]})"


def _reason(learner: Shown, one: Difference) -> str:
    """Why it stays below, where it does by more than nobody minds."""
    less = learner.entry["progress"] < 1 - one.same and one.standing in ("below", "open", "few")
    return below(learner, one.standing == "below") if less else ""


_NOT_APART = "the reference is no better than the baseline by five of its own standard deviations over seeds"


def _unsaid(learner: Shown) -> str:
    """Why a learner has no progress."""
    if not any(learner.record.final):
        return f"{learner.label} has no final score yet"
    if learner.entry["diverged"] and learner.entry["iqm"] is None:
        return f"{learner.label} has no typical score, because too many of its seeds diverged"
    if all(value is None for value in learner.entry["references"]):
        return f"for {learner.label} no reference is known"
    return f"for {learner.label} {_NOT_APART}"


def _no_reference(learners: Sequence[Shown]) -> str:
    scored = [learner for learner in learners if learner.entry["iqm"] is not None]
    if not scored:
        return ""
    parts = [f"{it.label} scores {it.signal.label} {number(it.entry['iqm'])}" for it in scored]
    known = any(value is not None for it in scored for value in it.entry["references"])
    without = f"Since {_NOT_APART}," if known else "Without a reference"
    return f"{without} there is no common axis: {listing(parts)}."


def _feedback(learners: Sequence[Shown]) -> str:
    """What 90 % of the way took each of them."""
    known = [it for it in learners if it.entry["reached"]["90"] is not None]
    there = [it for it in known if it.entry["samples_to"]["90"] is not None]
    missing = [f"{it.label} ({got_there(it.entry)} got there)" for it in known if it not in there]
    if not known:
        return ""
    words = [f"{it.label} {number(it.entry['samples_to']['90'])}" for it in there]
    if not words:
        return f"90 % of the way was out of reach of the median replica: {listing(missing)}."
    said = f"To get 90 % of the way took, in samples of feedback a replica (the median one): {listing(words)}"
    said += f"; not there: {listing(missing)}." if missing else "."
    return f"{said}{_before(there)}"


def _before(learners: Sequence[Shown]) -> str:
    """What was read before the first sample, and who needed none."""
    free = [it.label for it in learners if it.entry["samples_to"]["90"] == it.record.read]
    read = [f"{it.label} {it.record.read:,}" for it in learners if it.record.read]
    words = (
        f" Counted are the training rows that were read for the start or the mean: {listing(read)}."
        if read
        else ""
    )
    if free:
        words += f" For {listing(free)} the start was enough."
    return words


def got_there(entry: Json) -> str:
    """How many seeds reached 90 %."""
    seeds = len(entry["seeds"])
    there = round(entry["reached"]["90"] * seeds)
    return f"{there or 'none'} of {count(seeds, 'seed')}"


def _one_score(learner: Shown) -> str:
    entry = learner.entry
    if entry["iqm"] is None:
        return f"{learner.label} has no final score over {count(len(entry['seeds']), 'seed')}."
    ends = "95 % interval" if entry["ci95"] else "range"
    words = f"{learner.label} scores {learner.signal.label} {number(entry['iqm'])} on the test part"
    if len(entry["seeds"]) == 1:
        return f"{words}, with one seed: nothing can be said of its spread."
    return (
        f"{words} (IQM; {ends} {span(entry['ci95'] or entry['range'])}, "
        f"{count(len(entry['seeds']), 'seed')})."
    )


def _one_progress(learner: Shown) -> str:
    reached = learner.entry["progress"]
    if reached is None:
        return f"There is no progress to tell: {_unsaid(learner)}."
    name = learner.entry["reference_name"] or "the reference"
    (one, *_) = differences([learner])
    words = (
        f"That is {percent(reached)} of the way from baseline to reference, {name}: "
        f"{_STANDINGS[one.standing]}."
    )
    beside = told.rival(learner)
    rival = f"The best cheap rival on the same rows: {beside}." if beside else ""
    return " ".join(text for text in (words, rival, _reason(learner, one)) if text)


def _one_speed(learner: Shown) -> str:
    entry = learner.entry
    half, most = entry["samples_to"]["50"], entry["samples_to"]["90"]
    if entry["reached"]["90"] is None:
        return ""
    if most is None:
        got = f"; half of it took {count(half, 'sample')}" if half is not None else ""
        by = f"reached by {got_there(entry)}" if len(entry["seeds"]) > 1 else "never reached"
        return f"90 % of the way was {by}{got}."
    seeds = f" (median over seeds; {got_there(entry)} got there)" if len(entry["seeds"]) > 1 else ""
    return f"Half of the way took {count(half, 'sample')}, 90 % took {number(most)}{seeds}."
