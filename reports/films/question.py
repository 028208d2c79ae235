"""One question a learner, to be answered before its panel plays; the answer is computed from the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ..panels.change import curve_of, rises
from ..reading.comparison import Shown
from ..reading.folder import Json
from ..words import number, percent, times


@dataclass(frozen=True)
class Question:
    """`answer` is the place of the right one among `choices`; `told` says why, with the numbers."""

    text: str
    choices: Sequence[str]
    answer: int
    told: str

    def to_json(self) -> Json:
        return asdict(self)


def among(value: float, edges: Sequence[float]) -> int:
    """The place of `value` between `edges`: that of the choice which is right."""
    return int(np.searchsorted(edges, value, side="right"))


def about_loss(learner: Shown) -> Question | None:
    """What the loss will do, which every learner can be asked; `None` if the run cannot tell."""
    ratio, metric = rises(curve_of(learner, "loss")), curve_of(learner, learner.record.metric)
    if ratio is None:
        return None
    text = f"What will the loss do from its first tenth to its end, while {learner.signal.label} changes?"
    choices = ["fall to less than half", "fall a little", "stay within 5 %", "rise"]
    size = times(ratio) if ratio >= 2 else f"{percent(ratio)} of"
    told = f"The loss ended at {size} its early size"
    if metric is not None and np.isfinite(metric.last):
        start = metric.middle[np.isfinite(metric.middle)][0]
        told += f", while {learner.signal.label} went from {number(start, 3)} to {number(metric.last, 3)}"
    return Question(text, choices, among(ratio, (0.5, 0.95, 1.05)), told + ".")
