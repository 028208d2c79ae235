"""What one task under several teachers has shown, in a few sentences; every word depends on the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paradigms.options import idle

from ..reading.comparison import Comparison, Shown
from ..together import differences
from ..together.differences import Difference
from ..together.lost import behind
from ..words import count, listing, number, percent, span, times
from .costs import LEVELS, Cost, Price, answer, prices


def sentences(comparison: Comparison) -> list[str]:
    """The page's first words: what is alike, what a verdict costs, silence, few labels, where all end."""
    learners = comparison.learners
    told, found = answer(learners), prices(learners)
    assert told is not None
    kinds = {name: [one for one in found if one.learner.spec.get("paradigm") == name] for name in _KINDS}
    apart = {one.one: one for one in judged(comparison) if one.unit != EXAMPLES}
    words = [
        alike(learners),
        *(_reward(one) for one in kinds["reinforcement"]),
        _silence(kinds["unsupervised"]),
        *(_first(told, one.learner, apart) for name in _FIRST for one in kinds[name]),
        _ends(learners, told, apart),
    ]
    return [text for text in words if text]


_FIRST = {
    "semi-supervised": "looking at examples without answers first",
    "self-supervised": "filling in what was hidden of examples without answers first",
}
"""What those do that begin without answers, by their paradigms."""
_KINDS = ("reinforcement", "unsupervised", *_FIRST)
EXAMPLES = "examples"
"""The unit of a difference in how many of them it took."""
_RULES = ("hidden", "optimizer", "lr", "schedule", "batch_size", "samples", "memory", "replay")
"""Options of which the page says whether all have the same."""


def alike(learners: Sequence[Shown]) -> str:
    """What is the same for all teachers, as their settings say it, and what is not."""
    options = {it.label: it.spec.get("options") or {} for it in learners}
    same, apart = [], []
    for name in _RULES:
        values = {label: _value(name, own) for label, own in options.items()}
        if all(value is None for value in values.values()):
            continue
        spoken = name.replace("_", " ")
        if len({str(value) for value in values.values()}) == 1:
            same.append(f"{spoken} {next(iter(values.values()))}")
        else:
            each = ", ".join(f"{label} {value or 'none'}" for label, value in values.items())
            apart.append(f"{spoken} ({each})")
    told = [
        f"{it.label}: {says}"
        for it in learners
        if (says := (it.spec.get("feedback") or {}).get("per_sample"))
    ]
    words = f"The same rows of {learners[0].spec.get('dataset')} under {count(len(learners), 'teacher')}"
    words += f", in every batch the same, with the same {listing(same)}." if same else "."
    words += f" What a sample of feedback says differs: {'; '.join(told)}." if told else ""
    return words + (f" Also different: {listing(apart)}." if apart else "")


def _value(name: str, options: dict[str, Any]) -> str | None:
    value = options.get(name)
    if value is None or idle(name, options):
        return None
    return (
        "×".join(map(str, value))
        if isinstance(value, list | tuple)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def judged(comparison: Comparison) -> list[Difference]:
    """Every teacher's test scores from the answer's, and how many more examples a verdict took."""
    learners = comparison.learners
    told = answer(learners)
    assert told is not None
    asked = [differences.from_each_other(one, told) for one in learners if one is not told]
    base = next(one for one in prices(learners) if one.told)
    for one in prices(learners):
        level = _level(one)
        if one.learner.spec.get("paradigm") == "reinforcement" and level is not None:
            paid, own = one.at(level).samples, base.at(level).samples
            known = np.isfinite(paid) & np.isfinite(own)
            asked.append(
                (one.learner.label, told.label, EXAMPLES, np.round(paid[known] - own[known], 3), 0.0)
            )
    return differences.judged(asked)


def _level(price: Price) -> int | None:
    """90 % right, or the highest level for which a price can be told."""
    there = _told_levels(price)
    return None if not there else 90 if 90 in there else there[-1]


def _told_levels(price: Price) -> list[int]:
    return [
        level
        for level in LEVELS
        if np.isfinite(price.at(level).times) and np.isfinite(np.median(price.at(level).samples))
    ]


def _reward(price: Price) -> str:
    """The measured price of a verdict."""
    level = _level(price)
    if level is None:
        return f"{price.learner.label}: too few seeds got to {LEVELS[0]} % right to tell its price."
    cost = price.at(level)
    words = (
        f"The price of a reward: to be right on {level} % of the validation part, hearing only right "
        f"or wrong "
    )
    words += f"took {_as_many(cost.times)} examples as hearing the answer (each seed's own ratio, IQM; "
    words += f"{_ends_word(price)} {span(cost.ends, _ratio)})"
    if _free(cost):
        words += ", which cannot be told from no price at all"
    others = [f"{_as_many(price.at(at).times)} at {at} %" for at in _told_levels(price) if at != level]
    return words + (f"; {listing(others)}." if others else ".")


def _free(cost: Cost) -> bool:
    return cost.ends is not None and cost.ends[0] <= 1 <= cost.ends[1]


def _as_many(ratio: float) -> str:
    return "as many" if abs(ratio - 1) < 0.05 else f"{times(ratio)} as many"


def _ratio(value: float) -> str:
    return number(float(f"{value:.2g}"), 2)


def _ends_word(price: Price) -> str:
    return "range" if price.learner.few_seeds else "95 % interval"


def _silence(silent: Sequence[Price]) -> str:
    """How far learners come that are told nothing, and how far they were before they began."""
    parts = [
        f"{one.learner.label} ends at {percent(one.ends_at)} of the validation part "
        f"(untrained it was at {percent(one.untrained)})"
        for one in silent
        if one.ends_at is not None and one.untrained is not None
    ]
    if not parts:
        return ""
    words = f"The price of silence, once groups are matched to classes afterwards: {listing(parts)}"
    beyond = [at for at in LEVELS if all(one.ends_at is None or 100 * one.ends_at < at for one in silent)]
    return words + (f"; none of them ends at {beyond[0]} % or more." if beyond else ".")


def _first(told: Shown, first: Shown, apart: dict[str, Difference]) -> str:
    """Whether examples without answers helped where answers are few, seed by seed."""
    one = apart[first.label]
    if one.mean is None:
        return ""
    labels = (told.spec.get("options") or {}).get("labels")
    few = f"With {count(int(labels), 'label')}, " if labels else "With every label, "
    verb = {"above": "helped", "below": "did harm", "level": "made no difference"}.get(
        one.standing, "made no difference that can be told from luck"
    )
    ends = f" (90 % interval {span(one.ends, _points)})" if one.ends is not None else ""
    return (
        f"{few}{_FIRST[first.spec['paradigm']]} {verb}: {_points(one.mean)} points of accuracy "
        f"on the test part, the mean over seeds{ends}."
    )


def _points(share: float) -> str:
    return number(round(100 * share, 2), 3)


def _ends(learners: Sequence[Shown], told: Shown, apart: dict[str, Difference]) -> str:
    """Where all of them stand when the budget is spent, and whether the answer's lead could be luck."""
    few = all(one.standing == "few" for one in apart.values())
    parts = [
        f"{it.label} {percent(it.entry['iqm'])}"
        + (f" ({_against(apart[it.label])})" if it is not told and not few else "")
        for it in learners
        if it.entry["iqm"] is not None
    ]
    if not parts:
        return ""
    samples = {it.entry["samples"] for it in learners if it.entry["samples"]}
    budget = f" after {number(max(samples))} examples" if len(samples) == 1 else ""
    lost = [f"{it.label} ({len(it.entry['diverged'])})" for it in learners if it.entry["diverged"]]
    diverged = f" Diverged seeds count as the worst: {listing(lost)}." if lost else ""
    hidden = " ".join(text for text in map(behind, learners) if text)
    unsaid = " So few seeds cannot tell a difference from the answer from luck." if few else ""
    return f"Right on the test part{budget}: {listing(parts)}.{unsaid}{diverged} {hidden}".strip()


def _against(one: Difference) -> str:
    """Its difference from the answer, in words."""
    if one.standing == "few":
        return f"{count(one.pairs, 'seed')}: too few to tell a difference from luck"
    if one.standing == "level":
        return f"equal to the answer within {percent(one.same)}"
    side = "above" if (one.mean or 0) > 0 else "below"
    luck = "unlikely to be luck" if one.standing != "open" else "could be luck"
    return f"{side} the answer, {luck}"
