"""The table of what gradients are like: four quantities that mean the same for every paradigm."""

from __future__ import annotations

from ..panels import gradient, listed
from ..reading import noise
from ..reading.comparison import Shown
from ..words import NOTHING, number

NAMES = ("noise_scale", "alignment", "update_ratio", "drift")


def row(learner: Shown) -> list[dict[str, str]]:
    """For each quantity what is typical, beneath it where and when, as the learner's own figure says it."""
    return [_noise(learner), _alignment(learner), _ratio(learner), _drift(learner)]


def _cell(typical: str = NOTHING, way: str = "") -> dict[str, str]:
    return {"typical": typical, "way": way}


def _noise(learner: Shown) -> dict[str, str]:
    scale, both = noise.whole(learner.record), noise.quarters(learner.record)
    if scale is None or both is None:
        return _cell()
    first, last = (number(end, 2) for end in both)
    return _cell(number(scale, 2), f"{first} early, {last} late")


def _alignment(learner: Shown) -> dict[str, str]:
    most, ends = gradient.agreement(learner), listed.way(gradient.listed(learner), "alignment")
    if most is None or ends is None:
        return _cell()
    return _cell(f"{most[1]} {most[0]}", f"at the end {ends[1].value}")


def _ratio(learner: Shown) -> dict[str, str]:
    ends = listed.way(gradient.listed(learner), "update_ratio")
    return _cell() if ends is None else _cell(ends[1].value, f"at first {ends[0].value}")


def _drift(learner: Shown) -> dict[str, str]:
    moved = gradient.drift(learner)
    return _cell() if moved is None else _cell(moved[0], f"late {moved[1]}")
