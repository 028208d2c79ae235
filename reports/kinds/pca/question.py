"""How many components will explain half of what all do."""

from __future__ import annotations

from ...films.question import Question, among
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from ...words import Told, count
from .plates import COMPONENTS, HALF, KEPT, listed


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """How many of them; `None` if that was not recorded."""
    if "explained" not in pictures:
        return None
    rows = listed(learner, pictures).rows
    first, last = rows[0], rows[len(pictures.moments()) - 1]
    k, half = (cell.value if isinstance(cell, Told) else None for cell in (last[COMPONENTS], last[HALF]))
    if half is None or k is None or k < 2:
        return None
    edges = sorted({max(1, round(k * share)) for share in (0.125, 0.3, 0.6)})
    ends = [1, *(edge + 1 for edge in edges if edge < k)]
    most = [*(edge for edge in edges if edge < k), k]
    choices = [str(a) if a == b else f"{a} to {b}" for a, b in zip(ends, most, strict=True)]
    told = f"{count(half, 'component')} of {k} explain{'s' if half == 1 else ''} half of what all {k} do. "
    told += f"Together they keep {last[KEPT]} of the training variance; at the start it was {first[KEPT]}."
    text = f"How many of the {k} components will it take to explain half of what all of them explain?"
    return Question(text, choices, among(half, [end + 1 for end in most[:-1]]), told)
