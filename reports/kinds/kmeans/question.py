"""How many rows will end in another cluster."""

from __future__ import annotations

from ...films.question import Question, among
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from ...words import percent
from .film import changed


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """How many of them; `None` if no rows were recorded."""
    if "assigned" not in pictures:
        return None
    assigned = pictures.take("assigned").astype(int)
    if not assigned.shape[1]:
        return None
    other = float((assigned[0] != assigned[-1]).mean())
    busiest = int(changed(assigned).argmax())
    told = f"{percent(other)} of the held-out rows ended in another cluster than the one they began in; most "
    told += f"of them moved in one step before sample {pictures.samples[busiest]:,}, when "
    told += f"{percent(float(changed(assigned)[busiest]))} changed."
    choices = ["under a tenth", "a tenth to a third", "a third to two thirds", "more than two thirds"]
    text = "How many of the held-out rows will end in another cluster than the one they begin in?"
    return Question(text, choices, among(other, (0.1, 1 / 3, 2 / 3)), told)
