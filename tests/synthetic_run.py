"""A made-up run folder in the exact format of docs/run-folder.md, for tests of what reads one.

Nothing is learned here: curves are smooth formulas with noise, so that the truth is known beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

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
) -> Path:
    """A run folder of these learners; `diverged` names seeds of the last learner that blew up halfway."""
    folder.mkdir(parents=True, exist_ok=True)
    specs = [_spec(name, hostile, private, reference, env) for name in learners]
    lines: list[Json] = []
    for spec in specs:
        lost = diverged if spec is specs[-1] else ()
        lines += _rows(spec, seeds, points, reference, lost, unfinished)
    config = {
        "version": 1,
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
        "learners": specs,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "metrics.jsonl").write_text(text, encoding="utf-8")
    _snapshots(folder, specs, seeds, moments, rows)
    return folder


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
        "reference_name": "scikit-learn" if reference else None,
        "settings": {"lr": 0.01, "batch_size": batch, "optimizer": "adam", "hidden": [64, 64]},
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
        "discrete": discrete,
        "grid": [4, 4] if env == "FrozenLake-v1" else None,
        "notes": [],
        "private": False,
    }


def _rows(
    spec: Json, seeds: int, points: int, reference: bool, diverged: Sequence[int], unfinished: bool
) -> list[Json]:
    _, _, _, metric, _, base, ref, end, samples, batch, tau = FACTS[spec["name"]]
    generator = np.random.default_rng(len(spec["name"]))
    steps = np.unique(np.geomspace(1, samples // batch, points).astype(int))
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
                "setting": 0,
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
                "setting": 0,
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


def _snapshots(folder: Path, specs: list[Json], seeds: int, moments: int, rows: int) -> None:
    index: Json = {"version": 1, "learners": {}}
    arrays: dict[str, Any] = {}
    for spec in specs:
        samples = FACTS[spec["name"]][8]
        at = [0, *np.unique(np.geomspace(samples / 100, samples, moments - 1).astype(int)).tolist()]
        made = globals()[f"_view_{spec['view']}"](spec, np.array(at) / samples, seeds, rows)
        entry = {"steps": [n // 10 for n in at], "samples": at, "seeds": list(range(seeds)), "arrays": {}}
        for name, (dims, values) in made.items():
            key = f"{spec['id']}/{name}"
            arrays[key] = np.ascontiguousarray(values)
            entry["arrays"][name] = {"key": key, "dims": list(dims), "meaning": name}
        index["learners"][spec["id"]] = entry
    save_file(arrays, str(folder / "snapshots.safetensors"))
    (folder / "snapshots.json").write_text(json.dumps(index), encoding="utf-8")


def _many(values: Any, seeds: int) -> Any:
    return np.repeat(values[:, None], seeds, axis=1)


def _view_regression(spec: Json, share: Any, seeds: int, rows: int) -> Json:
    generator = np.random.default_rng(1)
    true = 150 + 75 * generator.normal(size=(seeds, rows))
    fit = 150 + 0.55 * (true - 150) + 40 * generator.normal(size=(seeds, rows))
    known = 1 - np.exp(-share / 0.05)
    return {
        "predicted": (("moment", "seed", "row"), (known[:, None, None] * fit).astype(np.float32)),
        "true": (("seed", "row"), true.astype(np.float32)),
    }


def _grid(generator: Any, classes: int, g: int = 24) -> tuple[Any, Any, Any]:
    x, y = np.meshgrid(np.linspace(-3, 3, g), np.linspace(-3, 3, g))
    centres = np.stack([2 * np.cos(np.arange(classes)), 2 * np.sin(np.arange(classes) * 1.3)], 1)
    away = (x[..., None] - centres[:, 0]) ** 2 + (y[..., None] - centres[:, 1]) ** 2
    return centres, away.argmin(-1).astype(np.uint8), np.exp(-away.min(-1) / 4)


def _view_classification(spec: Json, share: Any, seeds: int, rows: int) -> Json:
    generator = np.random.default_rng(2)
    classes, moments = len(spec["data"]["classes"]), len(share)
    centres, best, near = _grid(generator, classes)
    labels = generator.integers(classes, size=(seeds, rows)).astype(np.uint8)
    points = centres[labels] + 0.5 * generator.normal(size=(seeds, rows, 2))
    confusion = np.zeros((moments, seeds, classes, classes), np.int32)
    for m, s in enumerate(share):
        right = 0.1 + 0.87 * (1 - np.exp(-s / 0.05))
        for r in range(seeds):
            for c in range(classes):
                odds = np.full(classes, (1 - right) / (classes - 1))
                odds[c] = right
                confusion[m, r, c] = generator.multinomial(36, odds)
    surface = np.stack([np.where(near > 1.0 - min(1, s * 20), best, 0) for s in share]).astype(np.uint8)
    sure = np.stack([(255 * np.clip(0.1 + near * min(1, s * 5), 0, 1)) for s in share]).astype(np.uint8)
    return {
        "confusion": (("moment", "seed", "class", "class"), confusion),
        "plane_points": (("seed", "row", "two"), points.astype(np.float32)),
        "plane_labels": (("seed", "row"), labels),
        "plane_axes": (("seed", "four"), np.tile(np.array([-3, 3, -3, 3], np.float32), (seeds, 1))),
        "surface": (("moment", "seed", "y", "x"), _many(surface, seeds)),
        "sureness": (("moment", "seed", "y", "x"), _many(sure, seeds)),
    }


def _view_kmeans(spec: Json, share: Any, seeds: int, rows: int, clusters: int = 10) -> Json:
    generator = np.random.default_rng(3)
    features = len(spec["data"]["features"])
    centres, _, _ = _grid(generator, clusters)
    labels = generator.integers(clusters, size=(seeds, rows)).astype(np.uint8)
    points = centres[labels] + 0.5 * generator.normal(size=(seeds, rows, 2))
    start = centres + generator.normal(size=centres.shape)
    path = np.stack([start + (centres - start) * (1 - np.exp(-s / 0.05)) for s in share])
    high = generator.uniform(size=(1, clusters, features)) * np.ones((len(share), 1, 1))
    sizes = np.full((len(share), seeds, clusters), rows // clusters, np.int32)
    return {
        "centres": (("moment", "seed", "cluster", "feature"), _many(high, seeds).astype(np.float32)),
        "plane_centres": (("moment", "seed", "cluster", "two"), _many(path, seeds).astype(np.float32)),
        "plane_points": (("seed", "row", "two"), points.astype(np.float32)),
        "assigned": (("moment", "seed", "row"), np.repeat(labels[None], len(share), axis=0)),
        "sizes": (("moment", "seed", "cluster"), sizes),
        "plane_axes": (("seed", "four"), np.tile(np.array([-4, 4, -4, 4], np.float32), (seeds, 1))),
    }


def _view_pca(spec: Json, share: Any, seeds: int, rows: int, k: int = 8) -> Json:
    generator = np.random.default_rng(4)
    d = len(spec["data"]["features"])
    basis = np.linalg.qr(generator.normal(size=(d, k)))[0].T
    exact = np.sort(generator.dirichlet(np.ones(k)))[::-1] * 0.85
    known = 1 - np.exp(-share / 0.1)
    labels = generator.integers(10, size=(seeds, rows)).astype(np.uint8)
    points = np.stack([np.cos(labels) * 2, np.sin(labels)], -1) + 0.4 * generator.normal(
        size=(seeds, rows, 2)
    )
    originals = generator.uniform(size=(seeds, 6, d))
    return {
        "components": (
            ("moment", "seed", "component", "feature"),
            np.tile(basis.astype(np.float32), (len(share), seeds, 1, 1)),
        ),
        "explained": (
            ("moment", "seed", "component"),
            _many(known[:, None] * exact, seeds).astype(np.float32),
        ),
        "reference_explained": (("seed", "component"), np.tile(exact.astype(np.float32), (seeds, 1))),
        "plane_points": (
            ("moment", "seed", "row", "two"),
            (known[:, None, None, None] * points).astype(np.float32),
        ),
        "plane_labels": (("seed", "row"), labels),
        "mean": (("seed", "feature"), np.full((seeds, d), 0.4, np.float32)),
        "originals": (("seed", "row", "feature"), originals.astype(np.float32)),
    }


def _view_dqn(spec: Json, share: Any, seeds: int, rows: int) -> Json:
    generator = np.random.default_rng(5)
    data, length, g = spec["data"], 60, 16
    o, a = len(data["observation"]), len(data["actions"])
    time = np.arange(length)
    lasts = (9 + (length - 9) * (1 - np.exp(-share / 0.35))).astype(int)
    swing = 0.2 * np.sin(time[:, None] / 5 + np.arange(o))
    if data["discrete"]:
        swing = generator.integers(16, size=(length, 1)).astype(float)
    if spec["dataset"] == "Acrobot-v1":
        angle = np.cumsum(0.1 * np.sin(time / 6))
        swing = np.stack(
            [np.cos(angle), np.sin(angle), np.cos(angle / 2), np.sin(angle / 2), angle, angle], 1
        )
    episode = np.stack([np.where(time[:, None] < last, swing, np.nan) for last in lasts])
    actions = np.stack([np.where(time < last, generator.integers(a, size=length), -1) for last in lasts])
    made: Json = {
        "episode": (("moment", "seed", "time", "observation"), _many(episode, seeds).astype(np.float32)),
        "episode_actions": (("moment", "seed", "time"), _many(actions, seeds).astype(np.int16)),
        "episode_return": (("moment", "seed"), _many(lasts * 500 / length, seeds).astype(np.float32)),
    }
    if data["discrete"]:
        values = share[:, None, None] * generator.normal(size=(16, a))
        made["q_values"] = (("moment", "seed", "state", "action"), _many(values, seeds).astype(np.float32))
        return made
    x, y = np.meshgrid(np.linspace(-1, 1, g), np.linspace(-1, 1, g))
    surface = np.stack([90 * np.exp(-((x - 0.3 * i) ** 2) - y**2) for i in range(a)], -1)
    names = data["observation"]
    made |= {
        "q_surface": (
            ("moment", "seed", "y", "x", "action"),
            _many(share[:, None, None, None] * surface, seeds).astype(np.float32),
        ),
        "q_axes": (("seed", "four"), np.tile(np.array([-0.2, 0.2, -2, 2], np.float32), (seeds, 1))),
        "q_variables": (("two",), np.array([len(names) // 2, len(names) - 1], np.int64)),
    }
    return made
