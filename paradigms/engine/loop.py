"""The one loop: experience → loss → gradient → update → record, for R replicas of any learner."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from paradigms.engine.learner import Learner, Source
from paradigms.engine.parameters import Parameters
from paradigms.engine.penalties import Penalty, clip
from paradigms.engine.rules import Rule
from paradigms.engine.schedules import Schedule

STILL = 1e-5
"""An update smaller than this share of the parameters is none."""


@dataclass
class Phase:
    """A stretch of `steps` updates with one source, one rule and one schedule.

    `lr` is [R, 1]; `clip` limits the gradient's norm (None: no limit); with `settles` the phase ends
    for a replica whose parameters stand still.
    """

    source: Source[Any]
    rule: Rule
    lr: Tensor
    schedule: Schedule
    steps: int
    penalty: Penalty | None = None
    clip: float | Tensor | None = None
    settles: bool = False


class Training:
    """Everything that changes while R replicas learn.

    `ended[r]` is the step at which replica r was frozen (−1: it is still learning) and `why[r]` says
    for what reason: `diverged`, `early` or `converged`.
    """

    def __init__(self, learner: Learner[Any], parameters: Parameters, phases: Sequence[Phase]) -> None:
        self.learner, self.parameters, self.phases = learner, parameters, list(phases)
        self.step, self.seconds = 0, 0.0
        self.gradient: Tensor | None = None
        replicas = len(parameters.flat)
        self.ended, self.why = [-1] * replicas, ["budget"] * replicas
        for phase in self.phases:
            phase.rule.start(parameters.flat)

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


def update(training: Training, phase: Phase, t: int) -> tuple[Tensor, Tensor]:
    """One step of every replica; returns the losses [R] and the gradients [R, P]."""
    learner, parameters = training.learner, training.parameters
    batch = phase.source.draw(parameters)
    losses, gradient, curvature = learner.slope(parameters, batch)
    with torch.no_grad():
        lr = phase.lr * phase.schedule(t)
        step = gradient if phase.penalty is None else phase.penalty.add(gradient, parameters.flat)
        if phase.clip is not None:
            step = clip(step, step.norm(dim=1, keepdim=True), phase.clip)
        direction = phase.rule.direction(step, t + 1, curvature)
        if phase.penalty is not None:
            phase.penalty.shrink(parameters.flat, lr)
        parameters.flat.addcmul_(direction, lr, value=-1)
        learner.settle(parameters, training.step + 1)
    return losses, gradient


def advance(training: Training, until: int) -> dict[str, Tensor]:
    """Runs one block of steps, within one phase; returns its signals, each [R]."""
    phase, done = training.phase()
    flat, steps = training.parameters.flat, until - training.step
    start, began = flat.clone(), time.perf_counter()
    history = []
    before, previous = start, training.gradient
    for i in range(steps):
        if i == steps - 1:
            before = flat.clone()
        previous = training.gradient
        losses, training.gradient = update(training, phase, done + i)
        history.append(losses)
        training.step += 1
    losses = torch.stack(history)  # [steps, R]
    signals = measure(losses, training.gradient, previous, before, flat)
    signals["learning_rate"] = (phase.lr * phase.schedule(done + steps - 1)).squeeze(1).expand(len(flat))
    _freeze_what_ended(training, phase, losses, signals, start)
    training.seconds += time.perf_counter() - began
    return signals


def measure(
    losses: Tensor, gradient: Tensor | None, previous: Tensor | None, before: Tensor, after: Tensor
) -> dict[str, Tensor]:
    """The signals that every learner has, [R] each, from the last step of a block."""
    assert gradient is not None
    moved, size, norm = (after - before).norm(dim=1), before.norm(dim=1), gradient.norm(dim=1)
    signals = {
        "loss": losses.mean(0),
        "gradient_norm": norm,
        "update_norm": moved,
        "update_ratio": moved / size,
    }
    if previous is not None:
        signals["alignment"] = torch.cosine_similarity(gradient, previous, dim=1)
    return signals


def _freeze_what_ended(
    training: Training, phase: Phase, losses: Tensor, signals: dict[str, Tensor], start: Tensor
) -> None:
    """Marks replicas that diverged or stand still; puts every frozen replica back where it was."""
    flat, first = training.parameters.flat, training.step - len(losses)
    bad = ~torch.isfinite(losses)
    lost = bad.any(0) | ~torch.isfinite(flat).all(1)
    at = torch.where(bad.any(0), bad.int().argmax(0) + first + 1, training.step).tolist()
    frozen = [step >= 0 for step in training.ended]
    for replica, gone in enumerate(lost.tolist()):
        if gone and not frozen[replica]:
            training.freeze(replica, "diverged", at[replica])
            frozen[replica] = True
    if any(frozen):
        rows = torch.tensor(frozen, device=flat.device)
        flat[rows] = start[rows]
    if phase.settles:
        for replica, ratio in enumerate(signals["update_ratio"].tolist()):
            if not frozen[replica] and ratio < STILL:
                training.freeze(replica, "converged")


def train(
    training: Training, moments: Sequence[int], observer: Callable[[Training, dict[str, Tensor]], bool]
) -> None:
    """Trains until the last moment; after each block the observer looks, and may ask to stop.

    Args:
        moments: the steps at which blocks end, increasing; phase boundaries are added.
        observer: called with the training and the block's signals; returns False to stop here.
    """
    for until in sorted({*moments, *training.boundaries}):
        if until <= training.step:
            continue
        if training.over or not observer(training, advance(training, until)):
            return
