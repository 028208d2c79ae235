"""How many components will explain half of what all do."""

from __future__ import annotations

import numpy as np

from ...films.question import Question, among
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from ...words import count, percent


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """How many of them; `None` if that was not recorded."""
    if "explained" not in pictures:
        return None
    explained = pictures.take("explained").astype(float)
    kept, before = float(explained[-1].sum()), float(explained[0].sum())
    half = int(np.searchsorted(np.cumsum(explained[-1]), kept / 2)) + 1
    k = explained.shape[1]
    if not np.isfinite(kept) or k < 2:
        return None
    edges = sorted({max(1, round(k * share)) for share in (0.125, 0.3, 0.6)})
    ends = [1, *(edge + 1 for edge in edges if edge < k)]
    last = [*(edge for edge in edges if edge < k), k]
    choices = [str(a) if a == b else f"{a} to {b}" for a, b in zip(ends, last, strict=True)]
    told = f"{count(half, 'component')} of {k} explain half of what all {k} do. Together they keep "
    told += f"{percent(kept)} of the training variance; at the start it was {percent(before)}."
    text = f"How many of the {k} components will it take to explain half of what all of them explain?"
    return Question(text, choices, among(half, [end + 1 for end in last[:-1]]), told)
