"""What one task under three teachers has shown, in a few sentences; every word depends on the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paradigms import measures

from ..reading.comparison import Comparison, Shown
from ..words import count, listing, number, percent, span, times
from .costs import LEVELS, Price, answer, prices


def sentences(comparison: Comparison) -> list[str]:
    """The page's first words: the price of a verdict, of silence, of few labels, and where all end."""
    learners = comparison.learners
    told, found = answer(learners), prices(learners)
    assert told is not None
    verdicts = [one for one in found if one.learner.spec.get("paradigm") == "reinforcement"]
    silent = [one for one in found if one.learner.spec.get("paradigm") == "unsupervised"]
    first = [one for one in found if one.learner.spec.get("paradigm") == "semi-supervised"]
    base = next(one for one in found if one.learner is told)
    return [
        *(_reward(base, one) for one in verdicts),
        *([_silence(silent)] if silent else []),
        *(_pretrained(told, one.learner) for one in first),
        _ends(learners),
    ]


def _reward(base: Price, price: Price) -> str:
    """The measured price of a verdict at 90 % right, or at the highest level it can be told for."""
    there = [
        level
        for level in LEVELS
        if np.isfinite(price.at(level).times) and np.isfinite(np.median(price.at(level).samples))
    ]
    if not there:
        return f"{price.learner.label}: too few seeds got to {LEVELS[0]} % right to tell its price."
    level = 90 if 90 in there else there[-1]
    cost, own = price.at(level), base.at(level)
    words = f"The price of a reward: to be right on {level} % of unseen rows, hearing only right or wrong "
    words += f"took {_as_many(cost.times)} examples as hearing the answer"
    words += f" ({_ends_word(price)} {span(cost.ends, _ratio)} times; {_examples(cost.samples)} against "
    words += f"{_examples(own.samples)})"
    if cost.ends is not None and cost.ends[0] <= 1 <= cost.ends[1]:
        words += ", which cannot be told from no price at all"
    others = [f"{_as_many(price.at(at).times)} at {at} %" for at in there if at != level]
    return words + (f"; {listing(others)}." if others else ".") + _in_bits(base, price, level)


def _as_many(ratio: float) -> str:
    return "as many" if abs(ratio - 1) < 0.05 else f"{times(ratio)} as many"


def _ratio(value: float) -> str:
    return number(float(f"{value:.2g}"), 2)


def _examples(values: np.ndarray) -> str:
    return number(round(float(np.median(values))))


def _ends_word(price: Price) -> str:
    return "range" if price.learner.few_seeds else "95 % interval"


def _in_bits(base: Price, price: Price, level: int) -> str:
    """The same price in bits: a verdict says less, so it may be worth more or less for each of them."""
    paid, own = (float(np.median(one.at(level).bits)) for one in (price, base))
    if not (np.isfinite(paid) and np.isfinite(own) and own > 0 and paid > 0):
        return ""
    verb = "fewer" if paid < own else "more"
    return f" In bits of feedback that is {number(round(paid))} against {number(round(own))}, {verb}."


def _silence(silent: Sequence[Price]) -> str:
    """How far learners come that are told nothing."""
    parts = [
        f"{one.learner.label} ends at {percent(one.learner.entry['iqm'])} right" for one in silent
        if one.learner.entry["iqm"] is not None
    ]  # fmt: skip
    if not parts:
        return ""
    near = {at: min(float(np.median(one.at(at).samples)) for one in silent) for at in LEVELS}
    beyond = [level for level in LEVELS if not np.isfinite(near[level])]
    words = f"The price of silence: {listing(parts)}, once its groups are matched to classes afterwards"
    if beyond:
        words += f"; {beyond[0]} % was out of reach with the examples there were"
    return words + "."


def _pretrained(told: Shown, first: Shown) -> str:
    """Whether examples without answers helped where answers are few, seed by seed."""
    own, base = (np.array([np.nan if s is None else s for s in it.entry["scores"]]) for it in (first, told))
    gain = (own - base)[np.isfinite(own - base)]
    if not gain.size:
        return ""
    ends = measures.interval(gain) or (float(gain.min()), float(gain.max()))
    sure = ends[0] > 0 or ends[1] < 0
    middle = float(measures.iqm(gain))
    labels = (told.spec.get("options") or {}).get("labels")
    few = f"With {count(int(labels), 'label')}, " if labels else "With every label, "
    verb = "helped" if middle > 0 else "did harm"
    verb = verb if sure else "made no difference that can be told from chance"
    return (
        f"{few}looking at examples without answers first {verb}: "
        f"{number(round(100 * middle, 2), 2)} points ({'range' if first.few_seeds else '95 % interval'} "
        f"{span([round(100 * end, 2) for end in ends], lambda end: number(end, 2))})."
    )


def _ends(learners: Sequence[Shown]) -> str:
    """Where all of them stand when the budget is spent."""
    parts = [f"{it.label} {percent(it.entry['iqm'])}" for it in learners if it.entry["iqm"] is not None]
    if not parts:
        return ""
    samples = {it.entry["samples"] for it in learners if it.entry["samples"]}
    budget = f" after {number(max(samples))} examples" if len(samples) == 1 else ""
    lost = [f"{it.label} ({len(it.entry['diverged'])})" for it in learners if it.entry["diverged"]]
    diverged = f" Diverged seeds count as the worst: {listing(lost)}." if lost else ""
    return f"Right on unseen rows{budget}: {listing(parts)}.{diverged}"
