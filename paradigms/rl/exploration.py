"""How often an agent tries something at random, and for how long: ε falls in a straight line, then stays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

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


class Persistence:
    """Random actions of R replicas in E environments, each kept for 1 to `longest` steps.

    All lengths are as likely. A single random step is undone by the next, so what takes many in one direction
    is hardly ever met (Dabney, Ostrovski and Barreto 2021, who draw lengths from a zeta distribution). They
    begin so much the more rarely that ε stays the share of random steps. An episode's end ends them.
    """

    def __init__(self, longest: int, replicas: int, envs: int) -> None:
        self.longest = longest
        self.left = np.zeros((replicas, envs), np.int64)
        self.kept = np.zeros((replicas, envs), np.int64)

    def begins(self, epsilon: np.ndarray) -> np.ndarray:
        """The chance [R] that one begins where none is kept: a share `epsilon` of all steps is random.

        >>> Persistence(5, 1, 1).begins(np.array([0.5]))
        array([0.25])
        """
        if self.longest == 1:
            return epsilon  # to the bit
        return epsilon / (epsilon + (1 - epsilon) * (1 + self.longest) / 2)

    def over(self, greedy: np.ndarray, begun: np.ndarray, other: np.ndarray, long: np.ndarray) -> np.ndarray:
        """What is done [R, E]: what is kept, else `other` where it has `begun`, else what is best.

        `long` [R, E], in [0, 1): how long what begins is kept.
        """
        begun = begun & (self.left == 0)
        self.kept = np.where(begun, other, self.kept)
        self.left = np.where(begun, 1 + (long * self.longest).astype(np.int64), self.left)
        done = np.where(self.left > 0, self.kept, greedy)
        self.left = np.maximum(0, self.left - 1)
        return done

    def end(self, where: np.ndarray) -> None:
        """Nothing is kept where an episode ended [R, E]."""
        self.left = np.where(where, 0, self.left)

    def state(self) -> dict[str, Tensor]:
        """What is kept, and for how long; nothing where each step is chosen anew."""
        if self.longest == 1:
            return {}
        return {"kept": torch.from_numpy(self.kept), "left": torch.from_numpy(self.left)}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        if self.longest > 1:
            self.kept, self.left = (tensors[name].numpy().copy() for name in ("kept", "left"))
