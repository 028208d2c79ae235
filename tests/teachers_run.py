"""Made-up runs of one task under several teachers, whose prices can be worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]
SEEDS = range(6)
TOLD = [0.1, 0.5, 0.9, 0.95]
HEARD = [0.1, 0.3, 0.5, 0.7, 0.9, 0.92]


def spec(name: str, paradigm: str, **settings: Any) -> dict[str, Any]:
    """A learner of the config, of version 1 or 2."""
    return {
        "id": name, "name": f"{name}-name", "title": name, "metric": "accuracy", "lower_is_better": False,
        "paradigm": paradigm, "task": "classification", "dataset": "d", "model": "m", "settings": settings,
        "reference_name": "r",
        "view": "none", "data": {"classes": ["a", "b", "c", "d"], "kind": "bundled"},
    }  # fmt: skip


def rows(
    name: str,
    curve: Sequence[float],
    every: int,
    final: float = 0.9,
    seeds: Sequence[int] = SEEDS,
    **train: Sequence[float],
) -> Rows:
    """A held-out point every `every` samples, and a training row beside each with what `train` holds."""
    found: Rows = []
    for seed in seeds:
        place = {"learner": name, "seed": seed, "setting": 0}
        for i, value in enumerate(curve):
            now = {**place, "step": i, "samples": every * i, "seconds": i}
            found.append({**now, "split": "validation", "accuracy": value, "baseline": 0.1, "reference": 1.0})
            if i:
                own = {key: values[i] for key, values in train.items()}
                found.append({**now, "split": "train", "updates": i, "loss": 1.0, **own})
        end = {**place, "step": 9, "samples": every * (len(curve) - 1), "seconds": 9, "split": "test"}
        end |= {"accuracy": final + seed / 1000, "baseline": 0.1, "reference": 1.0, "diverged": None}
        found.append(end | {"updates": 9, "wall_seconds": 1.0, "stopped": "budget"})
    return found


def folder(
    path: Path, learners: Sequence[tuple[dict[str, Any], Rows]], same_data: str | None = "d", version: int = 1
) -> Path:
    """A run folder of them."""
    path.mkdir()
    specs = [
        one if version == 1 else one | {"options": one["settings"], "settings": None} for one, _ in learners
    ]
    config = {"version": version, "command": "c", "study": {"same_data": same_data, "seeds": list(range(99))}}
    (path / "config.json").write_text(json.dumps(config | {"learners": specs}), encoding="utf-8")
    text = "".join(json.dumps(row) + "\n" for _, own in learners for row in own)
    (path / "metrics.jsonl").write_text(text, encoding="utf-8")
    return path


REWARDS = [0, 25, 75, 100, 200, 300]
STATES: Mapping[str, Mapping[str, Any]] = {
    "same data": {},
    "same data, slow": {"every": 300},
    "same data, free": {"heard": TOLD},
    "same data, never": {"heard": [0.1, 0.2]},
    "same data, three seeds": {"seeds": range(3)},
    "same data, ten seeds, few labels": {"seeds": range(10), "labels": 50, "gain": 0.05},
    "same data, harm": {"seeds": range(10), "labels": 50, "gain": -0.05},
    "same data, loud": {"loud": True},
    "same data, silent": {"silent": [0.4, 0.82, 0.7]},
}
"""Name → what differs from the answer in 200 samples, the verdict in 400, and silence at 70 %."""


def written(path: Path, name: str) -> Path:
    """The run of that name, of version 2."""
    return _written(path, **STATES[name])


def _written(
    path: Path,
    every: int = 100,
    heard: Sequence[float] = HEARD,
    silent: Sequence[float] = (0.4, 0.6, 0.7),
    seeds: Sequence[int] = SEEDS,
    labels: int | None = None,
    gain: float | None = None,
    loud: bool = False,
) -> Path:
    shared = {
        "hidden": [8],
        "optimizer": "adam",
        "lr": 0.004,
        "batch_size": 10,
        "samples": 300,
        "epsilon": 0.05,
        "replacement": True,
    }
    alone = {**shared, "hidden": None, "optimizer": "newton", "lr": None}
    noise = {"gradient_variance": [0, 10, 20, 40, 80, 160], "gradient_square": [1] * 6} if loud else {}
    told = (
        spec("told", "supervised", **shared, labels=labels),
        rows("told", TOLD, 100, seeds=seeds, **noise),
    )
    paid = rows("heard", heard, every, 0.89, seeds, rewards=REWARDS, **noise)
    learners = [told, (spec("heard", "reinforcement", **shared), paid)]
    if gain is None:
        learners.append((spec("silent", "unsupervised", **alone), rows("silent", silent, 100, 0.7, seeds)))
    else:
        first = rows("first", TOLD, 100, 0.9 + gain, seeds)
        learners.append((spec("first", "semi-supervised", **shared, unlabelled=100), first))
    return folder(path, learners, version=2)
