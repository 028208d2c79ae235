"""How far the typical error will shrink."""

from __future__ import annotations

import numpy as np

from ...films.question import Question, among
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from ...words import number, percent


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """How far; `None` if no predictions were recorded."""
    if not pictures.has("predicted", "true"):
        return None
    errors = np.abs(pictures.take("predicted").astype(float) - pictures.take("true").astype(float))
    first, last = float(np.median(errors[0])), float(np.median(errors[-1]))
    if not (np.isfinite(last) and first > 0):
        return None
    ratio = last / first
    choices = ["to under a quarter of it", "to between a quarter and half", "to between half and nine tenths",
               "hardly, or it grows"]  # fmt: skip
    told = f"At the start half of the predictions lay within {number(first, 3)} of the truth, at the end "
    told += f"within {number(last, 3)}: {percent(ratio)} of it."
    text = "How far will the typical error on held-out rows shrink?"
    return Question(text, choices, among(ratio, (0.25, 0.5, 0.9)), told)
