"""When the next checkpoint is due: by time, and never for more than a small share of it."""

from __future__ import annotations

import time
from collections.abc import Callable

SHARE = 0.01
"""Of the time, at most this much goes into checkpoints."""
SPEED = 1e8
"""Bytes a second, before the first checkpoint has shown better."""


class Pace:
    """A checkpoint every so many seconds, later where one costs much; 0: whenever it is asked.

    The clock is one that nobody sets.
    """

    def __init__(
        self,
        every: float,
        expected: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.every, self.expected, self.clock = every, expected, clock
        self.cost: float | None = None
        self.spent = 0.0
        self._last = clock()

    @property
    def due(self) -> bool:
        """Whether it is time; the size of the first one is asked for when it could be."""
        since = self.clock() - self._last
        if since < self.every:
            return False
        if self.cost is None:
            self.cost = self.expected() / SPEED
        return not self.every or since >= self.cost / SHARE

    def paid(self, began: float) -> None:
        """A checkpoint that began then (by the same clock) is made."""
        self._last = self.clock()
        self.cost = self._last - began
        self.spent += self.cost
