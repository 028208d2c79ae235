"""What a sweep found, in sentences made from its values, and the same values for summary.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paradigms import luck, measures
from paradigms.choices import said, spoken

from ..reading.folder import Json
from ..reading.summary import numeric as plain
from ..words import count, number, span
from .points import Judged, Point, Swept, numeric


def summary(learners: Sequence[Swept]) -> Json:
    """`sweep` in summary.json: what varied, and of each learner the best setting."""
    varied = {name: [said(value) for value in one.values(name)] for one in learners for name in one.options}
    best = {str(one.record.spec["name"]): _best(one) for one in learners if one.best is not None}
    return {"varied": varied, "best": best}


def _best(one: Swept) -> Json:
    assert one.best is not None
    found: Json = {"setting": one.best.setting, "varied": one.best.varied, "validation": plain(one.best.iqm)}
    found |= {
        "default": plain(one.default.iqm),
        "test": one.best.shown.entry["iqm"],
        "optimism": plain(optimism(one)),
    }
    good = one.good
    found["good"] = None if good is None else [point.setting for point in good]
    if one.judged is not None:
        found["fresh"] = judged(one.judged)
    return found


def judged(one: Judged) -> Json:
    """How best and default did on fresh seeds, and whether the difference could be luck."""
    p = luck.sign_flip(one.differences)
    return {
        "seeds": one.seeds,
        "best": plain(one.best),
        "default": plain(one.default),
        "iqm": plain([measures.iqm(scores, one.lower_is_better) for scores in (one.best, one.default)]),
        "difference": plain(one.mean),
        "p": p,
        "verdict": luck.verdict(one.differences, p, one.metric.equal),
        "equal_within": one.metric.equal,
    }


def optimism(one: Swept) -> float:
    """How much the choice flatters the winner: what its lead on the validation part loses on the test part.

    (its validation score − the mean over settings) − (the same on the test part), in the better direction.
    """
    if one.best is None:
        return float("nan")
    sign = -1.0 if one.lower_is_better else 1.0
    pairs = [(point.iqm, point.shown.entry["iqm"]) for point in one.grid]
    known = np.array([(a, b) for a, b in pairs if np.isfinite(a) and b is not None], dtype=np.float64)
    test = one.best.shown.entry["iqm"]
    if test is None or not len(known):
        return float("nan")
    leads = sign * (np.array([one.best.iqm, test]) - known.mean(axis=0))
    return float(leads[0] - leads[1])


def named(point: Point) -> str:
    """What varies in a setting, as it is typed."""
    return ", ".join(f"{name.replace('_', '-')} {said(value)}" for name, value in point.varied.items())


def sentences(learners: Sequence[Swept]) -> list[str]:
    """The page's first words, learner by learner."""
    found = []
    for one in learners:
        lead = f"{one.label}: " if len(learners) > 1 else ""
        words = [_winner(one), _range(one), _lost(one), _default(one), _flattery(one)]
        found.append(lead + " ".join(word for word in words if word))
    return found


def _winner(one: Swept) -> str:
    settings = count(len(one.grid), "setting")
    if not one.comparable:
        return f"{settings} were tried. They ask different questions, so none of them is the best."
    if one.best is None:
        return f"Of {settings} none came through on enough seeds to be the best."
    score = f"{one.default.shown.signal.label} {number(one.best.iqm)}"
    ends = "" if one.best.ends is None else f", {span(one.best.ends)}"
    seeds = count(len(one.best.scores), "seed")
    return (
        f"The best of {settings} is {named(one.best)}: {score} on the validation part (IQM of {seeds}{ends})."
    )


def _range(one: Swept) -> str:
    """How wide the good range is."""
    if one.best is None:
        return ""
    good = one.good
    if good is None:
        few = count(len(one.best.scores), "seed")
        return f"{few} are too few to tell which of so many settings are as good; more of them (--seeds) can."
    others = len(good) - 1
    if not others:
        return "Every other setting is worse by more than luck explains."
    where = ""
    if len(one.options) == 1 and numeric(one.values(one.options[0])):
        inside = sorted(one.value(point, one.options[0]) for point in good)
        where = f", from a {spoken(one.options[0])} of {said(inside[0])} to {said(inside[-1])}"
    return f"{count(others, 'other setting')} may be as good{where}: their difference from it could be luck."


def _lost(one: Swept) -> str:
    """Where it diverges."""
    lost = [point for point in one.grid if point.lost]
    if not lost:
        return ""
    replicas = sum(point.lost for point in lost)
    every = sum(len(point.scores) for point in one.grid)
    where = ""
    if len(one.options) == 1 and numeric(one.values(one.options[0])):
        option = one.options[0]
        low = min(one.value(point, option) for point in lost)
        beyond = [point for point in one.grid if one.value(point, option) >= low]
        shares = ", most of them" if len(beyond) > len(lost) else ""
        where = f" From a {spoken(option)} of {said(low)} on settings lose seeds{shares}."
    return f"{replicas} of {every} replicas diverged, in {count(len(lost), 'setting')}.{where}"


def _default(one: Swept) -> str:
    """What keeping the default costs, on fresh seeds."""
    if one.judged is None:
        return ""
    facts = judged(one.judged)
    best, default = facts["iqm"]
    seeds = count(len(one.judged.seeds), "fresh seed")
    score = (
        f"On {seeds} and their test parts the best reaches {number(best)} and the default {number(default)}"
    )
    way = facts["difference"]
    if way is None:
        return score + "."
    way = ("better by " if way >= 0 else "worse by ") + number(abs(way))
    return f"{score}: the best is {way} on average; {luck_words(facts)}."


def luck_words(facts: Json) -> str:
    """What may be said of the difference."""
    if facts["verdict"] == "too few to say":
        return "too few seeds to say whether that is luck"
    if facts["verdict"] == "equal":
        return f"the two are equal within {facts['equal_within']:g}"
    return f"the difference {facts['verdict'].replace('unlikely', 'is unlikely')} (p = {facts['p']:.2g})"


def _flattery(one: Swept) -> str:
    value: Any = optimism(one)
    if one.best is None or not np.isfinite(value) or len(one.grid) < 2:
        return ""
    if value <= 0:
        return "Its lead over the mean of all settings is no smaller on the test part."
    gone = f"Of its lead over the mean of all settings {number(value)} is gone on the test part"
    return f"{gone}: so much the choice flatters it."
