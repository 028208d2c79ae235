"""Made-up pictures of a made-up run: snapshots.safetensors and its index, as in docs/run-folder.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

Json = dict[str, Any]


def write(
    folder: Path,
    specs: Sequence[tuple[Json, int]],
    replicas: Sequence[tuple[int, int]],
    moments: int,
    rows: int,
    version: int,
) -> None:
    """Pictures of learners with their samples; a replica is a setting and a seed."""
    index: Json = {"version": version, "learners": {}}
    arrays: dict[str, Any] = {}
    for spec, samples in specs:
        at = [0, *np.unique(np.geomspace(samples / 100, samples, moments - 1).astype(int)).tolist()]
        made = globals()[f"_view_{spec['view']}"](spec, np.array(at) / samples, len(replicas), rows)
        entry = {"steps": [n // 10 for n in at], "samples": at, "arrays": {}}
        entry |= {"replicas": replicas} if version == 2 else {"seeds": [seed for _, seed in replicas]}
        for name, (dims, values) in made.items():
            key = f"{spec['id']}/{name}"
            arrays[key] = np.ascontiguousarray(values)
            entry["arrays"][name] = {"key": key, "dims": _dims(dims, version), "meaning": name}
        index["learners"][spec["id"]] = entry
    save_file(arrays, str(folder / "snapshots.safetensors"))
    (folder / "snapshots.json").write_text(json.dumps(index), encoding="utf-8")


def _dims(names: Sequence[str], version: int) -> list[str]:
    return ["replica" if name == "seed" and version == 2 else name for name in names]


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
