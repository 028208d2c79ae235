"""How many rows will end in another cluster."""

from __future__ import annotations

from ...films.question import Question, among
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from ...words import Told
from .plates import CHANGE, listed


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """How many of them; `None` if no rows were recorded."""
    other = listed(learner, pictures).rows[0][CHANGE]
    if not isinstance(other, Told) or other.value is None:
        return None
    told = f"{other} of the test rows ended in another cluster than the one they began in."
    choices = ["under a tenth", "a tenth to a third", "a third to two thirds", "more than two thirds"]
    text = "How many of the test rows will end in another cluster than the one they begin in?"
    return Question(text, choices, among(other.value, (0.1, 1 / 3, 2 / 3)), told)
