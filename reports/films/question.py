"""One question a learner, to be answered before its panel plays; the answer is computed from the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ..panels import change, listed
from ..reading.comparison import Shown
from ..reading.folder import Json


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
    table = change.listed(learner)
    own = learner.record.metric
    loss, metric = (listed.course(table, name, own) for name in ("loss", own))
    if not loss:
        return None
    first, *_, last = loss
    text = "What will the training loss do from its first record to its last?"
    choices = ["fall to less than half", "fall, but less than that", "stay within 5 %", "rise"]
    turn = listed.turn(first, last)
    fall = 0 if 2 * last.value.value < first.value.value else 1
    answer = {"rises": 3, "stays": 2, "falls": fall}[turn]
    told = f"The loss {listed.told(*loss)}"
    if metric:
        told += f", while {learner.signal.label} on the validation part {listed.told(*metric)}"
    return Question(text, choices, answer, told + ".")
