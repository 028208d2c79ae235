"""All figures of a page, before any of them is painted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .. import kinds, price
from ..drawing.plate import Plate
from ..panels import change, gradient, through
from ..reading.comparison import Comparison, Shown
from ..together import family, side


@dataclass(frozen=True)
class LearnerPlates:
    """Those of one learner: how it changes, what the gradient does, what it has learned."""

    change: Sequence[Plate]
    gradient: Sequence[Plate]
    learned: Sequence[Plate]


@dataclass(frozen=True)
class Plates:
    """A family's map, those of all side by side, of the price where all had the same data, and of each."""

    family: Sequence[Plate]
    side: Sequence[Plate]
    price: Sequence[Plate]
    learners: Sequence[LearnerPlates]

    def __iter__(self) -> Iterator[Plate]:
        """Each once, in the order of their numbers."""
        yield from (*self.family, *self.side, *self.price)
        for own in self.learners:
            yield from (*own.change, *own.gradient, *own.learned)


def plates_of(comparison: Comparison) -> Plates:
    """Everything that this comparison can show."""
    paid = price.plates(comparison) if price.applies(comparison) else []
    learners = comparison.learners
    shown = [family.plate(learners)] if family.applies(learners) else []
    return Plates(shown, side.plates(comparison), paid, [_own(learner) for learner in learners])


def _own(learner: Shown) -> LearnerPlates:
    return LearnerPlates(
        [plate for plate in (change.plate(learner),) if plate is not None],
        [plate for plate in (gradient.plate(learner), through.plate(learner)) if plate is not None],
        kinds.plates(learner),
    )
