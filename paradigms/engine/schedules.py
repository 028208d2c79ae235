"""Step-size schedules: the factor on the learning rate at update t = 0, 1, … of T."""

from __future__ import annotations

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def constant(total: int) -> Schedule:
    """1, always."""
    return lambda t: 1.0


def step(total: int, drops: int = 3, factor: float = 0.3) -> Schedule:
    """Falls by `factor` `drops` times, at equal distances."""
    every = max(1, math.ceil(total / (drops + 1)))
    return lambda t: factor ** (t // every)


def exponential(total: int, final: float = 0.01) -> Schedule:
    """From 1 to `final` by equal ratios."""
    ratio = final ** (1 / max(1, total))
    return lambda t: ratio**t


def linear(total: int, final: float = 0.0) -> Schedule:
    """From 1 to `final` by equal differences."""
    return lambda t: 1 + (final - 1) * min(1.0, t / max(1, total))


def hold(total: int, share: float = 0.8) -> Schedule:
    """1 for the first `share`, then by equal differences to 0 (warm-up–stable–decay; Hu et al. 2024).

    For targets that move: as long as they do, a step that shrank early could not follow them.
    """
    return lambda t: min(1.0, (1 - t / max(1, total)) / (1 - share))


def cosine(total: int) -> Schedule:
    """From 1 to 0 along half a cosine (Loshchilov & Hutter 2017)."""
    return lambda t: (1 + math.cos(math.pi * min(1.0, t / max(1, total)))) / 2


SCHEDULES: dict[str, Callable[[int], Schedule]] = {
    "constant": constant,
    "step": step,
    "exponential": exponential,
    "linear": linear,
    "hold": hold,
    "cosine": cosine,
}


def build(name: str, total: int, warmup: int = 0) -> Schedule:
    """The schedule called `name` over `total` updates, after `warmup` updates of linear rise.

    >>> [round(build("constant", 10, warmup=4)(t), 2) for t in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    after = SCHEDULES[name](total - warmup)
    return lambda t: (t + 1) / warmup if t < warmup else after(t - warmup)
