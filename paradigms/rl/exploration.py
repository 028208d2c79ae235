"""How often an agent tries something at random: ε falls in a straight line, then stays."""

from __future__ import annotations

import numpy as np

from paradigms.engine.problem import Problem


class Exploration:
    """ε from 1 to `epsilon` over the share `exploration` of `total` moments, for each replica."""

    def __init__(self, problem: Problem, total: int) -> None:
        self.total = total
        self._final, self._over = (
            np.array(problem.each(one), dtype=np.float64)
            for one in (problem.options.epsilon, problem.options.exploration)
        )

    def share(self, moment: int) -> np.ndarray:
        """ε now, [R]."""
        fallen = moment / np.maximum(1.0, self._over * self.total)
        return np.maximum(self._final, 1 + (self._final - 1) * fallen)
