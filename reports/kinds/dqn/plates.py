"""What an agent has learned: a greedy episode, and what it believes its actions are worth."""

from __future__ import annotations

from ...drawing.plate import Plate
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from . import earned, episode, sights, values


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Episode, values and what learning itself earned, as far as they were recorded."""
    made = [episode.plate(learner, pictures)] if "episode" in pictures else []
    if "frames" in pictures:
        made.append(sights.frames(learner, pictures))
    if pictures.has("q_surface", "q_axes", "q_variables"):
        made += values.slices(learner, pictures)
    elif "q_values" in pictures and values.finite(pictures, "q_values"):
        made.append(values.table(learner, pictures))
    while_learning = earned.plate(learner)
    return made if while_learning is None else [*made, while_learning]
