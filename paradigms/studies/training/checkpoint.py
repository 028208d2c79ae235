"""Everything that a learner's training is, at any step: as tensors and plain data, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from paradigms.engine.training import Block, Training
from paradigms.errors import UsageError
from paradigms.studies.saving.generations import Saved
from paradigms.studies.training.recorder import Recorder


def state(training: Training, recorder: Recorder) -> Saved:
    """What must be kept to go on exactly."""
    tensors: dict[str, Tensor] = {"parameters": training.parameters.flat}
    about: dict[str, Any] = {"step": training.step, "ended": training.ended, "why": training.why}
    about["training_seconds"] = training.seconds
    if training.gradient is not None:
        tensors["gradient"] = training.gradient
    if training.block is not None:
        tensors["block.start"] = training.block.start
        tensors["block.losses"] = torch.stack(training.block.losses)
    for i, phase in enumerate(training.phases):
        held, about[f"source{i}"] = phase.source.state()
        tensors |= _under(held, f"source{i}.") | _under(phase.rule.state, f"rule{i}.")
    tensors |= _under(training.learner.state(), "learner.")
    seen, about["recorder"] = recorder.state()
    return tensors | _under(seen, "recorder."), about


def size(training: Training, recorder: Recorder) -> int:
    """Bytes of what must be kept."""
    return sum(tensor.nbytes for tensor in state(training, recorder)[0].values())


def restore(saved: Saved, training: Training, recorder: Recorder) -> list[str]:
    """Puts a training back to where it was; returns sentences on what could not be brought back exactly.

    Raises:
        UsageError: it was another training's.
    """
    try:
        return _restore(saved, training, recorder)
    except (KeyError, RuntimeError, TypeError, ValueError, IndexError, AttributeError):
        raise UsageError(
            f"the checkpoint of {recorder.assembly.id} is not that of what config.json describes.",
            "Train it anew.",
        ) from None


def _restore(saved: Saved, training: Training, recorder: Recorder) -> list[str]:
    tensors, about = saved
    remarks: list[str] = []
    device = training.parameters.flat.device
    training.parameters.flat.copy_(tensors["parameters"])
    training.step, training.seconds = int(about["step"]), float(about["training_seconds"])
    training.ended, training.why = about["ended"], about["why"]
    training.gradient = tensors["gradient"].to(device) if "gradient" in tensors else None
    training.block = _block(tensors, device)
    for i, phase in enumerate(training.phases):
        phase.source.restore(_of(tensors, f"source{i}."), about[f"source{i}"])
        phase.rule.state = {name: tensor.to(device) for name, tensor in _of(tensors, f"rule{i}.").items()}
        remarks += getattr(phase.source, "remarks", [])  # of sources that answer; rows never differ
    training.learner.restore(_of(tensors, "learner."))
    recorder.restore(_of(tensors, "recorder."), about["recorder"])
    return remarks


def _block(tensors: Mapping[str, Tensor], device: torch.device) -> Block | None:
    if "block.start" not in tensors:
        return None
    return Block(tensors["block.start"].to(device), list(tensors["block.losses"].to(device)))


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in tensors.items()}


def _of(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
