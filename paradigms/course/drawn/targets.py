"""What a learner that aims at its own estimates can do: Baird's star, and the bias of a maximum."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw

EVERY = (1, 10, 100, 1_000)
STEPS, RATE, GAMMA = 1_000, 0.01, 0.99
EPISODES = 300


def star(draw: Draw) -> dict[str, Any]:
    """Baird's star: length of the weights after 1,000 steps by how often the target is copied, [R, EVERY].

    Seven states, values linear in eight weights; every move that counts leads to the seventh, and the
    states are visited alike. `on_policy`: only the seventh is visited. `monte_carlo`: nothing is
    bootstrapped.
    """
    features = np.c_[2 * np.eye(7), np.ones(7)]
    features[6, 6], features[6, 7] = 1.0, 2.0
    found = {
        "every": np.empty((draw.seeds, len(EVERY))),
        "on_policy": np.empty(draw.seeds),
        "monte_carlo": np.empty(draw.seeds),
    }
    for seed in range(draw.seeds):
        for at, every in enumerate(EVERY):
            found["every"][seed, at] = _walk(draw.generator(seed), features, every, GAMMA, False)
        found["on_policy"][seed] = _walk(draw.generator(seed), features, 1, GAMMA, True)
        found["monte_carlo"][seed] = _walk(draw.generator(seed), features, 1, 0.0, False)
    start = np.r_[np.ones(6), 10.0, 1.0]
    return {**found, "start": float(np.linalg.norm(start))}


def _walk(rng: Any, features: np.ndarray, every: int, gamma: float, on_policy: bool) -> float:
    w = np.r_[np.ones(6), 10.0, 1.0]
    target = w.copy()
    for step in range(STEPS):
        if step % every == 0:
            target = w.copy()
        state = 6 if on_policy else int(rng.integers(7))
        aim = gamma * features[6] @ target  # every reward is 0
        w = w + RATE * (aim - features[state] @ w) * features[state]
    return float(np.linalg.norm(w))


def maximum(draw: Draw) -> dict[str, Any]:
    """Sutton & Barto's figure 6.5: how often the wrong first move is taken, by single and by double Q, [R,
    episodes].

    It leads to ten moves that cost 0.1 on average, with a deviation of 1; the right one ends with 0.
    """
    runs = 100 if draw.quick else 400
    found = {name: np.empty((draw.seeds, EPISODES)) for name in ("single", "double")}
    for seed in range(draw.seeds):
        for name in found:
            found[name][seed] = _wrong(draw.generator(seed), runs, name == "double")
    return {**found, "episode": np.arange(1, EPISODES + 1)}


def _wrong(rng: Any, runs: int, double: bool) -> np.ndarray:
    first, second = np.zeros((2, runs, 2)), np.zeros((2, runs, 10))
    rows, wrong = np.arange(runs), np.empty(EPISODES)
    for episode in range(EPISODES):
        sums = first.sum(0) if double else first[0]
        greedy = (sums + 1e-9 * rng.random(sums.shape)).argmax(1)
        left = np.where(rng.random(runs) < 0.1, rng.integers(2, size=runs), greedy) == 0
        wrong[episode] = left.mean()
        inner = second.sum(0) if double else second[0]
        move = (inner + 1e-9 * rng.random(inner.shape)).argmax(1)
        move = np.where(rng.random(runs) < 0.1, rng.integers(10, size=runs), move)
        reward = rng.normal(-0.1, 1.0, runs)
        which = rng.integers(2, size=runs) if double else np.zeros(runs, int)
        other = 1 - which if double else which
        chosen = second[which, rows].argmax(1)
        hoped = second[other, rows, chosen]
        first[which[left], rows[left], 0] += 0.1 * (hoped[left] - first[which[left], rows[left], 0])
        first[which[~left], rows[~left], 1] += 0.1 * (0 - first[which[~left], rows[~left], 1])
        at = (which[left], rows[left], move[left])
        second[at] += 0.1 * (reward[left] - second[at])
    return wrong
