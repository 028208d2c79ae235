"""What can be stood on in an environment of numbered states, as its published transitions say."""

from __future__ import annotations

from typing import Any

import gymnasium

NEVER, LOST, GOAL, FREE = "#", "x", "*", "."
"""Where nobody ever stands; where an episode ends; where it ends best; anywhere else."""


def terrain(env: gymnasium.Env[Any, Any], states: int) -> str | None:
    """One sign a state; None where no `P[state][action] = [(p, after, reward, end), …]` is published."""
    known: Any = getattr(env, "P", None)
    start: Any = getattr(env, "initial_state_distrib", None)
    try:
        entered: dict[int, float] = {}
        stood = {state for state in range(states) if start[state] > 0}
        for state, actions in known.items():
            for probability, after, reward, ends in (one for some in actions.values() for one in some):
                if probability > 0 and int(after) != state:
                    stood.add(int(after))
                    if ends:
                        entered[int(after)] = max(float(reward), entered.get(int(after), float(reward)))
    except Exception:  # whatever else somebody calls P
        return None
    best = max(entered.values(), default=0.0)
    ends_in = {state: GOAL if reward == best else LOST for state, reward in entered.items()}
    return "".join(ends_in.get(state, FREE if state in stood else NEVER) for state in range(states))
