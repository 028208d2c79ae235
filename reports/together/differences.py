"""Which differences the page speaks of, and whether they could be luck: one rule for all of them.

Differences are paired by seed, on one task, metric and test part, and judged together by Holm's procedure
(paradigms/luck.py). They are told in the better direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from paradigms import luck
from paradigms.signals import SIGNALS

from ..drawing.plate import Table
from ..reading.comparison import Shown, signal
from ..reading.folder import Json
from ..reading.records import Floats
from ..reading.summary import final_progress, numeric
from ..words import count, number, percent, span

_NONE = 1e-9


@dataclass(frozen=True)
class Difference:
    """`one` minus `other`, seed by seed, as shares of the way or in the metric; `same` is as good as none."""

    one: str
    other: str
    unit: str
    pairs: int
    mean: float | None
    ends: tuple[float, float] | None
    same: float
    p: float
    verdict: luck.Verdict

    @property
    def small(self) -> bool:
        """Whether it is as good as none, be it luck or not."""
        return self.ends is not None and self.pairs >= luck.FEWEST and max(map(abs, self.ends)) <= self.same

    @property
    def standing(self) -> str:
        """`level`, `above` or `below` it; `open` where it could be luck, `few` with too few seeds."""
        if self.verdict == "too few to say":
            return "few"
        if self.small:
            return "level"
        if self.verdict != "unlikely to be luck" or self.mean is None:
            return "open"
        return "above" if self.mean > 0 else "below"

    def to_json(self) -> Json:
        """As summary.json holds it."""
        kept = {"one": self.one, "other": self.other, "unit": self.unit, "pairs": self.pairs}
        kept |= {"mean": numeric(self.mean), "ci90": numeric(self.ends), "same": self.same}
        return kept | {"p": self.p, "verdict": self.verdict, "standing": self.standing}


def differences(learners: Sequence[Shown]) -> list[Difference]:
    """Every learner from its reference, then every two that had the same task, test part and seeds."""
    asked = [_from_reference(one) for one in learners if one.entry["progress"] is not None]
    asked += [from_each_other(one, other) for one, other in combinations(learners, 2) if _alike(one, other)]
    return judged(asked)


Asked = tuple[str, str, str, Floats, float]
"""One, other, unit, their differences by seed, and what counts as none."""


def judged(asked: Sequence[Asked]) -> list[Difference]:
    """All of them together."""
    adjusted = luck.holm([luck.sign_flip(values) for *_, values, _ in asked])
    return [_judged(*one, p, len(asked)) for one, p in zip(asked, adjusted, strict=True)]


def _judged(one: str, other: str, unit: str, values: Floats, same: float, p: float, asked: int) -> Difference:
    """Too few pairs where even the clearest of so many differences would not stand out."""
    ends = luck.interval(values) if len(values) > 1 else None
    mean = float(values.mean()) if len(values) else None
    verdict = luck.verdict(list(values), p, same)
    if verdict == "could be luck" and not luck.tellable(len(values), asked):
        verdict = "too few to say"
    return Difference(one, other, unit, len(values), mean, ends, same, p, verdict)


def _from_reference(learner: Shown) -> Asked:
    """Progress minus 1; a seed that diverged is no better than the baseline, and never the best of them."""
    reached = final_progress(learner.record)
    values = _rounded(reached[~np.isnan(reached)] - 1)
    known = values[np.isfinite(values)]
    values = np.where(np.isfinite(values), values, min(-1.0, float(known.min(initial=-1.0))))
    return learner.label, "its reference", "progress", values, SIGNALS["progress"].equal or _NONE


def _alike(one: Shown, other: Shown) -> bool:
    asked = [
        (it.record.metric, it.spec.get("dataset"), it.entry["seeds"], it.entry["baselines"])
        for it in (one, other)
    ]
    return asked[0] == asked[1] and bool(one.entry["scores"])


def from_each_other(one: Shown, other: Shown) -> Asked:
    """Differences of the test scores of the seeds that both have.

    Where one of two diverged it is as far behind as its baseline.
    """
    sign = -1.0 if one.record.lower_is_better else 1.0
    mine, its, base = (
        _by_seed(it, name) for it, name in ((one, "scores"), (other, "scores"), (one, "baselines"))
    )
    values = [
        sign
        * (
            (base[seed] if mine[seed] is None else mine[seed])
            - (base[seed] if its[seed] is None else its[seed])
        )
        for seed in mine
        if seed in its and base[seed] is not None and not mine[seed] is its[seed] is None
    ]
    return one.label, other.label, one.record.metric, _rounded(values), one.signal.equal or _NONE


def _by_seed(learner: Shown, name: str) -> dict[int, Any]:
    """A list of the summary by seed, of the seeds that have been trained to their end."""
    done = zip(learner.entry["seeds"], learner.entry[name], learner.record.final, strict=True)
    return {seed: value for seed, value, final in done if final}


def _rounded(values: Any) -> Floats:
    """Differences that differ in their last bit are ties."""
    return np.asarray(np.round(np.asarray(values, dtype=np.float64), 9), dtype=np.float64)


def table(found: Sequence[Difference]) -> Table:
    """For the page: what stands in the summary, as text."""
    rows = [
        [
            f"{it.one} − {it.other}, {signal(it.unit).label}",
            _sized(it, it.mean),
            span(it.ends, lambda end, it=it: _sized(it, end)),
            number(it.pairs),
            number(it.p, 2),
            said(it),
        ]
        for it in found
    ]
    head = ["difference, paired by seed", "mean", "90 % interval", "pairs", "p (Holm)", "could it be luck?"]
    return Table(head, rows)


def _sized(it: Difference, value: float | None) -> str:
    """Shares in per cent, what is counted as a number."""
    return percent(value) if it.unit in _SHARES else number(value, 3)


_SHARES = ("progress", "accuracy")


def said(it: Difference) -> str:
    """The verdict in words."""
    if it.standing == "few":
        return f"{count(it.pairs, 'pair')} {'is' if it.pairs == 1 else 'are'} too few to say"
    small = f"equal within {percent(it.same)}" if it.small else ""
    luck = "" if it.verdict == "equal" else str(it.verdict)
    return ", ".join(text for text in (small, luck) if text)
