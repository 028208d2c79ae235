"""A sweep as values: every setting with its scores, the best, the default, and both on fresh seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from paradigms import luck, measures
from paradigms.choices import comparable
from paradigms.signals import SIGNALS, Signal

from ..reading.comparison import Comparison, Shown
from ..reading.records import Floats, Record, fresh_records
from ..reading.summary import entry_of
from .winners import best as best_of
from .winners import tested

Score = float | None


@dataclass(frozen=True)
class Point:
    """One setting: its validation scores and its progress there, seed by seed."""

    shown: Shown
    scores: list[Score]
    progress: Floats

    @property
    def setting(self) -> int:
        """Its number."""
        return self.shown.record.setting

    @property
    def varied(self) -> dict[str, Any]:
        """What makes it what it is."""
        return self.shown.record.varied

    @property
    def lost(self) -> int:
        """Seeds that diverged."""
        return sum(score is None for score in self.scores)

    @cached_property
    def iqm(self) -> float:
        """Of the scores; infinitely bad where too many diverged."""
        return float(measures.iqm(self.scores, self.shown.record.lower_is_better))

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """The 95 % interval of the IQM, with fewer than five seeds the range."""
        return measures.interval(self.scores, self.shown.record.lower_is_better) or measures.spread(
            self.scores
        )


@dataclass(frozen=True)
class Judged:
    """The best and the default on fresh seeds and their test parts, and the differences, paired by seed."""

    best: list[Score]
    default: list[Score]
    seeds: list[int]
    metric: Signal
    lower_is_better: bool

    @property
    def differences(self) -> list[float]:
        """How much better the best is, where both came through."""
        sign = -1.0 if self.lower_is_better else 1.0
        return [
            sign * (one - other)
            for one, other in zip(self.best, self.default, strict=True)
            if one is not None and other is not None
        ]

    @property
    def mean(self) -> float:
        """Of the differences."""
        return float(np.mean(self.differences)) if self.differences else float("nan")


@dataclass(frozen=True)
class Swept:
    """One learner of a sweep: the points of its grid, the default beside them, and what `fresh` seeds say."""

    label: str
    place: int
    default: Point
    grid: list[Point]
    fresh: Mapping[tuple[str, int], Record]

    @cached_property
    def options(self) -> list[str]:
        """What varies."""
        return list(dict.fromkeys(name for point in self.grid for name in point.varied))

    @property
    def record(self) -> Record:
        """The default's, for all that settings have in common."""
        return self.default.shown.record

    @property
    def lower_is_better(self) -> bool:
        """Of the metric."""
        return self.record.lower_is_better

    @property
    def comparable(self) -> bool:
        """Whether all settings answer one question, so that one may be the best."""
        return comparable(self.options)

    @cached_property
    def best(self) -> Point | None:
        """The point with the best IQM on the validation part."""
        if not self.comparable:
            return None
        number = best_of({point.setting: point.scores for point in self.grid}, self.lower_is_better)
        return next((point for point in self.grid if point.setting == number), None)

    @cached_property
    def judged(self) -> Judged | None:
        """Best and default on fresh seeds, where both have been trained on the same."""
        if self.best is None:
            return None
        places = [(self.record.id, point.setting) for point in (self.best, self.default)]
        if any(place not in self.fresh for place in places):
            return None
        best, default = (entry_of(self.fresh[place]) for place in places)
        if best["seeds"] != default["seeds"]:
            return None
        return Judged(
            best["scores"],
            default["scores"],
            best["seeds"],
            SIGNALS[self.record.metric],
            self.lower_is_better,
        )

    @cached_property
    def levels(self) -> tuple[float, float]:
        """Baseline and reference on the validation part, means over seeds."""
        held = self.record.held_out
        return tuple(
            float(np.nanmean(held[name][:, 0])) if name in held else float("nan")
            for name in ("baseline", "reference")
        )  # type: ignore[return-value]

    @cached_property
    def good(self) -> list[Point] | None:
        """Points without a lost seed whose difference from the best could be luck; None: too few seeds.

        The paired differences of all points from the best are judged together.
        """
        if self.best is None or not luck.tellable(len(self.best.scores), len(self.grid)):
            return None
        whole = [point for point in self.grid if not point.lost]
        apart = luck.holm([luck.sign_flip(_apart(self.best, point)) for point in whole])
        return [point for point, p in zip(whole, apart, strict=True) if point is self.best or p >= luck.LEVEL]

    def value(self, point: Point, option: str) -> Any:
        """What an option is in a setting; a list as what it is typed as."""
        found = point.varied.get(option, point.shown.spec["options"].get(option))
        return tuple(found) if isinstance(found, list) else found

    def values(self, option: str) -> list[Any]:
        """What an option is anywhere in the grid: numbers in order, all else as it was asked."""
        found = list(dict.fromkeys(self.value(point, option) for point in self.grid))
        return sorted(found) if numeric(found) else found


def numeric(values: Sequence[Any]) -> bool:
    """Whether all are numbers."""
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _apart(best: Point, point: Point) -> list[float]:
    """Differences of two settings' scores, seed by seed."""
    pairs = zip(best.scores, point.scores, strict=True)
    return [one - other for one, other in pairs if one is not None and other is not None]


def applies(comparison: Comparison) -> bool:
    """Whether one run is shown, and its settings differ."""
    return len(comparison.runs) == 1 and comparison.runs[0].sweep


def swept(comparison: Comparison) -> list[Swept]:
    """The learners of a sweep in their order."""
    (run,) = comparison.runs
    fresh = {(one.id, one.setting): one for one in fresh_records(run)}
    found = []
    for first in comparison.learners:
        default, *grid = (_point(one) for one in comparison.settings if one.record.id == first.record.id)
        found.append(Swept(first.label, first.place, default, grid, fresh))
    return found


def _point(shown: Shown) -> Point:
    record = shown.record
    lines = record.progress
    ends = np.array([line[np.isfinite(line)][-1] if np.isfinite(line).any() else np.nan for line in lines])
    lost = np.array([step is not None for step in record.last("diverged")], dtype=np.bool_)
    return Point(shown, tested(record), np.where(lost & np.isfinite(lines).any(), -np.inf, ends))
