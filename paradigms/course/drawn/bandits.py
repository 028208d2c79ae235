"""Bandits and chains: what a little chance buys, what it cannot, and how noisy a policy's gradient is."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw

EPSILONS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3)
LENGTHS = (2, 4, 6, 8, 10)
ARMS, STEPS = 10, 1_000


def testbed(draw: Draw) -> dict[str, Any]:
    """Sutton & Barto's ten-armed testbed, 200 runs a seed: how often the best arm is taken in the last
    100, [R, ε].

    Beside it the mean reward, and optimistic first values of 5 at a constant step of 0.1 without chance.
    """
    runs, steps = (50, 400) if draw.quick else (200, STEPS)
    best = np.empty((draw.seeds, len(EPSILONS)))
    reward, optimistic = np.empty_like(best), np.empty(draw.seeds)
    for seed in range(draw.seeds):
        means = draw.generator(seed).normal(size=(runs, ARMS))
        for at, epsilon in enumerate(EPSILONS):
            best[seed, at], reward[seed, at] = _play(
                draw.generator(1000 + seed), means, epsilon, 0.0, None, steps
            )
        optimistic[seed] = _play(draw.generator(1000 + seed), means, 0.0, 5.0, 0.1, steps)[0]
    return {"epsilon": EPSILONS, "best": best, "reward": reward, "optimistic": optimistic}


def _play(
    rng: Any, means: np.ndarray, epsilon: float, first: float, step: float | None, steps: int
) -> tuple[float, float]:
    runs = np.arange(len(means))
    value, count = np.full(means.shape, first), np.zeros(means.shape)
    right, earned = means.argmax(1), np.zeros(len(means))
    late = 0.0
    for t in range(steps):
        ties = value + 1e-9 * rng.random(means.shape)
        arm = np.where(rng.random(len(means)) < epsilon, rng.integers(ARMS, size=len(means)), ties.argmax(1))
        reward = means[runs, arm] + rng.normal(size=len(means))
        count[runs, arm] += 1
        value[runs, arm] += (reward - value[runs, arm]) * (step or 1 / count[runs, arm])
        earned += reward
        late += float(np.mean(arm == right)) if t >= steps - 100 else 0.0
    return late / 100, float(earned.mean() / steps)


def chain(draw: Draw) -> dict[str, Any]:
    """n right moves in a row earn 1, a wrong one ends the episode: median episodes to the first reward,
    [R, n].

    `random` plays at random; `optimistic` begins with values of 1 and takes the highest, learning at a
    step of 1.
    """
    random = np.empty((draw.seeds, len(LENGTHS)))
    optimistic = np.empty_like(random)
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        for at, n in enumerate(LENGTHS):
            random[seed, at] = np.median(rng.geometric(0.5**n, size=200))
            optimistic[seed, at] = np.median([_optimist(rng, n) for _ in range(20)])
    return {
        "length": LENGTHS,
        "random": random,
        "optimistic": optimistic,
        "computed": 2.0 ** np.array(LENGTHS) * np.log(2),
    }


def _optimist(rng: Any, n: int) -> int:
    value, right = np.ones((n + 1, 2)), rng.integers(2, size=n)
    for episode in range(1, 10_000):
        for state in range(n):
            move = int((value[state] + 1e-9 * rng.random(2)).argmax())
            if move != right[state]:
                value[state, move] = 0.0
                break
            if state == n - 1:
                return episode
            value[state, move] = value[state + 1].max()
    return 10_000


BASELINES = ("none", "mean reward", "best constant")


def policy(draw: Draw) -> dict[str, Any]:
    """A softmax policy on ten arms whose rewards lie around 4: gradient g = (r − b) ∇ log π, measured and
    exact.

    `measured` and `exact` [R, baselines] are variances tr Cov(g) at the uniform policy; `bias` [R,
    baselines] how far the mean gradient is from the true one, in standard errors; `learned` [R, baselines]
    the share of the best arm after 500 steps at rate 0.1. `centred` [R] is
    the variance without a baseline where all rewards are 4 less, which is that of a baseline of 4.
    """
    runs = 4_000 if draw.quick else 40_000
    measured, exact, bias, learned = (np.empty((draw.seeds, 3)) for _ in range(4))
    centred = np.empty(draw.seeds)
    for seed in range(draw.seeds):
        rng = draw.generator(seed)
        means = 4 + rng.normal(size=ARMS)
        p = np.full(ARMS, 1 / ARMS)
        scores = np.eye(ARMS) - p  # ∇ log π(a), a row an arm
        size = (scores**2).sum(1)
        best = float((p * size * means).sum() / (p * size).sum())
        true = (p * means) @ scores
        centred[seed] = float((p * size * ((means - 4) ** 2 + 1)).sum() - true @ true)
        for at, b in enumerate((0.0, float(p @ means), best)):
            arms = rng.integers(ARMS, size=runs)
            g = (means[arms] + rng.normal(size=runs) - b)[:, None] * scores[arms]
            measured[seed, at] = g.var(0).sum()
            exact[seed, at] = float((p * size * ((means - b) ** 2 + 1)).sum() - true @ true)
            bias[seed, at] = np.abs((g.mean(0) - true) / (g.std(0) / np.sqrt(runs))).mean()
            learned[seed, at] = _learned(draw.generator(100 + seed), means, at, 60 if draw.quick else 300)
    return {"measured": measured, "exact": exact, "centred": centred, "bias": bias, "learned": learned}


def _learned(rng: Any, means: np.ndarray, kind: int, runs: int, steps: int = 500) -> float:
    theta, average, best = np.zeros((runs, ARMS)), np.zeros(runs), means.argmax()
    for t in range(1, steps + 1):
        p = np.exp(theta - theta.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        arm = (p.cumsum(1) > rng.random((runs, 1))).argmax(1)
        reward = means[arm] + rng.normal(size=runs)
        size = ((np.eye(ARMS) - p[:, None]) ** 2).sum(2)
        ideal = (p * size * means).sum(1) / (p * size).sum(1)
        b = (np.zeros(runs), average, ideal)[kind]
        theta += 0.1 * (reward - b)[:, None] * (np.eye(ARMS)[arm] - p)
        average += (reward - average) / t
    p = np.exp(theta - theta.max(1, keepdims=True))
    return float((p / p.sum(1, keepdims=True))[:, best].mean())
