"""What was found, in three or four sentences: every word depends on the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.comparison import Comparison, Shown
from ..reading.folder import Json
from ..words import count, listing, number, percent, span, times
from .depth import depth_words

_CLOSE = 0.005


def sentences(comparison: Comparison) -> list[str]:
    """The page's first words."""
    learners = comparison.learners
    if len(learners) == 1:
        found = [_one_score(learners[0]), _one_progress(learners[0]), _one_speed(learners[0])]
    else:
        found = [_outcome(learners), _cheapest(learners), _widest(learners)]
    return [one for one in [*found, _failures(learners), *map(depth_words, learners)] if one]


def _outcome(learners: Sequence[Shown]) -> str:
    """Who beats the reference, who meets it, who stays below, and for whom that cannot be said."""
    told = [learner for learner in learners if learner.entry["progress"] is not None]
    if not told:
        return _no_reference(learners)
    above = [_share(learner) for learner in told if _beats(learner.entry)]
    level = [_share(it) for it in told if not _beats(it.entry) and it.entry["progress"] >= 1 - _CLOSE]
    below = [it for it in told if not _beats(it.entry) and it.entry["progress"] < 1 - _CLOSE]
    parts = []
    if above:
        parts.append(f"{listing(above)} {_verb(above, 'beats its', 'beat their')} reference on held-out data")
    if level:
        parts.append(
            f"{listing(level)} {_verb(level, 'ends level with its', 'end level with their')} reference"
        )
    if below:
        ends = [f"{it.label} at {percent(it.entry['progress'])}" for it in below]
        ends[0] = ends[0].replace(" at ", " ends at ", 1)
        parts.append(f"{listing(ends)} of the way from baseline to reference")
    parts += [_unsaid(learner) for learner in learners if learner.entry["progress"] is None]
    return "; ".join(parts) + "."


def _share(learner: Shown) -> str:
    return f"{learner.label} ({percent(learner.entry['progress'])})"


def _beats(entry: Json) -> bool:
    """Whether the whole interval of progress lies above 1."""
    ends = entry["progress_ci95"]
    return bool(ends and ends[0] is not None and ends[0] > 1)


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


def _cheapest(learners: Sequence[Shown]) -> str:
    """Who got to 90 % with the least feedback, and how many times more the neediest took."""
    known = {
        it.label: it.entry["samples_to"]["90"] for it in learners if it.entry["reached"]["90"] is not None
    }
    there = {name: at for name, at in known.items() if at is not None}
    missing = [
        f"{it.label} ({got_there(it.entry)})"
        for it in learners
        if it.label in known and it.label not in there
    ]
    if not there:
        return f"90 % of the way to the reference was out of reach: {listing(missing)}." if missing else ""
    least, most = min(there, key=lambda n: there[n]), max(there, key=lambda n: there[n])
    if there[least] == 0:
        words = f"{least} had 90 % of the way behind it before any feedback, by where it starts"
    else:
        words = f"{least} got 90 % of the way with the least feedback, {_samples(there[least])} a replica"
    if most != least and there[most] > there[least]:
        words += f"; {most} took the most, {number(there[most])}"
        words += f", {times(there[most] / there[least])} as much" if there[least] > 0 else ""
    return words + (f"; not there in the median seed: {listing(missing)}." if missing else ".")


def got_there(entry: Json) -> str:
    """How many seeds ever reached 90 %."""
    seeds = len(entry["seeds"])
    there = round(entry["reached"]["90"] * seeds)
    return f"{there or 'none'} of {count(seeds, 'seed')}"


def _samples(value: float) -> str:
    return count(int(value), "sample")


def _widest(learners: Sequence[Shown]) -> str:
    """Whose interval is widest, beside the narrowest."""
    widths = {
        learner.label: ends[1] - ends[0]
        for learner in learners
        if (ends := learner.entry["progress_ci95"]) and None not in ends
    }
    if len(widths) < 2:
        few = all(learner.few_seeds for learner in learners)
        return (
            "With fewer than five seeds only the range over seeds can be told, not an interval."
            if few
            else ""
        )
    wide, narrow = max(widths, key=lambda n: widths[n]), min(widths, key=lambda n: widths[n])
    words = f"Luck matters most for {wide}: its 95 % interval spans {_points(widths[wide])} of progress"
    return words + f", against {_points(widths[narrow])} for {narrow}."


def _points(width: float) -> str:
    return "less than 0.01 points" if width < 1e-4 else f"{number(100 * width, 2)} points"


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
        was = _verb(open_, "was", "were")
        words.append(f"{listing(open_)} {was} not trained to the end, so there is no final score.")
    if words or total < 2:
        return " ".join(words)
    if len(learners) > 1 and (short := _short(learners)):
        return f"No replica diverged, but not every seed got to 90 %: {listing(short)}."
    return f"None of the {count(total, 'replica')} diverged."


def _lost(learner: Shown) -> str:
    """The seeds of one learner that diverged, and when."""
    seeds, steps = list(learner.entry["diverged"]), list(learner.entry["diverged"].values())
    when = f"step {min(steps):,}" if min(steps) == max(steps) else f"steps {min(steps):,} to {max(steps):,}"
    return f"{learner.label} {'seed' if len(seeds) == 1 else 'seeds'} {listing(seeds)} (at {when})"


def _short(learners: Sequence[Shown]) -> list[str]:
    return [
        f"{learner.label} {got_there(learner.entry)}"
        for learner in learners
        if learner.entry["reached"]["90"] is not None and learner.entry["reached"]["90"] < 1
    ]


def _one_score(learner: Shown) -> str:
    entry = learner.entry
    if entry["iqm"] is None:
        return f"{learner.label} has no final score over {count(len(entry['seeds']), 'seed')}."
    ends = "95 % interval" if entry["ci95"] else "range"
    words = f"{learner.label} scores {learner.signal.label} {number(entry['iqm'])} on held-out data"
    if len(entry["seeds"]) == 1:
        return f"{words}, with one seed: nothing can be said of its spread."
    return f"{words} ({ends} {span(entry['ci95'] or entry['range'])}, {count(len(entry['seeds']), 'seed')})."


def _one_progress(learner: Shown) -> str:
    reached, ends = learner.entry["progress"], learner.entry["progress_ci95"]
    if reached is None:
        return "No reference is known, or it is no better than the baseline, so progress cannot be told."
    name = learner.entry["reference_name"] or "the reference"
    sure = bool(ends and ends[0] is not None and ends[0] > 1)
    verdict = "beats" if sure else "comes up to" if reached >= 1 - _CLOSE else "stays below"
    return f"That {verdict} {name}: {percent(reached)} of the way from baseline to reference."


def _one_speed(learner: Shown) -> str:
    entry = learner.entry
    half, most = entry["samples_to"]["50"], entry["samples_to"]["90"]
    if entry["reached"]["90"] is None:
        return ""
    if most is None:
        got = f"; half of it took {_samples(half)}" if half is not None else ""
        return f"90 % of the way was reached by {got_there(entry)}{got}."
    seeds = f" (median over seeds; {got_there(entry)} got there)" if len(entry["seeds"]) > 1 else ""
    return f"Half of the way took {_samples(half)}, 90 % took {number(most)}{seeds}."


def _verb(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many
