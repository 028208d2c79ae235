"""What came out: every answer, every measure of it, and whether a difference could be luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paradigms import luck, measures
from paradigms.course.lesson import Draw
from paradigms.reports.words import number, percent, sentence, span
from paradigms.worked.example import Answer, Example, Measure, Rows

Values = np.ndarray


@dataclass(frozen=True)
class Outcome:
    """Of R seeds; `o[who, what]` is a measure of each, [R]."""

    example: Example
    draw: Draw
    rows: Sequence[Rows]
    answers: Mapping[str, Sequence[Answer]]

    @cached_property
    def values(self) -> dict[tuple[str, str], Values]:
        """(who, what) → [R]."""
        return {
            (who, measure.name): self.measured(who, measure)
            for who in self.answers
            for measure in self.example.measures
        }

    def measured(self, who: str, measure: Measure) -> Values:
        """Of each seed, [R]."""
        seeds = zip(self.rows, self.answers[who], strict=True)
        return np.array([measure.of(one, said) for one, said in seeds], dtype=np.float64)

    def __getitem__(self, key: tuple[str, str]) -> Values:
        return self.values[key]

    def measure(self, name: str) -> Measure:
        """By name."""
        return next(one for one in self.example.measures if one.name == name)

    def middle(self, who: str, what: str) -> float:
        """The interquartile mean."""
        return float(measures.iqm(self[who, what], self.measure(what).lower_is_better))

    def ends(self, who: str, what: str) -> tuple[float, float] | None:
        """Its 95 % interval; with few seeds the range."""
        values = self[who, what]
        return measures.interval(values, self.measure(what).lower_is_better) or measures.spread(values)

    def said(self, who: str, what: str) -> str:
        """The interquartile mean with its unit."""
        return self.measure(what).form(self.middle(who, what))

    def cell(self, who: str, what: str) -> tuple[str, str]:
        """The same, and its interval or range where the seeds differ."""
        middle, around = self.said(who, what), span(self.ends(who, what), self.measure(what).form)
        return middle, "" if around in (middle, f"{middle} to {middle}") else str(around)

    @property
    def best(self) -> str:
        """The learner whose first measure is best."""
        first = self.example.measures[0]
        sign = -1 if first.lower_is_better else 1
        return max(
            (one.name for one in self.example.named("learner")),
            key=lambda who: sign * self.middle(who, first.name),
        )

    @cached_property
    def judged(self) -> dict[tuple[str, str], tuple[float, luck.Verdict]]:
        """Of every pair the mean difference by the first measure, and whether that could be luck."""
        first = self.example.measures[0].name
        apart = {pair: self[pair[0], first] - self[pair[1], first] for pair in self.example.against}
        p_values = luck.holm([luck.sign_flip(one) for one in apart.values()])
        told = [luck.verdict(one.tolist(), p) for one, p in zip(apart.values(), p_values, strict=True)]
        return {
            pair: (float(one.mean()), said) for (pair, one), said in zip(apart.items(), told, strict=True)
        }

    @property
    def verdicts(self) -> list[str]:
        """The same in sentences."""
        return [self._verdict(*pair) for pair in self.example.against]

    def _verdict(self, one: str, other: str) -> str:
        first, (mean, told) = self.example.measures[0], self.judged[one, other]
        head = f"{sentence(one)} against {other}, {first.name}"
        if not mean:
            return f"{head}: alike on average."
        way = "better" if (mean < 0) == first.lower_is_better else "worse"
        return f"{head}: {way} by {_apart(first, mean)} on average, {told}."

    def than(self, one: str, other: str) -> str:
        """One of a pair that is judged is `better than`, `worse than` or `not to be told from` the other."""
        mean, told = self.judged[one, other]
        if told != "unlikely to be luck":
            return "not to be told from"
        lower = self.example.measures[0].lower_is_better
        return "better than" if (mean < 0) == lower else "worse than"


def _apart(measure: Measure, mean: float) -> str:
    """A difference with its unit: shares differ by points."""
    if measure.form is percent:
        return f"{number(100 * abs(mean), 2)} points"
    return measure.form(abs(mean))
