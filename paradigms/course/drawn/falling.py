"""What a falling rate does to an agent, whose targets move, and to one who is told the true values.

Q-learning on the frozen lake, its steps drawn from all states and moves alike by the transitions that the
lake publishes: what is learned decides nothing of what is met. `told` aims at values that are known
beforehand, by value iteration, and differs in nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.trained import acting, looked

LAKE, GAMMA, RATE = "FrozenLake-v1", 0.95, 0.5
BATCH, STEPS = 8, 1_500
SETTINGS = {
    "constant": ("constant", RATE),
    "falling": ("linear", RATE),
    "falling, same sum": ("linear", 2 * RATE),
}
"""Schedule and first rate; a rate that falls to zero in equal steps sums to half of a constant one."""


def falling(draw: Draw) -> dict[str, Any]:
    """How far values are from the true ones at the end, as a share of their mean, [R, settings].

    `moving` aims at what is believed, `told` at the true values; `moving_longer` and `told_longer` have twice
    the updates, and so the same summed rate where it falls.
    """
    steps = STEPS // 3 if draw.quick else STEPS
    return {
        f"{name}{suffix}": _left(draw, name == "told", steps * times)
        for name in ("moving", "told")
        for suffix, times in (("", 1), ("_longer", 2))
    }


def _left(draw: Draw, told: bool, steps: int) -> np.ndarray:
    schedules, rates = zip(*SETTINGS.values(), strict=True)
    training = acting(
        "qlearning", draw, steps, len(SETTINGS) * draw.seeds, env=LAKE, gamma=GAMMA,
        schedule=tuple(np.repeat(schedules, draw.seeds).tolist()),
        lr=tuple(np.repeat(rates, draw.seeds).tolist()),
    )  # fmt: skip
    learner, problem = training.learner, training.learner.problem
    lake = _Lake(draw, problem)
    training = problem.begin(learner, [problem.phase(learner, lake, steps)])
    if told:
        learner.believed.flat[:] = problem.tensor(lake.best.ravel())
        learner.settle = lambda parameters, step: None  # the truth does not move
    values = looked(training, [steps], lambda now: now.parameters["values"].detach().numpy())[0]
    error = np.abs(values - lake.best).mean((1, 2)) / np.abs(lake.best).mean()
    return np.asarray(error.reshape(len(SETTINGS), draw.seeds).T)


class _Lake:
    """Steps from states and moves that are all as likely; a seed meets the same ones in every setting."""

    batch_size = BATCH
    remarks: tuple[str, ...] = ()

    def __init__(self, draw: Draw, problem: Any) -> None:
        import gymnasium

        from paradigms.rl.optimum import table

        found = table(gymnasium.make(LAKE))
        assert found is not None
        self.problem, self.met = problem, 0
        self.reward, self.after = found.reward, found.transition.cumsum(2)
        self.best = np.zeros_like(found.reward)
        for _ in range(1_000):
            self.best = found.reward + GAMMA * found.transition @ self.best.max(1)
        self.seeds = [draw.generator(seed) for seed in range(draw.seeds)]
        self.settings = len(problem.streams.seeds) // draw.seeds

    @property
    def samples(self) -> int:
        """Steps that each replica has met."""
        return self.met * self.batch_size

    def draw(self, parameters: Mapping[str, Any]) -> Any:
        """So many steps for every replica."""
        from paradigms.rl.walking import Steps

        uniform = np.stack([rng.random((3, BATCH)) for rng in self.seeds], 1)
        states, actions = self.reward.shape
        state, action = (uniform[0] * states).astype(np.int64), (uniform[1] * actions).astype(np.int64)
        after = (uniform[2][..., None] > self.after[state, action]).sum(2)
        columns = (state, action, self.reward[state, action], np.minimum(after, states - 1), action)
        onward = GAMMA * (after < states)  # beyond the last one the episode is over
        self.met += 1
        told = [self.problem.tensor(np.tile(one, (self.settings, 1))) for one in (*columns, onward)]
        return Steps(told[0].long(), told[1].long(), told[2], told[3].long(), told[4].long(), told[5])
