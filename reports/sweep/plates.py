"""The figures of a sweep: scores against what varies, best against default, curves of a few settings."""

from __future__ import annotations

from collections.abc import Sequence

from ..drawing.plate import Plate
from . import along, curves, fresh, maps, side
from .points import Swept


def plates(learners: Sequence[Swept]) -> list[Plate]:
    """All of them, learner by learner; first those that hold every learner."""
    found = side.plates(learners)
    for one in learners:
        found += _landscape(one)
        found += [plate for plate in (fresh.plate(one), curves.plate(one)) if plate is not None]
    return found


def _landscape(one: Swept) -> list[Plate]:
    """One option as a line, two as a map, more as small multiples of one each."""
    if len(one.options) == 1:
        return [along.plate(one)]
    if len(one.options) == 2 and maps.fits(one):
        return [maps.plate(one)]
    return [along.multiples(one)]
