"""What an agent has learned: a greedy episode, and what it believes its actions are worth."""

from __future__ import annotations

from ...drawing.plate import Plate
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from . import episode, values


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Episode and values, as far as they were recorded."""
    made = [episode.plate(learner, pictures)] if "episode" in pictures else []
    if pictures.has("q_surface", "q_axes", "q_variables"):
        made.append(values.surface(learner, pictures))
    elif "q_values" in pictures:
        made.append(values.table(learner, pictures))
    return made
