"""Road: keep to the middle of a winding road, at constant speed, by steering left, straight on or right.

What is seen are five numbers: how far the car is off the middle (1 is the edge), which way it points from the
road's direction, and how the road bends here, in five steps and in ten. A step earns 1 − offset²; beyond the
edge the episode ends. Each episode has a road of its own: two waves of random length and place. It is easy to
drive well by a rule, and the best of `RULES` on other episodes is what an agent is held against.

>>> import gymnasium
>>> env = gymnasium.make("paradigms.rl:paradigms/Road-v0")
>>> seen, _ = env.reset(seed=0)
>>> seen.shape, env.action_space
((5,), Discrete(3))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium import spaces

Seen = np.ndarray[Any, np.dtype[np.float32]]

SPEED, TURN = 0.2, 0.1
"""Half road widths a step; radians that the wheel turns the car in one."""
BENDS = 0.03
"""Size of each of the two waves of the road, radians a step."""
STEPS, AHEAD = 200, (0, 5, 10)
"""The longest episode; steps ahead at which the road is seen."""
EDGE = 1.0


class Rule(NamedTuple):
    """Steer towards the middle: aim at a heading of −`pull` × offset, ahead of the bend by `lead`.

    Within `slack` radians of that it goes straight on.
    """

    pull: float
    lead: float
    slack: float

    def __call__(self, seen: Seen) -> int:
        """The action where that is seen."""
        offset, heading, here, soon, _ = (float(one) for one in seen)
        off = -self.pull * offset + self.lead * (here + soon) / 2 - heading
        return 1 if abs(off) <= self.slack else 2 if off > 0 else 0


RULES = tuple(Rule(*one) for one in product((0.5, 1.0, 2.0, 4.0), (0.0, 1.0, 2.0), (0.03, 0.06)))
"""Twenty-four of them."""
BEST = 199.96
"""What the one that is best on episodes 0 to 99 earns on 1,000 others."""


class Road(gymnasium.Env[Seen, np.int64]):
    """One car on one road."""

    metadata: dict[str, Any] = {  # noqa: RUF012 - Gymnasium's own declaration
        "render_modes": [],
        "best_known": (BEST, "the best of 24 hand-written rules"),
    }

    def __init__(self) -> None:
        high = np.array([2 * EDGE, np.pi, *[2 * BENDS] * len(AHEAD)], np.float32)
        self.observation_space = spaces.Box(-high, high, dtype=np.float32)
        self.action_space = spaces.Discrete(3)
        self._bends, self._at = np.zeros(0), 0
        self._offset = self._heading = 0.0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Seen, dict[str, Any]]:
        """A new road, and a car near its middle."""
        super().reset(seed=seed)
        steps = np.arange(STEPS + max(AHEAD) + 2)
        waves = self.np_random.uniform([30, 0], [90, 2 * np.pi], (2, 2))
        self._bends = sum(BENDS * np.sin(2 * np.pi * steps / length + start) for length, start in waves)
        self._offset, self._heading = self.np_random.uniform(-0.2, 0.2, 2).tolist()
        self._at = 0
        return self._seen(), {}

    def step(self, action: np.int64) -> tuple[Seen, float, bool, bool, dict[str, Any]]:
        """The car turns, the road bends away under it, and on it goes."""
        turned = self._heading + TURN * (int(action) - 1) - float(self._bends[self._at])
        self._heading = float(np.clip(turned, -np.pi / 2, np.pi / 2))
        self._offset += SPEED * float(np.sin(self._heading))
        self._at = min(self._at + 1, len(self._bends) - max(AHEAD) - 1)
        over = abs(self._offset) > EDGE
        return self._seen(), 0.0 if over else 1 - self._offset**2, over, False, {}

    def _seen(self) -> Seen:
        bends = [self._bends[self._at + steps] for steps in AHEAD]
        return np.array([self._offset, self._heading, *bends], np.float32)


def driven(policy: Callable[[Seen], int], seeds: Iterable[int]) -> np.ndarray:
    """Returns of the episodes of these seeds, one each."""
    road, found = Road(), []
    for seed in seeds:
        seen, _ = road.reset(seed=seed)
        earned, over = 0.0, False
        for _ in range(STEPS):
            seen, reward, over, _, _ = road.step(np.int64(policy(seen)))
            earned += reward
            if over:
                break
        found.append(earned)
    return np.array(found)
