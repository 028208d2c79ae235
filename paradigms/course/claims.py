"""A claim is an inequality with a margin on recorded numbers, and a sentence for each outcome.

It held if the whole 95 % interval of its value lies within its bound. With fewer than six seeds there is a
range and no verdict. A value that no seed enters is held against the bound as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paradigms import luck, measures
from paradigms.course import written
from paradigms.course.evidence import Altered, Evidence
from paradigms.course.written import Form
from paradigms.reports.words import given


@dataclass(frozen=True)
class Bound:
    """From `low` to `high`, ends included."""

    low: float = -math.inf
    high: float = math.inf

    def holds(self, low: float, high: float) -> bool:
        """Whether all from `low` to `high` lies within."""
        return self.low <= low and high <= self.high

    def said(self, form: Form) -> str:
        """As words."""
        return written.bound(self.low, self.high, form, "at least ", "at most ")


def above(low: float) -> Bound:
    """At least so much."""
    return Bound(low=low)


def below(high: float) -> Bound:
    """At most so much."""
    return Bound(high=high)


def within(low: float, high: float) -> Bound:
    """Between the two."""
    return Bound(low, high)


Measure = Callable[[Evidence], Any]
"""Recorded numbers → a value for each seed [R], or one number that no seed enters."""


@dataclass(frozen=True)
class Claim:
    """`holds` and `fails` are the sentence of each outcome (of equal ones the second says what was
    expected), with {value}, {theory} and {control} where they go.

    Args:
        measure: the value, for each seed or once.
        bound: where the whole interval must lie.
        theory: what is computed or published for it: a number, a function of the records, or words.
        control: the same measure where the effect should be absent.
        new: not reproduced from somewhere, as far as is known.
        anywhere: it applies to a person's own table and values as well.
        naive: it says where the effect does not show.
    """

    holds: str
    fails: str
    measure: Measure
    bound: Bound
    theory: Any = None
    control: Measure | None = None
    form: Form = "number"
    new: bool = False
    anywhere: bool = False
    naive: bool = False


@dataclass(frozen=True)
class Judged:
    """A claim and what was found; `held` is None where there are too few seeds to say."""

    claim: Claim
    value: float
    ends: tuple[float, float] | None
    seeds: int
    held: bool | None
    theory: str
    control: str

    @property
    def measured(self) -> str:
        """The value with its interval or range."""
        return written.measured(self.value, self.claim.form, self.ends)

    @property
    def bound(self) -> str:
        """Where the whole interval must lie, in words."""
        return self.claim.bound.said(self.claim.form)

    @property
    def sentence(self) -> str:
        """What it says of this run; with too few seeds for a verdict, of its middle."""
        held = _holds(self.claim.bound, self.value, None) if self.held is None else self.held
        text = self.claim.holds if held else self.claim.fails
        if not held and self.claim.fails == self.claim.holds:
            text = f"{text.rstrip('.')}; expected was {self.bound}."
        value = written.value(self.value, self.claim.form, self.ends)
        return text.format(value=value, theory=self.theory, control=self.control)

    @property
    def verdict(self) -> str:
        """In a word or two."""
        return {True: "held", False: "did not hold", None: "no verdict"}[self.held]

    def to_json(self) -> dict[str, Any]:
        """As summary.json has it."""
        bound = [end if math.isfinite(end) else None for end in (self.claim.bound.low, self.claim.bound.high)]
        value = self.value if math.isfinite(self.value) else None
        ends = None if self.ends is None else [end if math.isfinite(end) else None for end in self.ends]
        interval = self.seeds >= luck.FEWEST
        return {
            "text": self.sentence,
            "value": value,
            "ci95": ends if interval else None,
            "range": None if interval else ends,
            "seeds": self.seeds,
            "form": self.claim.form,
            "bound": bound,
            "theory": self.theory or None,
            "control": self.control or None,
            "held": self.held,
            "new": self.claim.new,
        }


def judge(claims: Sequence[Claim], evidence: Evidence) -> tuple[list[Judged], list[Claim]]:
    """Every claim that applies with what was found, and those that do not because something was changed."""
    judged, left_out = [], []
    for claim in claims:
        try:
            judged.append(_judged(claim, evidence))
        except Altered:
            left_out.append(claim)
    return judged, left_out


def _judged(claim: Claim, evidence: Evidence) -> Judged:
    strict = evidence.strict(not claim.anywhere)
    value, ends, seeds = _summed(claim.measure(strict))
    held = None if 0 < seeds < luck.FEWEST else _holds(claim.bound, value, ends)
    control = ""
    if claim.control is not None:
        found, around, _ = _summed(claim.control(strict))
        control = written.measured(found, claim.form, around)
    return Judged(claim, value, ends, seeds, held, _theory(claim, strict, ends is None), control)


def _theory(claim: Claim, evidence: Evidence, exact: bool) -> str:
    theory = claim.theory(evidence) if callable(claim.theory) else claim.theory
    if theory is None or isinstance(theory, str):
        return theory or ""
    scale, unit = written.UNITS[claim.form]
    return f"{given(scale * _summed(theory)[0], 4 if exact else 3)}{unit}"


def _holds(bound: Bound, value: float, ends: tuple[float, float] | None) -> bool:
    low, high = ends or (value, value)
    return bool(not math.isnan(value) and bound.holds(low, high))


def _summed(found: Any) -> tuple[float, tuple[float, float] | None, int]:
    """The IQM over seeds, its interval or range, and how many seeds; of one number itself, and no seed."""
    values = np.asarray(found, dtype=np.float64)
    if not values.ndim:
        return float(values), None, 0
    if np.isnan(values).any():
        return math.nan, None, len(values)
    ends = measures.interval(values) if len(values) >= luck.FEWEST else measures.spread(values)
    return float(measures.iqm(values)), ends, len(values)
