"""What was found, in a few sentences: every word depends on the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ..panels import why
from ..reading.comparison import Comparison, Shown
from ..reading.folder import Json
from ..words import count, listing, number, percent, span
from .depth import depth_words
from .differences import Difference, differences


def sentences(comparison: Comparison) -> list[str]:
    """The page's first words."""
    learners = comparison.learners
    found = [alike(learners)]
    if len(learners) == 1:
        found += [_one_score(learners[0]), _one_progress(learners[0]), _one_speed(learners[0])]
    else:
        found += [_outcome(learners), _feedback(learners)]
    found += [_hidden(learners), _failures(learners), *map(depth_words, learners)]
    return [sentence for sentence in found if sentence]


def alike(learners: Sequence[Shown]) -> str:
    """What all learners do in the same way, and what differs."""
    what = [(it.label, (it.spec.get("feedback") or {}).get("per_sample")) for it in learners]
    if len(learners) == 1:
        name, says = what[0]
        words = f"Over and over {name} does the same: take in some feedback, measure in a loss how wrong it "
        words += "is, and move its parameters a small step down the gradient of that"
        return f"{words}; one sample of feedback says {says}." if says else f"{words}."
    words = "Both" if len(learners) == 2 else f"All {len(learners)}"
    words += " do the same, over and over: take in some feedback, measure in a loss how wrong they are, and "
    words += "move their parameters a small step down its gradient."
    parts = [f"{name} {says}" for name, says in what if says]
    return words + (f" They differ in what one sample of feedback says: {'; '.join(parts)}." if parts else "")


def replicas(learners: Sequence[Shown]) -> list[str]:
    """What a replica, its seed, the IQM and the interval are, as far as this page has them."""
    counts = sorted({len(one.entry["seeds"]) for one in learners})
    if counts[-1] < 2:
        return ["Each learner was trained once, with one seed: nothing can be said of luck."]
    many = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    words = [
        f"Each learner was trained {many} times. Such a training is a replica; its seed is the one thing in "
        "which it differs from the others, and decides split, start and order.",
        "The score is the interquartile mean (IQM) over them: the mean of their middle half, so that no "
        "single lucky or unlucky seed decides.",
    ]
    if any(one.entry["ci95"] for one in learners):
        words.append("The 95 % interval says how far the IQM would move with other seeds (bootstrap).")
    if any(one.few_seeds for one in learners):
        words.append("Of fewer than five seeds an interval would say too little, so their range is given.")
    return words


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
    told = {one.label: one for one in learners if one.entry["progress"] is not None}
    if not told:
        return _no_reference(learners)
    against = [one for one in differences(learners) if one.other == "its reference"]
    parts = [text for standing in _STANDINGS if (text := _standing(standing, against, told))]
    parts += [_unsaid(learner) for learner in learners if learner.entry["progress"] is None]
    lead = "Of the way from baseline to reference, on the test part: "
    reasons = [_reason(told[one.one], one) for one in against]
    return " ".join([lead + "; ".join(parts) + ".", *(f"{text}" for text in reasons if text)])


_STANDINGS = {
    "above": "above the reference, unlikely to be luck",
    "level": "level with the reference, within 1 % of the way",
    "below": "below the reference, unlikely to be luck",
    "open": "not to be told from the reference, the difference could be luck",
    "few": "too few seeds to tell a difference from luck",
}


def _standing(standing: str, against: Sequence[Difference], told: dict[str, Shown]) -> str:
    """Those who stand so, with their progress."""
    names = [one.one for one in against if one.standing == standing]
    if not names:
        return ""
    shares = [f"{name} {percent(told[name].entry['progress'])}" for name in names]
    return f"{listing(shares)} ({_STANDINGS[standing]})"


def _reason(learner: Shown, one: Difference) -> str:
    """Why it stays below, where it does by more than nobody minds."""
    less = learner.entry["progress"] < 1 - one.same and one.standing in ("below", "open", "few")
    return why.below(learner, one.standing == "below") if less else ""


def _unsaid(learner: Shown) -> str:
    """Why a learner has no progress."""
    if not any(learner.record.final):
        return f"{learner.label} has no final score yet"
    if learner.entry["diverged"] and learner.entry["iqm"] is None:
        return f"{learner.label} has no typical score, because too many of its seeds diverged"
    return f"for {learner.label} no reference is known, or none that is better than its baseline"


def _no_reference(learners: Sequence[Shown]) -> str:
    scored = [learner for learner in learners if learner.entry["iqm"] is not None]
    if not scored:
        return ""
    parts = [f"{it.label} scores {it.signal.label} {number(it.entry['iqm'])}" for it in scored]
    return f"Without a reference there is no common axis: {listing(parts)}."


def _feedback(learners: Sequence[Shown]) -> str:
    """What 90 % of the way took each of them."""
    known = [it for it in learners if it.entry["reached"]["90"] is not None]
    there = [it for it in known if it.entry["samples_to"]["90"] is not None]
    missing = [f"{it.label} ({got_there(it.entry)} ever were)" for it in known if it not in there]
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
    free = [it.label for it in learners if it.entry["samples_to"]["90"] == 0]
    read = [it for it in learners if it.spec.get("paradigm") == "unsupervised" and _rows(it)]
    words = (
        f" Nought means that where {listing(free)} start{'s' if len(free) == 1 else ''} was enough."
        if free
        else ""
    )
    if not read:
        return words
    rows = listing([f"{it.label} {_rows(it):,}" for it in read])
    return f"{words} Not counted are the training rows that were read for the start or the mean: {rows}."


def _rows(learner: Shown) -> int:
    return int((learner.data.get("split") or {}).get("train") or 0)


def got_there(entry: Json) -> str:
    """How many seeds ever reached 90 %."""
    seeds = len(entry["seeds"])
    there = round(entry["reached"]["90"] * seeds)
    return f"{there or 'none'} of {count(seeds, 'seed')}"


def _hidden(learners: Sequence[Shown]) -> str:
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
        parts.append(f"{percent(entry['failed'])} of the seeds failed (diverged, or ended where they began)")
    if not parts:
        return ""
    worst = entry["range"][1 if learner.record.lower_is_better else 0]
    return f"{learner.label}: {listing(parts)}; the worst that came through ends at {number(worst)}."


def _failures(learners: Sequence[Shown]) -> str:
    """Which replicas diverged, and who is not finished."""
    lost = [_lost(learner) for learner in learners if learner.entry["diverged"]]
    open_ = [learner.label for learner in learners if not any(learner.record.final)]
    total = sum(len(learner.entry["seeds"]) for learner in learners)
    words = []
    if lost:
        gone = sum(len(learner.entry["diverged"]) for learner in learners)
        words.append(f"{gone} of {count(total, 'replica')} diverged and count as the worst: {listing(lost)}.")
    if open_:
        was = "was" if len(open_) == 1 else "were"
        words.append(f"{listing(open_)} {was} not trained to the end, so there is no final score.")
    if words or total < 2:
        return " ".join(words)
    return f"None of the {count(total, 'replica')} diverged."


def _lost(learner: Shown) -> str:
    """The seeds of one learner that diverged, and when."""
    seeds, steps = list(learner.entry["diverged"]), list(learner.entry["diverged"].values())
    when = f"step {min(steps):,}" if min(steps) == max(steps) else f"steps {min(steps):,} to {max(steps):,}"
    return f"{learner.label} {'seed' if len(seeds) == 1 else 'seeds'} {listing(seeds)} (at {when})"


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
        return "No reference is known, or it is no better than the baseline, so progress cannot be told."
    name = learner.entry["reference_name"] or "the reference"
    (one, *_) = differences([learner])
    words = (
        f"That is {percent(reached)} of the way from baseline to reference ({name}): "
        f"{_STANDINGS[one.standing]}."
    )
    reason = _reason(learner, one)
    return f"{words} {reason}".strip()


def _one_speed(learner: Shown) -> str:
    entry = learner.entry
    half, most = entry["samples_to"]["50"], entry["samples_to"]["90"]
    if entry["reached"]["90"] is None:
        return ""
    if most is None:
        got = f"; half of it took {count(half, 'sample')}" if half is not None else ""
        return f"90 % of the way was reached by {got_there(entry)}{got}."
    seeds = f" (median over seeds; {got_there(entry)} got there)" if len(entry["seeds"]) > 1 else ""
    return f"Half of the way took {count(half, 'sample')}, 90 % took {number(most)}{seeds}."
