"""Which class will be taken for which most often."""

from __future__ import annotations

from ...films.question import Question
from ...reading.comparison import Shown
from ...reading.mistakes import clearest, mistakes
from ...reading.pictures import Pictures
from .plates import MISTAKES, ROWS, listed

_OFFERED = 4


def question(learner: Shown, pictures: Pictures) -> Question | None:
    """Which for which; `None` if no mistake of the end stands out, or there is nothing else to offer."""
    if "confusion" not in pictures:
        return None
    counts = pictures.take("confusion").astype(float)
    worst = clearest(counts[-1])
    if worst is None:
        return None
    early, made = mistakes(counts[min(1, len(counts) - 1)]), mistakes(counts[-1])
    offered = list(dict.fromkeys((one.true, one.taken) for one in (worst, *early, *made)))[:_OFFERED]
    if len(offered) < 2:
        return None
    names, shown = learner.classes(counts.shape[-1]), sorted(offered)
    *rows, whole = listed(learner, pictures).rows
    told = f"At the end it took {names[worst.true]} for {names[worst.taken]}: "
    told += (
        f"{rows[worst.true][1 + worst.taken]} of {rows[worst.true][ROWS]} test rows of that class; it made "
    )
    told += f"{whole[MISTAKES]} mistakes on {whole[ROWS]} in all."
    choices = [f"{names[i]} for {names[j]}" for i, j in shown]
    text = "Which class will it most often take for which at the end?"
    return Question(text, choices, shown.index((worst.true, worst.taken)), told)
