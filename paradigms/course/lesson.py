"""What a lesson says of itself: its question, what is trained or computed for it, and what it claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paradigms import choices
from paradigms.choices import Choices, Varied
from paradigms.course.claims import Claim
from paradigms.course.evidence import Evidence
from paradigms.reports.lesson import Chart

SEEDS, QUICK_SEEDS = 8, 3


@dataclass(frozen=True)
class Sweep:
    """One learner, trained with every combination of what varies; `options` are those of `paradigms run`.

    `settings` list what does not combine freely, such as a batch size and the samples that it needs.

    `quick` is laid over both by `--quick`; `seeds` are its own where it needs more or fewer than others.
    With `own` it can be asked of a person's own table.
    """

    name: str
    learner: str
    vary: Mapping[str, Choices]
    options: Mapping[str, Any] = field(default_factory=dict)
    quick: Mapping[str, Any] = field(default_factory=dict)
    seeds: int | None = None
    own: bool = False
    settings: Sequence[Varied] = ()

    def grid(self, vary: Mapping[str, Choices] | None = None) -> tuple[Varied, ...]:
        """Its settings: where some are listed, each with every combination of what varies."""
        combined = choices.grid(self.vary if vary is None else vary) if self.vary else ()
        return tuple({**one, **more} for one in self.settings for more in combined or ({},)) or combined

    @property
    def varied(self) -> list[str]:
        """All that varies."""
        return list(dict.fromkeys([*self.vary, *(name for one in self.settings for name in one)]))


@dataclass(frozen=True)
class Draw:
    """What a calculation is given: the study's seed, how many seeds of its own, and whether it is to
    hurry.
    """

    seed: int
    seeds: int
    quick: bool

    def generator(self, seed: int) -> Any:
        """Of one of its seeds."""
        import numpy as np

        return np.random.default_rng([self.seed, seed])


@dataclass(frozen=True)
class Calculation:
    """What is computed without a registered learner: name → array, the first axis that of the seeds if
    any.

    `held` and `varies` say it in words; `hurried` says what is held where it computes less for `--quick`.
    """

    name: str
    of: Callable[[Draw], Mapping[str, Any]]
    seeds: int | None = None
    held: str = ""
    varies: str = ""
    hurried: str = ""


Experiment = Sweep | Calculation


@dataclass(frozen=True)
class Film:
    """Runs of one learner that play on the page by one clock: `settings` by the name that each has there.

    No claim rests on them; they are where the eye sees what the figures count.
    """

    learner: str
    settings: Mapping[str, Mapping[str, Any]]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Predict:
    """What to guess before looking, and the answer, computed from what was recorded."""

    ask: str
    answer: Callable[[Evidence], str]


@dataclass(frozen=True)
class Lesson:
    """One lesson. `seconds` is what it took where it was written, on one core.

    Args:
        question: what is asked, in one line.
        about: what a reader must know to follow, in a few sentences.
        predict: what to guess before looking.
        experiments: what is trained or computed.
        charts: what is drawn of it.
        claims: what is expected to hold, each with its bound.
        further: what to try next, commands or questions.
        film: what plays, where something moves that can be watched.
    """

    question: str
    about: str
    predict: Sequence[Predict]
    experiments: Sequence[Experiment]
    charts: Sequence[Callable[[Evidence], Chart]]
    claims: Sequence[Claim]
    further: Sequence[str]
    seconds: int
    film: Film | None = None

    @property
    def own(self) -> bool:
        """Whether some of it can be asked of a person's own table."""
        return any(isinstance(one, Sweep) and one.own for one in self.experiments)

    def experiment(self, name: str) -> Experiment:
        """By name."""
        return next(one for one in self.experiments if one.name == name)
