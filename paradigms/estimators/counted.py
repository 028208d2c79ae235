"""Whole numbers that people give an agent: seeds, replicas, steps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from paradigms.errors import UsageError


def count(name: str, value: Any) -> int:
    """A whole number from one on.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{name}={value!r} must be at least 1, and a whole number.")
    return int(value)


def seed(random_state: Any) -> int:
    """A study's seed: as given, drawn from a generator, or drawn anew for None.

    Raises:
        ValueError: neither, or a negative number.
    """
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31 - 1))
    if isinstance(random_state, bool) or not isinstance(random_state, int | np.integer) or random_state < 0:
        raise ValueError(
            f"random_state={random_state!r} must be None, a generator, or a whole number from 0 on."
        )
    return int(random_state)


def steps_of(steps: Any, total_timesteps: Any) -> int:
    """How many steps are asked for, by either name.

    Raises:
        UsageError: by none or both, or no whole number of them.
    """
    if (steps is None) == (total_timesteps is None):
        raise UsageError("learn takes how many steps, once.", "Say learn(50_000).")
    asked = total_timesteps if steps is None else steps
    number = not isinstance(asked, bool) and isinstance(asked, int | float | np.integer | np.floating)
    if not number or not math.isfinite(asked) or asked != int(asked):
        raise UsageError(f"steps={asked!r} is no whole number.", "Say learn(50_000).")
    return int(asked)
