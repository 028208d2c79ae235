"""Where a learner's training stands, in one file, so that `--resume` can go on."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from paradigms.engine.training import Training
from paradigms.studies.folder import RunFolder
from paradigms.studies.recorder import Recorder

DONE = "checkpoint/done.json"


def _name(learner: str) -> str:
    return f"checkpoint/{learner}.safetensors"


def save(folder: RunFolder, learner: str, training: Training, recorder: Recorder, wall: float) -> None:
    """Writes everything that a learner's training is, at this step."""
    tensors: dict[str, Tensor] = {"parameters": training.parameters.flat}
    about: dict[str, Any] = {"step": training.step, "ended": training.ended, "why": training.why}
    about |= {"training_seconds": training.seconds, "wall_seconds": wall, "sizes": folder.sizes()}
    if training.gradient is not None:
        tensors["gradient"] = training.gradient
    for i, phase in enumerate(training.phases):
        held, about[f"source{i}"] = phase.source.state()
        tensors |= {f"source{i}.{name}": tensor for name, tensor in held.items()}
        tensors |= {f"rule{i}.{name}": tensor for name, tensor in phase.rule.state.items()}
    tensors |= {f"learner.{name}": tensor for name, tensor in training.learner.state().items()}
    seen, about["recorder"] = recorder.state()
    tensors |= {f"recorder.{name}": tensor for name, tensor in seen.items()}
    folder.write_tensors(_name(learner), tensors, about)


def restore(folder: RunFolder, learner: str, training: Training, recorder: Recorder) -> float | None:
    """Puts a training back to its checkpoint; returns the wall time so far, None if there is none."""
    if not (folder.path / _name(learner)).exists():
        return None
    tensors, about = folder.read_tensors(_name(learner))
    folder.cut(about["sizes"])
    device = training.parameters.flat.device
    training.parameters.flat.copy_(tensors["parameters"])
    training.step, training.seconds = about["step"], about["training_seconds"]
    training.ended, training.why = about["ended"], about["why"]
    training.gradient = tensors["gradient"].to(device) if "gradient" in tensors else None
    for i, phase in enumerate(training.phases):
        phase.source.restore(_under(tensors, f"source{i}."), about[f"source{i}"])
        phase.rule.state = {name: tensor.to(device) for name, tensor in _under(tensors, f"rule{i}.").items()}
    training.learner.restore(_under(tensors, "learner."))
    recorder.restore(_under(tensors, "recorder."), about["recorder"])
    return float(about["wall_seconds"])


def done(folder: RunFolder) -> dict[str, Any]:
    """The learners that are finished, and how long the growing files were then."""
    if not (folder.path / DONE).exists():
        return {"learners": [], "sizes": {folder.metrics.name: 0, folder.predictions.name: folder.header}}
    found: dict[str, Any] = folder.read_json(DONE)
    return found


def mark_done(folder: RunFolder, learner: str) -> None:
    """This learner is finished; its checkpoint is not needed any more."""
    folder.write_json(DONE, {"learners": [*done(folder)["learners"], learner], "sizes": folder.sizes()})
    (folder.path / _name(learner)).unlink(missing_ok=True)


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
