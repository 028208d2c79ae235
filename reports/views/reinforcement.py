"""What an agent has learned: a greedy episode, and what it believes its actions are worth."""

from __future__ import annotations

from ..comparison import Shown
from ..plate import Plate
from ..snapshots import Snapshots
from . import episode, sights, values


def plates(learner: Shown, shots: Snapshots) -> list[Plate]:
    """Episode and values, as far as they were recorded."""
    made = [episode.plate(learner, shots)] if "episode" in shots else []
    if "frames" in shots:
        made.append(sights.frames(learner, shots))
    if shots.has("q_surface", "q_axes", "q_variables"):
        made += values.slices(learner, shots)
    elif "q_values" in shots and values.finite(shots, "q_values"):
        made.append(values.table(learner, shots))
    return made
