"""Who drives: a registered agent that was trained in an environment, or a rule, on the same episodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.trained import acting
from paradigms.registry import LEARNERS
from paradigms.worked.example import Answer, Role, Rows, Tried
from paradigms.worked.tried import QUICK, Known

Moved = Callable[[np.ndarray], np.ndarray]
"""What is seen in every episode that still goes on [E, o] → the action in each, [E]."""
Play = Callable[[Rows, Moved], Answer]
"""Plays a seed's own episodes by somebody's actions."""


def driver(name: str, role: Role, play: Play, rule: Callable[[Rows], Moved], said: str = "") -> Known:
    """Somebody who follows a rule."""
    return Known(name, role, lambda rows: play(rows, rule(rows)), said)


@dataclass(frozen=True)
class Agent(Tried):
    """A registered agent, one replica a seed, that takes `samples` steps to learn and then acts greedily."""

    name: str
    learner: str
    samples: int
    play: Play
    options: Mapping[str, Any] = field(default_factory=dict)
    role: Role = "learner"

    def what(self, draw: Draw) -> str:
        return f"{LEARNERS[self.learner].title}, {self.practice(draw):,} steps of practice"

    def practice(self, draw: Draw) -> int:
        """Steps that it takes to learn."""
        return self.samples // QUICK if draw.quick else self.samples

    @property
    def entry(self) -> Any:
        """What is said of the learner."""
        return LEARNERS[self.learner]

    def answers(self, rows: Sequence[Rows], draw: Draw) -> list[Answer]:
        from paradigms.engine.loop import train

        training = acting(self.learner, draw, self.practice(draw), **self.options)
        try:
            train(training, [training.total], lambda now, signals: True)
            return [self.play(one, self._moves(training, seed)) for seed, one in enumerate(rows)]
        finally:
            training.learner.close()

    @staticmethod
    def _moves(training: Any, seed: int) -> Moved:
        """The greedy actions of one replica."""
        import torch

        def moved(seen: np.ndarray) -> np.ndarray:
            rows = torch.as_tensor(seen, dtype=training.parameters.flat.dtype)
            everyone = rows.expand(len(training.parameters.flat), *seen.shape)
            with torch.no_grad():
                values = training.learner.values(training.parameters, everyone)
            return np.asarray(values[seed].argmax(1).numpy())

        return moved
