"""The one loop: experience → loss → gradient → update → record, for R replicas of any learner."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.linalg import vecdot, vector_norm

from paradigms.engine.penalties import clip
from paradigms.engine.rules import column
from paradigms.engine.training import Block, Phase, Training

STILL = 1e-5
"""An update smaller than this share of the parameters is none."""


def update(training: Training, phase: Phase, t: int) -> tuple[Tensor, Tensor]:
    """One step of every replica; returns the losses [R] and the gradients [R, P]."""
    learner, parameters = training.learner, training.parameters
    batch = phase.source.draw(parameters)
    losses, gradient, curvature = training.slope(batch)
    with torch.no_grad():
        lr = phase.rates(t)
        step = gradient if phase.penalty is None else phase.penalty.add(gradient, parameters.flat)
        if curvature is not None and phase.penalty is not None:
            curvature = phase.penalty.bend(curvature)
        if phase.clip is not None:
            step = clip(step, step.norm(dim=1, keepdim=True), phase.clip)
        if phase.penalty is not None:
            phase.penalty.shrink(parameters.flat, lr)
        phase.rule.move(parameters.flat, step, lr, t + 1, curvature)
        if phase.penalty is not None:
            phase.penalty.threshold(parameters.flat, lr, phase.rule, t + 1)
        learner.settle(parameters, training.step + 1)
    return losses, gradient


def advance(
    training: Training, until: int, between: Callable[[Training], None] = lambda training: None
) -> dict[str, Tensor]:
    """Runs one block of steps, within one phase; returns its signals, each [R].

    `between` is called after each step but the last; what it raises leaves a block that goes on later.
    """
    phase, done = training.phase()
    flat, steps = training.parameters.flat, until - training.step
    block = training.block = training.block or Block(flat.clone(), [])
    before, previous, began = flat, training.gradient, time.perf_counter()
    for i in range(steps):
        if i == steps - 1:
            before = flat.clone()
        previous = training.gradient
        losses, training.gradient = update(training, phase, done + i)
        block.losses.append(losses)
        training.step += 1
        if i < steps - 1:
            between(training)
    # Row by row: not even the last bit of a mean hangs on how many replicas there are.
    losses = torch.stack(block.losses, dim=1)  # [R, steps]
    signals = measure(losses, training.gradient, previous, before, flat)
    signals["learning_rate"] = column(phase.rates(done + steps - 1), flat).squeeze(1)
    _freeze_what_ended(training, phase, losses, signals, block.start)
    training.block = None
    training.seconds += time.perf_counter() - began
    return signals


def measure(
    losses: Tensor, gradient: Tensor | None, previous: Tensor | None, before: Tensor, after: Tensor
) -> dict[str, Tensor]:
    """The signals that every learner has, [R] each, from the last step of a block."""
    assert gradient is not None
    moved, size, norm = (vector_norm(one, dim=1) for one in (after - before, before, gradient))
    size = size * (size > torch.finfo(size.dtype).eps * moved)  # rounding around 0 is a 0
    signals = {
        "loss": losses.mean(1),
        "gradient_norm": norm,
        "update_norm": moved,
        "update_ratio": moved / size,
    }
    if previous is not None:
        sizes = (norm * vector_norm(previous, dim=1)).clamp_min(torch.finfo(norm.dtype).tiny)
        signals["alignment"] = vecdot(gradient, previous) / sizes
    return signals


def _freeze_what_ended(
    training: Training, phase: Phase, losses: Tensor, signals: dict[str, Tensor], start: Tensor
) -> None:
    """Marks replicas that diverged or stand still; puts every frozen replica back where it was."""
    flat, steps = training.parameters.flat, losses.shape[1]
    # Parameters that are NaN or infinite leave no finite norm to the last update, nor does one beyond 1e19.
    sound = torch.isfinite(signals["loss"] + signals["update_norm"]).tolist()
    frozen = [step >= 0 for step in training.ended]
    for replica in range(len(frozen)):
        if not (sound[replica] or frozen[replica]):
            fine = torch.isfinite(losses[replica]).tolist()
            since = steps - 1 - fine.index(False) if False in fine else 0
            training.freeze(replica, "diverged", training.step - since)
            frozen[replica] = True
    if any(frozen):
        rows = torch.tensor(frozen, device=flat.device)
        flat[rows] = start[rows]
    if phase.settles:
        for replica, ratio in enumerate(signals["update_ratio"].tolist()):
            if not frozen[replica] and ratio < STILL:
                training.freeze(replica, "converged")


def train(
    training: Training,
    moments: Sequence[int],
    observer: Callable[[Training, dict[str, Tensor]], bool],
    between: Callable[[Training], None] = lambda training: None,
) -> None:
    """Trains until the last moment; after each block the observer looks, and may ask to stop.

    Args:
        moments: the steps at which blocks end, increasing; phase boundaries are added.
        observer: called with the training and the block's signals; returns False to stop here.
        between: called with the training after every other step; reads nothing from the device.
    """
    for until in sorted({*moments, *training.boundaries}):
        if until <= training.step:
            continue
        if training.over or not observer(training, advance(training, until, between)):
            return
