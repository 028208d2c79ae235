"""What is seen at the block boundaries, as rows and pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.moments import moments, thin
from paradigms.engine.noise import noise
from paradigms.engine.training import Training
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import Replica
from paradigms.studies.asking.assembly import Assembly
from paradigms.studies.training import discreet
from paradigms.studies.training.stopping import EarlyStopping

PICTURED = 24
"""Steps at which pictures are kept: at most."""
GRADIENT = ("gradient_norm", "update_norm", "update_ratio", "alignment", "learning_rate")
"""Signals of a step down a gradient: not recorded of a learner that goes down none."""
COSTLY = 20
"""Steps at which a network is asked about held-out rows that takes long over it."""


class Recorder:
    """Writes one learner's rows into the run folder, keeps its pictures, and stops replicas early."""

    def __init__(self, assembly: Assembly, folder: RunFolder) -> None:
        self.assembly, self.folder, self.learner = assembly, folder, assembly.learner
        company, training = assembly.company, assembly.training
        entry, patience = assembly.entry, company.options.patience
        looks = company.options.looks
        self.moments = sorted({*moments(training.total, looks), *training.boundaries})
        slow = assembly.network is not None and assembly.network.costly
        evaluations = min(looks, entry.evaluations, COSTLY) if slow else min(looks, entry.evaluations)
        self.evaluated = set(thin(self.moments, evaluations))
        self.pictured = set(thin(sorted(self.evaluated), PICTURED - 1))
        self.stopping = None if patience is None else EarlyStopping(patience, entry.lower_is_better)
        self.gradientless = bool(entry.gradientless)
        self.metric, self.replicas, self.shown = entry.metric, company.replicas, company.kept
        self.bounds = {part: self._bounds(part) for part in ("validation", "test")}
        self.pictures: list[dict[str, np.ndarray]] = []
        self.picture_steps: list[tuple[int, int]] = []
        self.ends: dict[int, dict[str, Any]] = {}
        self.aim: Tensor | None = None

    def _bounds(self, part: str) -> dict[str, np.ndarray]:
        reference = self.learner.reference(part)
        unknown = np.full(len(self.assembly.training.ended), np.nan)
        return {
            "baseline": self.learner.baseline(part),
            "reference": unknown if reference is None else reference,
        }

    def start(self) -> None:
        """Step 0: what the learner is before any feedback."""
        training = self.assembly.training
        self._picture(training)
        self._validate(training, range(len(training.ended)))
        self.aim = self.learner.targets(training.parameters)

    def observe(self, training: Training, signals: Mapping[str, Tensor]) -> None:
        """One block is over: rows for every replica that was still learning in it."""
        learning = [r for r in range(len(training.ended)) if r not in self.ends]
        ended = [r for r in learning if training.ended[r] >= 0]
        evaluated = learning if training.step in self.evaluated else ended
        recorded = {name: numbers(tensor) for name, tensor in signals.items()} | self._own(training)
        if self.gradientless:
            recorded = {name: one for name, one in recorded.items() if name not in GRADIENT}
        elif training.gradient is not None:
            felt = self.learner.felt(training.parameters.views(training.gradient))
            recorded |= {name: numbers(tensor) for name, tensor in felt.items()}
        if training.step in self.pictured and not self.gradientless:
            recorded |= {name: numbers(tensor) for name, tensor in noise(training).items()}
        recorded |= self._counts(training)
        known = self.learner.evaluate(training.parameters, "train") if evaluated else {}
        rest = [r for r in learning if r not in evaluated]
        rows = self._rows(training, evaluated, "train", recorded | known)
        rows += self._rows(training, rest, "train", recorded)
        place = {replica: r for r, replica in enumerate(self.replicas)}
        self.folder.append(
            sorted(rows, key=lambda row: place[Replica(row["setting"], row["seed"])]) if rest else rows
        )
        if evaluated:
            self._validate(training, evaluated)
        if training.step in self.pictured:
            self._picture(training)
        for r in learning:
            if training.ended[r] >= 0:
                self.ends[r] = self._end(training)

    def finish(self, training: Training, wall: float) -> None:
        """The last pictures, and the test rows: one score a replica, once."""
        if self.stopping is not None:
            self.stopping.put_back(training)
        self.learner.finish(training.parameters)
        if self.shown and self.picture_steps and self.picture_steps[-1][0] == training.step:
            self.pictures[-1] = self._view(training)
        else:
            self._picture(training)
        scores = self.learner.evaluate(training.parameters, "test") | self.bounds["test"]
        rivals = self.learner.rivals("test")
        rows = []
        for r, why in enumerate(training.why):
            lost = why == "diverged"
            row = (
                self._identity(r) | self.ends.get(r, self._end(training)) | {"split": "test", "stopped": why}
            )
            row |= {
                name: None if lost and name not in self.bounds["test"] else one[r]
                for name, one in scores.items()
            }
            if self.learner.read:
                row["read"] = self.learner.read
            if rivals:
                row["rivals"] = {name: float(score[r]) for name, score in rivals.items()}
            rows.append(row | {"diverged": training.ended[r] if lost else None, "wall_seconds": wall})
        self.folder.append(rows)

    def _identity(self, replica: int) -> dict[str, Any]:
        return {
            "learner": self.assembly.id,
            "seed": self.replicas[replica].seed,
            "setting": self.replicas[replica].setting,
        }

    def _end(self, training: Training) -> dict[str, Any]:
        spent = {"step": training.step, "samples": training.samples, "seconds": round(training.seconds, 6)}
        return spent | self._counts(training)

    def _own(self, training: Training) -> dict[str, np.ndarray]:
        """The learner's own signals, and how far its targets moved since the last look."""
        own, aim = self.learner.signals(training.parameters), self.learner.targets(training.parameters)
        if aim is None or self.aim is None:
            return own | {"target_drift": np.zeros(len(training.ended))}
        own["target_drift"] = numbers(self.learner.drift(self.aim, aim))
        self.aim = aim
        return own

    def _counts(self, training: Training) -> dict[str, Any]:
        processed, left = 0, training.step
        for phase in training.phases:
            done = min(left, phase.steps)
            processed, left = processed + done * phase.source.batch_size, left - done
        return {"updates": training.step, "examples_processed": processed}

    def _validate(self, training: Training, replicas: Sequence[int]) -> None:
        scores = self.learner.evaluate(training.parameters, "validation")
        self.folder.append(self._rows(training, replicas, "validation", scores | self.bounds["validation"]))
        if self.stopping is not None:
            self.stopping.look(training, scores[self.metric], replicas)

    def _rows(
        self, training: Training, replicas: Sequence[int], split: str, signals: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        now = {"step": training.step, "samples": training.samples, "seconds": round(training.seconds, 6)}
        return [
            self._identity(r)
            | now
            | {"split": split}
            | {name: one[r] if isinstance(one, np.ndarray) else one for name, one in signals.items()}
            for r in replicas
        ]

    def _picture(self, training: Training) -> None:
        if not self.shown:
            return
        self.pictures.append(self._view(training))
        self.picture_steps.append((training.step, training.samples))

    def _view(self, training: Training) -> dict[str, np.ndarray]:
        """Copies: a view may show the parameters themselves, which move on."""
        if self.assembly.discreet:
            found = discreet.view(self.learner, training.parameters, self.assembly.width)
        else:
            found = self.learner.view(training.parameters)
        return {name: array.copy() for name, array in found.items()}

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """What must be kept to go on: pictures, the last targets, early stopping."""
        tensors = {
            f"{i}/{n}": torch.as_tensor(a) for i, one in enumerate(self.pictures) for n, a in one.items()
        }
        if self.aim is not None:
            tensors["aim"] = self.aim
        if self.stopping is not None:
            tensors |= self.stopping.state()
        ends = json.dumps({str(r): end for r, end in self.ends.items()})
        return tensors, {"picture_steps": self.picture_steps, "ends": ends}

    def restore(self, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
        """Takes back what `state` gave."""
        self.picture_steps = [(step, samples) for step, samples in about["picture_steps"]]
        self.pictures = [{} for _ in self.picture_steps]
        for key, tensor in tensors.items():
            number, _, name = key.partition("/")
            if number.isdigit():
                self.pictures[int(number)][name] = tensor.numpy()
        self.ends = {int(r): end for r, end in json.loads(about["ends"]).items()}
        self.aim = tensors["aim"].to(self.assembly.problem.device) if "aim" in tensors else None
        if self.stopping is not None:
            self.stopping.restore(tensors, self.assembly.problem.device)
