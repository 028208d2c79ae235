"""What a worked example says of itself: whose question it is, who is tried, and what an answer is worth."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.reports.lesson import Chart
from paradigms.reports.words import NOTHING, number

if TYPE_CHECKING:
    from paradigms.worked.outcome import Outcome

SEEDS, QUICK_SEEDS = 10, 3
MINUS = "\N{MINUS SIGN}"
GENERATED = (
    "The table is generated, by the rules below. A good score shows that the learner found our rule; "
    "it says nothing about your data."
)
BUNDLED = "The table is a real one that comes with scikit-learn. It says nothing about your data."

Parts = Mapping[str, tuple[np.ndarray, np.ndarray | None]]
"""Part → x [N, d] and y [N], class codes or numbers in their unit; None without a teacher."""
Answer = Mapping[str, np.ndarray]
"""Part → what was answered to each of its rows [N]: a number, the chance of class 1, or a cluster."""
Role = Literal["baseline", "rule", "learner", "reference"]


@dataclass(frozen=True)
class Rows:
    """One seed's rows. Who learns sees its training part; every other part it is asked.

    `told` is what else is known of the rows: prices, days, who is whose copy.
    """

    parts: Parts
    told: Mapping[str, Any] = field(default_factory=dict)

    def y(self, part: str = "test") -> np.ndarray:
        """The right answers to a part, [N]."""
        right = self.parts[part][1]
        assert right is not None, f"nobody knows the answers of {part}"
        return right


def parted(x: np.ndarray, y: np.ndarray | None, places: Mapping[str, np.ndarray]) -> Parts:
    """These rows by part, of the places or masks of each."""
    return {name: (x[at], None if y is None else y[at]) for name, at in places.items()}


class Tried(ABC):
    """Somebody who answers: a registered learner, a rule of thumb, who knows nothing or all."""

    name: str
    role: Role

    def what(self, draw: Draw) -> str:
        """In a few words, for the table."""
        return self.role

    @abstractmethod
    def answers(self, rows: Sequence[Rows], draw: Draw) -> list[Answer]:
        """Of each seed's rows."""


@dataclass(frozen=True)
class Measure:
    """What answers are worth to whoever asks, in one number; `form` writes it with its unit."""

    name: str
    meaning: str
    of: Callable[[Rows, Answer], float]
    form: Callable[[Any], str] = number
    lower_is_better: bool = False


def euros(value: Any) -> str:
    """A sum of money, without cents where they do not matter.

    >>> print(euros(1234.5), euros(-3.2))
    1,234 € −3.20 €
    """
    return _signed(f"{_sum(value)} €", value)


def dollars(value: Any) -> str:
    """The same the American way.

    >>> print(dollars(1234.5), dollars(-3.2))
    $1,234 −$3.20
    """
    return _signed(f"${_sum(value)}", value)


def _sum(value: Any) -> str:
    return f"{abs(value):,.{2 if abs(value) < 100 else 0}f}"


def _signed(text: str, value: Any) -> str:
    return (MINUS if value < 0 else "") + text if math.isfinite(value) else NOTHING


Told = Callable[["Outcome"], str]
"""A sentence, with numbers of what came out."""


@dataclass(frozen=True)
class Example:
    """One worked example. `seconds` is what it took where it was written, on one core.

    Args:
        question: of the person who has it, in one line.
        about: whose question it is, and what hangs on the answer.
        feedback: who answers the learner, how much, how late, how noisily.
        source: where the table comes from, `GENERATED` or `BUNDLED`, or words of its own.
        rules: what the table was made by or what is known of it, one sentence each.
        rows: of one seed.
        tried: one baseline, one reference, two learners or more.
        measures: the first is what it is worth; by it whoever is tried is compared.
        against: pairs whose difference is judged: could it be luck?
        worth: what it comes to, in sentences.
        charts: what is drawn of it.
        never: what it must not be used for, and why.
        further: what to try next, commands or questions.
    """

    question: str
    about: str
    feedback: str
    source: str
    rules: Sequence[str]
    rows: Callable[[Draw, int], Rows]
    tried: Sequence[Tried]
    measures: Sequence[Measure]
    against: Sequence[tuple[str, str]]
    worth: Sequence[Told]
    charts: Sequence[Callable[[Outcome], Chart]]
    never: Sequence[str]
    further: Sequence[str]
    seconds: int

    def named(self, role: Role) -> list[Tried]:
        """Those of one role."""
        return [one for one in self.tried if one.role == role]
