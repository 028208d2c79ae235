"""Guess: name the class of an image, and be told no more than whether that was right.

The same data that a classifier learns from, as an environment: what is observed is a row (an image, or
the scaled features of a table), the action is a guess, and the reward is 1 for the true class and 0
for any other. Nothing that is guessed changes what is shown next. It is a contextual bandit (Langford &
Zhang 2007); with a delay it becomes a problem of credit assignment.

>>> import gymnasium
>>> env = gymnasium.make("paradigms.rl:paradigms/Guess-v0", dataset="digits")
>>> image, _ = env.reset(seed=0)
>>> image.shape, env.action_space
((8, 8), Discrete(10))
>>> sum(env.step(guess)[1] for guess in range(10)) <= 10
True
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from paradigms.datasets import load, split

Image = np.ndarray[Any, np.dtype[np.float32]]


class Guess(gymnasium.Env[Image, np.int64]):
    """Rows x [N, …] of known classes y [N], shown one after another without an end.

    Args:
        classes: how many there are; actions are 0 … classes − 1.
        delay: a guess's reward arrives with the guess made so many images later; until then 0.
        noise: share of the verdicts that are the wrong way round.
        deal: number of the image since the start → its row; by default shuffled, every row once a round.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - Gymnasium's own declaration

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        classes: int,
        delay: int = 0,
        noise: float = 0.0,
        deal: Callable[[int], int] | None = None,
    ) -> None:
        self.x, self.y = np.asarray(x, np.float32), np.asarray(y)
        self.delay, self.noise = delay, noise
        self.observation_space = spaces.Box(self.x.min(), self.x.max(), self.x.shape[1:], np.float32)
        self.action_space = spaces.Discrete(classes)
        self._deal = deal or self._shuffled
        self._owed: deque[float] = deque()
        self._shown, self._row = 0, 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Image, dict[str, Any]]:
        """The first image; verdicts still owed are forgotten."""
        super().reset(seed=seed)
        self._owed.clear()
        self._shown = 0
        return self._next(), {}

    def step(self, action: np.int64) -> tuple[Image, float, bool, bool, dict[str, Any]]:
        """The next image, and the reward that arrives now."""
        right = bool(action == self.y[self._row])
        if self.noise and self.np_random.random() < self.noise:
            right = not right
        self._owed.append(float(right))
        reward = self._owed.popleft() if len(self._owed) > self.delay else 0.0
        return self._next(), reward, False, False, {}

    def _next(self) -> Image:
        self._row = int(self._deal(self._shown))
        self._shown += 1
        return self.x[self._row].copy()

    def _shuffled(self, number: int) -> int:
        place = number % len(self.x)
        if place == 0:
            self._line = self.np_random.permutation(len(self.x))
        return int(self._line[place])


def guess(dataset: str = "digits", delay: int = 0, noise: float = 0.0) -> Guess:
    """The environment over all rows of a data set by name, images in their own shape.

    Raises:
        UsageError: an unknown data set, or one without classes.
    """
    data = load(dataset).require("classification")
    rows = split(data, study_seed=0, seeds=(0,), whole=True).train
    assert rows.y is not None
    x = rows.x[0].reshape(len(data), *(data.image_shape or (-1,)))
    return Guess(x, rows.y[0], len(data.classes or ()), delay, noise)
