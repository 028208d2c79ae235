"""The price of poorer feedback: how many times the examples, to be as often right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paradigms import measures

from ..reading.comparison import Comparison, Shown
from ..reading.folder import Json
from ..reading.records import Floats
from ..reading.summary import numeric
from . import bits

LEVELS = (50, 80, 90, 95)
"""Per cent of the validation part named rightly."""


@dataclass(frozen=True)
class Cost:
    """What one learner took to get to one level: samples, updates and bits [R], infinite where never.

    `ratio` [R] is how many times the samples of the learner that was told the answer, seed by seed; NaN
    where that one never got there, and everywhere if it was so for half of its seeds: the lucky rest is no
    measure.
    """

    level: int
    samples: Floats
    updates: Floats
    bits: Floats
    ratio: Floats

    @property
    def reached(self) -> float:
        """Share of seeds that got there."""
        return float(np.isfinite(self.samples).mean())

    @property
    def times(self) -> float:
        """IQM of the ratio; infinite if too many seeds never got there, NaN if the ratio means nothing."""
        return float(measures.iqm(self._known, lower_is_better=True)) if self._known.size else np.nan

    @property
    def ends(self) -> tuple[float, float] | None:
        """Its 95 % interval, below five seeds its range."""
        if not self._known.size:
            return None
        found = measures.interval(self._known, lower_is_better=True)
        return found if found is not None else (float(self._known.min()), float(self._known.max()))

    @cached_property
    def _known(self) -> Floats:
        """The ratios that mean something."""
        return self.ratio[~np.isnan(self.ratio)]


@dataclass(frozen=True)
class Price:
    """All costs of one learner, beside those of the learner that was told the answer."""

    learner: Shown
    costs: Sequence[Cost]
    told: bool = False

    @property
    def ends_at(self) -> float | None:
        """The share of the validation part named rightly at the end: the IQM over seeds, as it is drawn."""
        return self._named(-1)

    @property
    def untrained(self) -> float | None:
        """The same before any feedback."""
        return self._named(0)

    def _named(self, record: int) -> float | None:
        seeds = self.learner.record.held_out[self.learner.record.metric][:, record]
        middle = float(measures.iqm(seeds))
        return middle if np.isfinite(middle) else None

    def at(self, level: int) -> Cost:
        """The cost of one level."""
        return next(cost for cost in self.costs if cost.level == level)


def applies(comparison: Comparison) -> bool:
    """Whether all learners had the same data, and one of them was told the answer."""
    asked = [(run.config.get("study") or {}).get("same_data") for run in comparison.runs]
    return all(asked) and answer(comparison.learners) is not None


def answer(learners: Sequence[Shown]) -> Shown | None:
    """The learner that was told the answer."""
    return next((one for one in learners if one.spec.get("paradigm") == "supervised"), None)


def prices(learners: Sequence[Shown]) -> list[Price]:
    """One for each learner, that of the answer among them (every ratio 1)."""
    told = answer(learners)
    assert told is not None
    base = {level: _first(told, told.record.held_out.samples, level) for level in LEVELS}
    return [Price(one, [_cost(one, at, base[at]) for at in LEVELS], one is told) for one in learners]


def _first(learner: Shown, axis: Floats, level: int) -> Floats:
    """Where on an axis [T] or [R, T] each seed first was right for that share of the validation part [R]."""
    values = learner.record.held_out[learner.record.metric]
    axes = np.broadcast_to(axis, values.shape)
    return np.array([measures.crossing(x, line, level / 100) for x, line in zip(axes, values, strict=True)])


def _cost(learner: Shown, level: int, base: Floats) -> Cost:
    samples = _first(learner, learner.record.held_out.samples, level)
    updates = _first(learner, learner.record.updates, level)
    informed = _first(learner, bits.received(learner), level)
    sound = np.isfinite(base) & (base > 0) & np.isfinite(np.median(base))
    ratio = np.where(sound, samples / np.where(sound, base, 1.0), np.nan)
    return Cost(level, samples, updates, informed, ratio)


def summary(learners: Sequence[Shown]) -> Json:
    """For summary.json: level → what it took, for every learner."""
    told = answer(learners)
    assert told is not None
    found = prices(learners)
    return {
        "answer": told.record.id,
        "untrained": {one.learner.record.id: one.untrained for one in found},
        "ends_at": {one.learner.record.id: one.ends_at for one in found},
        "learners": {
            price.learner.record.id: {str(cost.level): _entry(cost) for cost in price.costs}
            for price in found
        },
    }


def _entry(cost: Cost) -> Json:
    few = len(cost.samples) < measures.FEWEST_SEEDS
    return {
        "samples": numeric(np.median(cost.samples)),
        "updates": numeric(np.median(cost.updates)),
        "bits": numeric(np.median(cost.bits)),
        "reached": cost.reached,
        "times": numeric(cost.times),
        "ci95": None if few or cost.ends is None else numeric(cost.ends),
        "range": numeric(measures.spread(cost.ratio)),
    }
