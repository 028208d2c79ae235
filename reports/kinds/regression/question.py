"""How far the typical error will shrink."""

from __future__ import annotations

import numpy as np

from ...films.question import Question, among
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from ...words import Told
from .plates import ERROR, listed


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """How far; `None` if no predictions were recorded."""
    if not pictures.has("predicted", "true"):
        return None
    rows = listed(learner, pictures).rows
    first, last = rows[0][ERROR], rows[-1][ERROR]
    if not (isinstance(first, Told) and isinstance(last, Told)):
        return None
    if not (np.isfinite(last.value) and first.value > 0):
        return None
    ratio = last.value / first.value
    choices = ["to under a quarter of it", "to between a quarter and half", "to between half and nine tenths",
               "hardly, or it grows"]  # fmt: skip
    told = f"At the start half of the predictions lay within {first} of the truth, at the end within {last}."
    text = "How far will the typical error on the test rows shrink?"
    return Question(text, choices, among(ratio, (0.25, 0.5, 0.9)), told)
