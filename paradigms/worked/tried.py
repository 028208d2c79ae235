"""Who is tried: a registered learner on an example's own rows, or somebody whose answer needs no training."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.trained import begun
from paradigms.registry import LEARNERS
from paradigms.worked.example import Answer, Role, Rows, Tried

QUICK = 3
"""Of so many epochs a hurried run takes one."""


@dataclass(frozen=True)
class Known(Tried):
    """Somebody whose answers are a function of the rows: `of(rows)` gives them by part."""

    name: str
    role: Role
    of: Callable[[Rows], Answer]
    said: str = ""

    def what(self, draw: Draw) -> str:
        return self.said or self.role

    def answers(self, rows: Sequence[Rows], draw: Draw) -> list[Answer]:
        return [self.of(one) for one in rows]


@dataclass(frozen=True)
class Learned(Tried):
    """A registered learner, one replica a seed, all trained at once; `options` are those of `paradigms run`.

    Columns are standardised on the part that it learns from, `train` unless another is named. Seeds train
    together, so each leaves out its first rows until all have as many as the smallest.
    """

    name: str
    learner: str
    epochs: int
    options: Mapping[str, Any] = field(default_factory=dict)
    part: str = "train"
    shape: tuple[int, ...] = ()
    role: Role = "learner"

    def what(self, draw: Draw) -> str:
        own = {
            key: value
            for key, value in self.options.items()
            if key in ("model", "hidden", "depth", "clusters")
        }
        told = ", ".join(f"{key} {_said(value)}" for key, value in own.items())
        return f"{LEARNERS[self.learner].title}{f' ({told})' if told else ''}"

    @property
    def entry(self) -> Any:
        """What is said of the learner."""
        return LEARNERS[self.learner]

    def answers(self, rows: Sequence[Rows], draw: Draw) -> list[Answer]:
        from paradigms.engine.loop import train

        scales = [_Scale.of(one.parts[self.part]) for one in rows]
        fewest = min(len(one.parts[self.part][0]) for one in rows)
        own = [scale.into(*one.parts[self.part], numbers=self.entry.task == "regression")
               for scale, one in zip(scales, rows, strict=True)]  # fmt: skip
        x = np.stack([one[0][-fewest:] for one in own])
        taught = LEARNERS[self.learner].paradigm == "supervised"
        y = np.stack([one[1][-fewest:] for one in own if one[1] is not None]) if taught else None
        epochs = max(1, self.epochs // QUICK) if draw.quick else self.epochs
        batch = min(self.options.get("batch_size") or self.entry.options.get("batch_size") or fewest, fewest)
        training = begun(
            self.learner,
            {"train": (x, y)},
            draw,
            epochs * -(-fewest // batch),
            shape=self.shape,
            **self.options,
        )
        train(training, [training.total], lambda now, signals: True)
        asked = [part for part in rows[0].parts if part != self.part]
        found = {part: self._answered(training, part, rows, scales) for part in asked}
        return [{part: found[part][seed] for part in asked} for seed in range(len(rows))]

    def _answered(
        self, training: Any, part: str, rows: Sequence[Rows], scales: Sequence[_Scale]
    ) -> list[np.ndarray]:
        """What every seed says of its own rows of a part, in their unit."""
        import torch

        from paradigms.studies.asking.module import respond

        each = [
            (one.parts[part][0] - scale.mean) / scale.spread for one, scale in zip(rows, scales, strict=True)
        ]
        longest = max(map(len, each))
        x = np.stack([np.concatenate([one, np.repeat(one[:1], longest - len(one), 0)]) for one in each])
        learner = training.learner
        known = {**training.parameters, **learner.constants()}
        with torch.no_grad():
            told = respond(self.entry, getattr(learner, "network", None), known, torch.as_tensor(x))
        said = (told["probability"][:, :, 1] if "probability" in told else
                told["score"][:, :, 1] if "score" in told else told["prediction"])  # fmt: skip
        answers = [answer[: len(one)] for answer, one in zip(said.numpy(), each, strict=True)]
        if self.entry.task != "regression":
            return answers
        return [scale.back(answer) for answer, scale in zip(answers, scales, strict=True)]


@dataclass(frozen=True)
class _Scale:
    """Means and deviations of the rows that somebody learns from, and of their targets."""

    mean: np.ndarray
    spread: np.ndarray
    middle: float
    width: float

    @classmethod
    def of(cls, rows: tuple[np.ndarray, np.ndarray | None]) -> _Scale:
        x, y = rows
        spread = x.std(0)
        told = (0.0, 1.0) if y is None else (float(y.mean()), float(y.std()) or 1.0)
        return cls(x.mean(0), np.where(spread > 0, spread, 1.0), *told)

    def into(
        self, x: np.ndarray, y: np.ndarray | None, numbers: bool
    ) -> tuple[np.ndarray, np.ndarray | None]:
        scaled = (y - self.middle) / self.width if numbers and y is not None else y
        return (x - self.mean) / self.spread, scaled

    def back(self, answer: np.ndarray) -> np.ndarray:
        return answer * self.width + self.middle


def _said(value: Any) -> str:
    return "–".join(map(str, value)) if isinstance(value, tuple) else str(value)


def fitted(model: str, **options: Any) -> Callable[[Rows], Answer]:
    """Of a scikit-learn model `module:Class`, fitted to the standardised training rows of each seed.

    What it answers is the chance of class 1 where it gives chances, else its prediction.
    """

    def of(rows: Rows) -> Answer:
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        module, name = model.split(":")
        made = getattr(importlib.import_module(module), name)(**options)
        fit = make_pipeline(StandardScaler(), made).fit(*rows.parts["train"])
        asked = {part: x for part, (x, _) in rows.parts.items() if part != "train"}
        if hasattr(fit, "predict_proba"):
            return {part: fit.predict_proba(x)[:, 1] for part, x in asked.items()}
        return {part: fit.predict(x) for part, x in asked.items()}

    return of
