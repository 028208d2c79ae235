"""A made-up run folder in the exact format of docs/run-folder.md, for tests of what reads one.

Nothing is learned here: curves are smooth formulas with noise, so that the truth is known beforehand. The
folder has the format of today, or with `version=1` the one before there was an axis of settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import synthetic_pictures as pictures

HOSTILE = "</script><img src=x onerror=alert(1)>$x_{1}$&\"'"
LEARNERS = ("regression", "classification", "kmeans", "pca", "dqn")
Json = dict[str, Any]

# name: (paradigm, dataset, model, metric, lower, baseline, reference, final, samples, batch, tau)
FACTS: dict[str, tuple[Any, ...]] = {
    "regression": ("supervised", "diabetes", "linear", "r2", False, -0.01, 0.48, 0.478, 26_500, 32, 0.06),
    "classification": ("supervised", "digits", "mlp", "accuracy", False, 0.1, 0.962, 0.974, 64_000, 64, 0.05),
    "kmeans": ("unsupervised", "digits", "centres", "inertia", True, 1650.0, 900.0, 903.0, 32_000, 128, 0.02),
    "pca": (
        "unsupervised",
        "digits",
        "components",
        "explained_variance_ratio",
        False,
        0.25,
        0.848,
        0.846,
        64_000,
        64,
        0.1,
    ),
    "dqn": ("reinforcement", "CartPole-v1", "mlp", "return", False, 23.7, 500.0, 489.0, 50_000, 64, 0.35),
}
TITLES = {
    "regression": "Regression",
    "classification": "Classification",
    "kmeans": "k-means",
    "pca": "PCA",
    "dqn": "DQN",
}
OPTIONS: Json = {"lr": 0.01, "batch_size": 64, "optimizer": "adam", "hidden": [64, 64]}
FEEDBACK: dict[str, Json] = {
    "regression": {
        "source": "a label for every row",
        "per_sample": "one number: the right answer",
        "delay": 0,
        "moves": None,
        "told": "For every row it sees, it is told the number it should have said.",
    },
    "classification": {
        "source": "a label for every row",
        "per_sample": "one of ten classes",
        "delay": 0,
        "moves": None,
        "told": "For every row it sees, it is told the class it should have named.",
    },
    "kmeans": {
        "source": "the rows themselves",
        "per_sample": "64 numbers: the row",
        "delay": 0,
        "moves": "which centre is nearest changes as the centres move",
        "told": "Nobody answers; each row pulls the nearest centre.",
    },
    "pca": {
        "source": "the rows themselves",
        "per_sample": "64 numbers: the row",
        "delay": 0,
        "moves": None,
        "told": "Nobody answers; what is lost in the compression is the error.",
    },
    "dqn": {
        "source": "an environment's reward",
        "per_sample": "one number: the reward",
        "delay": None,
        "moves": "the target is computed from the learner's own values",
        "told": "After every action it is told a reward, never which action would have been right.",
    },
}


def write(
    folder: Path,
    learners: Sequence[str] = LEARNERS,
    seeds: int = 10,
    points: int = 60,
    moments: int = 12,
    rows: int = 120,
    hostile: bool = False,
    private: bool = False,
    reference: bool = True,
    diverged: Sequence[int] = (),
    unfinished: bool = False,
    env: str = "CartPole-v1",
    varied: Mapping[str, Sequence[Any]] | None = None,
    version: int = 2,
) -> Path:
    """A run folder of these learners; `diverged` names seeds of the last learner that blew up halfway.

    `varied` makes it a sweep: the default as setting 0, then every combination of these options' values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    specs = [_spec(name, hostile, private, reference, env) for name in learners]
    for spec in specs:
        spec["settings"] = _settings(varied or {}, spec["options"])
    lines: list[Json] = []
    for spec in specs:
        lost = diverged if spec is specs[-1] else ()
        for one in spec["settings"]:
            lines += _rows(spec, seeds, points, reference, lost, unfinished, one["setting"])
    config = {
        "version": version,
        "command": "paradigms compare" + (f" --out '{HOSTILE}'" if hostile else " --out runs/compare-1"),
        "options": {"seeds": seeds},
        "study": {
            "seeds": list(range(seeds)),
            "seed": 0,
            "device": "cpu",
            "dtype": "float32",
            "threads": 2,
            "quick": False,
            "same_data": None,
        },
        "versions": {"python": "3.11.7", "paradigms": "0.1.0", "torch": "2.13.0", "numpy": "2.4.6"},
        "started_time": "2025-01-01T12:00:00Z",
        "learners": specs if version > 1 else [_aged(spec) for spec in specs],
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "metrics.jsonl").write_text(text, encoding="utf-8")
    replicas = [(one["setting"], seed) for one in specs[0]["settings"] for seed in range(seeds)]
    drawn = [(spec, FACTS[spec["name"]][8]) for spec in specs]
    pictures.write(folder, drawn, replicas, moments, rows, version)
    return folder


def _settings(varied: Mapping[str, Sequence[Any]], options: Json) -> list[Json]:
    """The default, then the grid."""
    if not varied:
        return [{"setting": 0, "varied": {}}]
    grid = [dict(zip(varied, values, strict=True)) for values in product(*varied.values())]
    chosen = [{name: options.get(name) for name in varied}, *grid]
    return [{"setting": n, "varied": one, "options": options | one} for n, one in enumerate(chosen)]


def _aged(spec: Json) -> Json:
    """As version 1 has a learner of the config: its options under the name of settings."""
    rest = {name: value for name, value in spec.items() if name != "options"}
    return rest | {"settings": spec["options"]}


def _spec(name: str, hostile: bool, private: bool, reference: bool, env: str) -> Json:
    paradigm, dataset, model, metric, lower, *_, batch, _ = FACTS[name]
    dataset = HOSTILE if hostile else env if name == "dqn" else dataset
    return {
        "id": f"{name}-{dataset}-{model}" if name != "dqn" else f"dqn-{dataset}",
        "name": name,
        "title": TITLES[name],
        "paradigm": paradigm,
        "task": name,
        "dataset": dataset,
        "model": model,
        "metric": metric,
        "lower_is_better": lower,
        "view": name,
        "loss": "½ mean ‖x − xWWᵀ‖²" if name == "pca" else "mean squared error",
        "baseline_name": "an uninformed answer",
        "reference_name": _best(name) if reference else None,
        "options": OPTIONS | {"batch_size": batch},
        "parameters": 1234,
        "feedback": FEEDBACK[name],
        "data": _environment(env, hostile) if name == "dqn" else _data(name, hostile, private),
    }


def _data(name: str, hostile: bool, private: bool) -> Json:
    digits = name != "regression"
    features = [f"pixel {i}" for i in range(64)] if digits else [f"s{i}" for i in range(10)]
    classes = [str(i) for i in range(10)] if digits else None
    if hostile:
        features[0] = HOSTILE
        classes = [HOSTILE, *classes[1:]] if classes else None
    return {
        "kind": "file" if private else "bundled",
        "rows": 1797 if digits else 442,
        "features": features,
        "classes": classes,
        "target": HOSTILE if hostile else "digit" if digits else "progression",
        "form": "images" if digits else "rows",
        "shape": [8, 8] if digits else [10],
        "target_shape": [],
        "image_shape": [8, 8] if digits else None,
        "scaling": "divided by 16" if digits else "standardised",
        "split": {"train": 1078, "validation": 359, "test": 360},
        "private": private,
        "notes": [HOSTILE] if hostile else ["3 rows without a target were dropped"],
    }


def _best(name: str) -> str:
    return "the environment's maximum" if name == "dqn" else "scikit-learn"


def _environment(env: str, hostile: bool) -> Json:
    names = {
        "CartPole-v1": (
            ["cart position", "cart velocity", "pole angle", "pole angular velocity"],
            ["left", "right"],
        ),
        "MountainCar-v0": (["position", "velocity"], ["left", "coast", "right"]),
        "Acrobot-v1": (["cos θ1", "sin θ1", "cos θ2", "sin θ2", "ω1", "ω2"], ["−1", "0", "+1"]),
        "FrozenLake-v1": (["state"], ["left", "down", "right", "up"]),
        "Taxi-v4": (["state"], ["south", "north", "east", "west", "pick up", "drop off"]),
    }.get(env, (["first", "second", "third"], ["a", "b"]))
    observation, actions = names
    if hostile:
        observation, actions = [HOSTILE, *observation[1:]], [HOSTILE, *actions[1:]]
    discrete = len(observation) == 1
    return {
        "kind": "environment",
        "observation": observation,
        "actions": actions,
        "limit": 500,
        "maximum": 500.0,
        "threshold": 475.0,
        "discrete": discrete,
        "grid": [4, 4] if env == "FrozenLake-v1" else None,
        "notes": [],
        "private": False,
    }


def _rows(
    spec: Json,
    seeds: int,
    points: int,
    reference: bool,
    diverged: Sequence[int],
    unfinished: bool,
    setting: int,
) -> list[Json]:
    """Every setting but the default ends a tenth of the way lower than the one before it."""
    _, _, _, metric, _, base, ref, end, samples, batch, tau = FACTS[spec["name"]]
    generator = np.random.default_rng(len(spec["name"]))
    end -= 0.1 * setting * (end - base)
    whole, half = samples // batch, points // 2
    even = np.linspace(1, whole, points - half)
    steps = np.unique(np.concatenate([np.geomspace(1, whole, half), even]).astype(int))
    rows: list[Json] = []
    for seed in range(seeds):
        slow, last = tau * generator.uniform(0.7, 1.6), end + 0.01 * (ref - base) * generator.normal()
        stop = int(steps[len(steps) // 2]) if seed in diverged else None
        for i, step in enumerate([0, *steps.tolist()]):
            if stop is not None and step >= stop:
                break
            share = step * batch / samples
            known = 1 - np.exp(-share / slow)
            place = {
                "learner": spec["id"],
                "seed": seed,
                "setting": setting,
                "step": step,
                "samples": step * batch,
                "seconds": round(0.003 * step, 4),
            }
            wobble = 0.01 * (ref - base) * generator.normal()
            held = {
                metric: base + (last - base) * known + wobble,
                "baseline": base,
                "reference": ref if reference else None,
            }
            if i % 2 == 0 or step == steps[-1]:
                rows.append({**place, "split": "validation", **held})
            if step:
                rows.append(
                    {**place, "split": "train", **_signals(spec, share, known, step, batch, generator)}
                )
        if not unfinished:
            place = {
                "learner": spec["id"],
                "seed": seed,
                "setting": setting,
                "step": stop or int(steps[-1]),
                "samples": (stop or int(steps[-1])) * batch,
                "seconds": 0.003 * float(steps[-1]),
                "split": "test",
            }
            rows.append(
                {
                    **place,
                    metric: None if stop else last,
                    "baseline": base,
                    "updates": stop or int(steps[-1]),
                    "reference": ref + 0.002 * (ref - base) * generator.normal() if reference else None,
                    "examples_processed": int(steps[-1]) * batch,
                    "stopped": "diverged" if stop else "budget",
                    "diverged": stop,
                    "wall_seconds": 0.0031 * float(steps[-1]),
                }
                | ({"read": 1078} if spec["name"] in ("kmeans", "pca") else {})
            )
    return rows


def _signals(spec: Json, share: float, known: float, step: int, batch: int, generator: Any) -> Json:
    dqn = spec["name"] == "dqn"
    loss = (0.2 + 3 * known if dqn else 2 * (1 - known) + 0.1) * generator.lognormal(0, 0.15)
    moving = {"kmeans": 0.3, "pca": 0.2, "dqn": 0.5}.get(spec["name"], 0.0)
    signals = {
        "loss": loss,
        "gradient_norm": loss * 2,
        "update_norm": 0.01 * loss,
        "update_ratio": 0.003 * (1.1 - share),
        "alignment": float(np.clip(1 - 2 * known + generator.normal(0, 0.15), -1, 1)),
        "learning_rate": 0.01,
        "updates": step,
        "examples_processed": step * batch,
        "target_drift": moving * (1 - 0.8 * known) * generator.lognormal(0, 0.2),
    }
    if dqn:
        signals |= {
            "epsilon": max(0.04, 1 - 5 * share),
            "episode_return": 20 + 400 * known,
            "q_value": 90 * known,
        }
    return signals
