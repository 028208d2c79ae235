"""What changes while R replicas learn: the phases they go through, and where they stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import torch
from torch import Tensor

from paradigms.engine.batch import tensors
from paradigms.engine.learner import Learner, Slope, Source
from paradigms.engine.parameters import Parameters
from paradigms.engine.penalties import Penalty
from paradigms.engine.replay import Replay
from paradigms.engine.rules import Rates, Rule
from paradigms.engine.schedules import Schedule
from paradigms.engine.slices import Slices


@dataclass
class Block:
    """Steps between two looks that are under way: where they began [R, P], and their losses, [R] each."""

    start: Tensor
    losses: list[Tensor]


@dataclass
class Phase:
    """A stretch of `steps` updates with one source, one rule and one schedule.

    `lr` is a number for all replicas or one for each, and so is `schedule`; `clip` [R, 1] limits the norm of
    the gradient (None: no limit); with `settles` the phase ends for a replica whose parameters stand still.
    """

    source: Source[Any]
    rule: Rule
    lr: Rates
    schedule: Schedule | Sequence[Schedule]
    steps: int
    penalty: Penalty | None = None
    clip: Tensor | None = None
    settles: bool = False

    def rates(self, t: int) -> Rates:
        """The learning rate at update t = 0, 1, … of this phase, of all replicas or of each."""
        if callable(self.schedule):
            factor = self.schedule(t)
            return self.lr * factor if isinstance(self.lr, float) else [rate * factor for rate in self.lr]
        rates = repeat(self.lr) if isinstance(self.lr, float) else self.lr
        return [rate * schedule(t) for rate, schedule in zip(rates, self.schedule, strict=False)]


class Training:
    """Everything that changes while R replicas learn.

    `ended[r]` is the step at which replica r was frozen (−1: it is still learning) and `why[r]` says
    for what reason: `diverged`, `early` or `converged`. With `slices` the slope of a batch is
    taken in parts.
    """

    slices: Slices | None = None

    def __init__(self, learner: Learner[Any], parameters: Parameters, phases: Sequence[Phase]) -> None:
        self.learner, self.parameters, self.phases = learner, parameters, list(phases)
        self.step, self.seconds = 0, 0.0
        self.gradient: Tensor | None = None
        self.block: Block | None = None
        self._replay: tuple[tuple[torch.Size, ...], Replay[Any]] | None = None
        replicas = len(parameters.flat)
        self.ended, self.why = [-1] * replicas, ["budget"] * replicas
        for phase in self.phases:
            phase.rule.start(parameters.flat)

    def __getstate__(self) -> dict[str, Any]:
        """What was recorded for a graphics card stays with the one that recorded it."""
        return vars(self) | {"_replay": None}

    @property
    def total(self) -> int:
        """Updates in all phases."""
        return sum(phase.steps for phase in self.phases)

    @property
    def samples(self) -> int:
        """Feedback consumed by every replica that is still learning."""
        return sum(phase.source.samples for phase in self.phases)

    @property
    def boundaries(self) -> list[int]:
        """The last step of every phase."""
        return [sum(phase.steps for phase in self.phases[: i + 1]) for i in range(len(self.phases))]

    @property
    def over(self) -> bool:
        """Whether every replica has been frozen."""
        return all(step >= 0 for step in self.ended)

    @property
    def _on_the_current_card(self) -> bool:
        """What is done on another card would not be recorded."""
        return self.parameters.flat.get_device() == torch.cuda.current_device()

    def slope(self, batch: Any) -> Slope:
        """The learner's slope where the parameters are now; on a graphics card replayed, if it may be."""
        learner, parameters = self.learner, self.parameters
        if self.slices is not None:
            return self.slices.slope(learner, parameters, batch)
        if not (parameters.flat.is_cuda and learner.replayed and self._on_the_current_card):
            return learner.slope(parameters, batch)
        shapes = tuple(held.shape for held in tensors(batch).values())
        if self._replay is None or self._replay[0] != shapes:
            self._replay = shapes, Replay(lambda given: learner.slope(parameters, given), batch)
        return self._replay[1](batch)

    def freeze(self, replica: int, why: str, step: int | None = None) -> None:
        """Ends one replica's training; the others do not notice."""
        self.ended[replica], self.why[replica] = self.step if step is None else step, why

    def phase(self) -> tuple[Phase, int]:
        """The phase of the next step, and how many of its steps are done."""
        done = self.step
        for phase in self.phases:
            if done < phase.steps:
                return phase, done
            done -= phase.steps
        raise IndexError("training is over")
