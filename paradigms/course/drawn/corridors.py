"""A reward at the end of a corridor: how many passes until its beginning knows of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw

SPANS = (1, 2, 3, 5, 10, 80)
LENGTH = 80
LENGTHS = (10, 20, 40, 80)


def passes(draw: Draw) -> dict[str, Any]:
    """Passes through 80 states, learning at a step of 1 from k-step targets, until the first state has
    value 1.

    `backward` goes through the states from the end; `random` replays them in random order, [R].
    """
    order = np.arange(LENGTH)
    counted = [_passes(lambda: order, span) for span in SPANS]
    random = [
        _passes(partial(draw.generator(seed).integers, LENGTH, size=LENGTH), 1) for seed in range(draw.seeds)
    ]
    return {"span": SPANS, "passes": counted, "backward": _passes(lambda: order[::-1], 1), "random": random}


def _passes(order: Any, span: int) -> int:
    value = np.zeros(LENGTH + 1)
    value[LENGTH] = 1.0  # what the end pays
    for count in range(1, 100 * LENGTH):
        for state in order():
            value[state] = value[min(state + span, LENGTH)]
        if value[0] == 1.0:
            return count
    raise AssertionError


def small_steps(draw: Draw) -> dict[str, Any]:
    """Passes at a step of 0.1 until the first state's value is above one half, by the corridor's length."""
    found = []
    for length in LENGTHS:
        value = np.zeros(length + 1)
        value[length] = 1.0
        count = 0
        while value[0] <= 0.5:
            count += 1
            for state in range(length):
                value[state] += 0.1 * (value[state + 1] - value[state])
        found.append(count)
    return {"length": LENGTHS, "passes": found}


DEPTHS = (4, 6, 8)


def maze(draw: Draw) -> dict[str, Any]:
    """Q-learning in a chain whose only reward is at its far end (ε 0.2, γ 0.95): episodes to a right
    policy, [R, n, k].

    k-step targets carry the reward back k states at once.
    """
    spans = (1, 3)
    found = np.empty((draw.seeds, len(DEPTHS), len(spans)))
    for seed in range(draw.seeds):
        for at, length in enumerate(DEPTHS):
            for k, span in enumerate(spans):
                found[seed, at, k] = np.median(
                    [_episodes(draw.generator(1000 * seed + i), length, span) for i in range(10)]
                )
    return {"length": DEPTHS, "span": spans, "episodes": found}


def _episodes(rng: Any, length: int, span: int) -> int:
    """Moves right or back to the start; a right move may be chosen by chance; until every state prefers
    it.
    """
    q = np.zeros((length, 2))
    for episode in range(1, 5_000):
        states, moves, state = [], [], 0
        for _ in range(4 * length):
            greedy = int((q[state] + 1e-9 * rng.random(2)).argmax())
            move = int(rng.integers(2)) if rng.random() < 0.2 else greedy
            states.append(state)
            moves.append(move)
            state = state + 1 if move else max(state - 1, 0)
            if state == length:
                break
        end = len(states)
        for t in range(end):
            ahead = min(t + span, end)
            if ahead == end:
                target = (
                    0.95 ** (end - 1 - t)
                    if state == length
                    else 0.95 ** (end - t) * q[min(state, length - 1)].max()
                )
            else:
                target = 0.95 ** (ahead - t) * q[states[ahead]].max()
            q[states[t], moves[t]] += 0.5 * (target - q[states[t], moves[t]])
        if (q[:, 1] > q[:, 0]).all():
            return episode
    return 5_000
