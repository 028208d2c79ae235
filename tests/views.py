"""Arrays of every kind of picture, small and made up by a rule: what told.py tells of them was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MOMENTS, ROWS, PIXELS = 5, 12, 4
Arrays = dict[str, Any]
IMAGES = {"features": [f"pixel {n}" for n in range(PIXELS)], "image_shape": [2, 2], "target": "digit"}
PLANE = np.array([-4.0, 4.0, -3.0, 3.0])
SHARE = np.array([0.0, 0.2, 0.45, 0.8, 1.0])
"""How much is learned at each moment."""


@dataclass(frozen=True)
class View:
    """What a learner recorded: the kind of picture, its arrays [moment, ...], its data and signals.

    `spec` is what else the config says of it.
    """

    kind: str
    arrays: Arrays
    data: Mapping[str, Any] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
    paradigm: str = "unsupervised"
    signals: Mapping[str, list[float]] = field(default_factory=dict)
    final: Mapping[str, float] = field(default_factory=dict)


def _random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _points(seed: int = 0) -> Any:
    return np.round(_random(seed).normal(size=(ROWS, 2)), 2)


def _assigned(clusters: int) -> Any:
    """Rows that go over to their last cluster one after another."""
    last = np.arange(ROWS) % clusters
    return np.array([np.where(np.arange(ROWS) < share * ROWS, last, 0) for share in SHARE])


def _regression() -> Arrays:
    true = np.linspace(10, 120, ROWS)
    off = np.where(np.arange(ROWS) % 2, 1.0, -1.5) * np.arange(1, ROWS + 1)
    return {"true": true, "predicted": np.array([true + (1 - 0.7 * share) * off for share in SHARE])}


def _boosting() -> Arrays:
    asked = np.array([[share * n for n in (9, 0, 4, 20, 4, 1, 2, 3, 5, 6, 7, 8)] for share in SHARE])
    return _regression() | {"asked": asked.astype(int)}


def _confusion(classes: int = 3) -> Any:
    wrong = np.array([[0, 7, 2], [1, 0, 4], [3, 0, 0]])[:classes, :classes]
    left = [np.round((1 - 0.6 * share) * wrong).astype(int) for share in SHARE]
    return np.array([np.diag(20 - one.sum(1)) + one for one in left])


def _classification() -> Arrays:
    side = np.linspace(-1, 1, 6)
    fields = [np.where(side[:, None] + side > 1 - 2 * share, 1, 0) + (side > 1.2 - share) for share in SHARE]
    sure = [np.clip(90 + 150 * share * np.abs(side[:, None] * side), 0, 255) for share in SHARE]
    labels = np.arange(ROWS) % 3
    return {
        "confusion": _confusion(), "surface": np.array(fields).astype(np.uint8),
        "sureness": np.array(sure).astype(np.uint8), "plane_axes": PLANE,
        "plane_points": _points(), "plane_labels": labels,
    }  # fmt: skip


def _tree() -> Arrays:
    """A root, two questions below it, and a branch that goes on below what is drawn."""
    children = [[1, 2], [3, 4], [5, 6], [3, 3], [4, 4], [5, 5], [7, 8], [7, 7], [9, 10], [9, 9], [11, 12],
                [11, 11], [12, 12], [13, 13]]  # fmt: skip
    counts = [[20, 30, 10], [18, 4, 0], [2, 26, 10], [17, 0, 0], [1, 4, 0], [0, 20, 1], [2, 6, 9], [0, 5, 0],
              [2, 1, 9], [2, 0, 0], [0, 1, 9], [0, 1, 2], [0, 0, 7], [0, 0, 0]]  # fmt: skip
    return {
        "tree_features": np.array([2, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]),
        "tree_thresholds": np.array([0.25, -1.5, 12.0, 0, 0, 0, 0.001, 0, 7, 0, 1e-6, 0, 0, 0]),
        "tree_children": np.array(children), "tree_counts": np.array(counts),
        "tree_levels": np.array([0, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5, -1]),
        "tree_level": np.array([-1, 0, 2, 4, 5]), "confusion": _confusion(),
    }  # fmt: skip


def _kmeans() -> Arrays:
    start, end = np.array([[-3.0, 1], [0, 2], [1, -1]]), np.array([[-1.0, 1], [2, 2], [1, 1]])
    return {
        "plane_centres": np.array([start + share * (end - start) for share in SHARE]), "plane_axes": PLANE,
        "plane_points": _points(), "assigned": _assigned(3),
        "sizes": np.array([np.bincount(one, minlength=3) for one in _assigned(3)]),
        "centres": np.array([np.arange(3 * PIXELS).reshape(3, PIXELS) * (2 - share) for share in SHARE]),
    }  # fmt: skip


def _ward() -> Arrays:
    branches = [[0, 1, 1.0, 4], [2, 3, 1.25, 3], [6, 4, 2.5, 9], [7, 8, 4.0, 12], [5, 9, 9.5, 20]]
    own = _kmeans()
    return {name: own[name] for name in ("plane_centres", "plane_axes", "plane_points", "assigned")} | {
        "branches": np.array(branches)
    }


def _mixture() -> Arrays:
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    clouds = [[turn @ np.diag([1 + 8 * share, 1.0]) @ turn.T, np.eye(2), 2 * np.eye(2)] for share in SHARE]
    shares = [[1 / 3 - share / 4, 1 / 3, 1 / 3 + share / 4] for share in SHARE]
    own = _kmeans()
    return {name: own[name] for name in ("plane_centres", "plane_axes", "plane_points", "assigned")} | {
        "plane_clouds": np.array(clouds), "cloud_shares": np.array(shares)
    }  # fmt: skip


def _pca() -> Arrays:
    turns = 1.2 * (1 - SHARE)
    ways = [[[np.cos(a), np.sin(a), 0, 0], [0, 0, np.cos(a), -np.sin(a)]] for a in turns]
    explained = np.array([[0.1 + 0.2 * share, 0.05 + 0.2 * share, 0.04, 0.02] for share in SHARE])
    return {
        "components": np.array(ways),
        "explained": explained, "reference_explained": np.array([0.32, 0.25, 0.03, 0.02]),
        "originals": np.arange(6.0 * PIXELS).reshape(6, PIXELS) % 7, "mean": np.full(PIXELS, 2.0),
        "plane_points": np.array([(0.2 + share) * _points() for share in SHARE]),
        "plane_labels": np.arange(ROWS) % 3,
    }  # fmt: skip


def _autoencoder() -> Arrays:
    normal = np.array([(1 - 0.8 * share) * np.linspace(0.1, 1, ROWS) for share in SHARE])
    odd = np.array([(1.1 - 0.3 * share) * np.linspace(0.3, 1.3, ROWS) for share in SHARE])
    odd[:, -3:] = np.nan  # fewer odd rows than normal ones
    originals = np.arange(6.0 * PIXELS).reshape(6, PIXELS) % 5
    return {
        "errors_normal": normal, "errors_odd": odd, "threshold": 0.9 - 0.6 * SHARE[:, None],
        "originals": originals, "odd_class": np.array([1]),
        "rebuilt": np.array([originals + (1 - share / 2) * np.arange(6)[:, None] / 5 for share in SHARE]),
    }  # fmt: skip


def _diffusion() -> Arrays:
    held = np.stack(np.meshgrid(np.arange(4.0), np.arange(3.0)), -1).reshape(-1, 2)
    made = [held + (1 - share) * np.arange(ROWS)[:, None] / 3 for share in SHARE]
    stages = [[held + (6 - n) * np.arange(ROWS)[:, None] / 9 for n in range(1, 7)] for _ in SHARE]
    return {
        "plane_points": held, "plane_axes": PLANE, "generated": np.array(made), "condensing": np.array(stages)
    }  # fmt: skip


HEADS = {"options": {"heads": 2}}
WORDS = {
    "form": "text",
    "classes": ["start", ".", "the", "cat", "dog", "sleeps", "runs"],
    "target": "next words",
}


def _looks(*shape: int) -> Any:
    raw = np.array([(1 + share) ** _random(7).uniform(0, 4, size=shape) for share in SHARE])
    return raw / raw.sum(-1, keepdims=True)


def _nextword() -> Arrays:
    truth = np.zeros((6, 7))
    truth[0, 2] = truth[2, 5] = truth[3, 6] = truth[4:, 1] = 1.0
    truth[1, [3, 4, 5]] = 0.5, 0.375, 0.125
    flat = np.full_like(truth, 0.7 / 6)
    flat[:, 4] = 0.3  # at first another word is likeliest
    written = [[[0, 2, 3, 5, 1, 1], [0, 2, 4, 6, 1, 1]], [[0, 3, 3, 5, 6, 9], [0, 2, 2, 2, 2, 2]]]
    return {
        "read": np.array([0, 2, 3, 5, 1, 1]), "truth": truth, "looks": _looks(4, 6, 6),
        "foreseen": np.array([(1 - 0.9 * share) * flat + 0.9 * share * truth for share in SHARE]),
        "written": np.array([written[1 - (share > 0.5)] for share in SHARE]),
    }  # fmt: skip


def _hiddenword() -> Arrays:
    guesses = [[[3, 4, 2], [5, 6, 1]], [[3, 4, 2], [5, 6, 1]], [[4, 3, 2], [5, 6, 1]], [[4, 3, 2], [6, 5, 1]],
               [[4, 3, 2], [6, 5, 1]]]  # fmt: skip
    sure = np.array([[[0.4 + share / 2, 0.1, 0.02], [0.3 + share / 3, 0.2, 0.1]] for share in SHARE])
    return {
        "holed": np.array([[0, 2, 7, 5, 1, 1], [0, 2, 3, 7, 1, 1]]), "hidden": np.array([4, 6]),
        "holes": np.array([2, 3]), "guesses": np.array(guesses), "sure": sure, "looks": _looks(2, 3, 6),
    }  # fmt: skip


def _translation() -> Arrays:
    lines = np.array([[1, 2, 3, 0], [3, 3, 0, 0], [2, 1, 1, 2]])
    right = np.array([[3, 2, 1, 0], [3, 3, 0, 0], [2, 1, 1, 2]])
    wrong = np.array([[3, 3, 1, 0], [3, 3, 0, 0], [2, 2, 2, 9]])
    answered = np.array([wrong, wrong, right, wrong, right])
    return {"lines": lines, "right": right, "answered": answered, "looks": _looks(4, 4)}


def _episodes(variables: int, states: int = 0) -> Arrays:
    """Longer with every moment; numbered states walk over a grid."""
    lasts = [1, 3, 5, 7, 8]
    walk = (
        np.arange(8.0)[:, None] % states if states else np.arange(8.0)[:, None] / (2 + np.arange(variables))
    )
    lived = [np.where(np.arange(8)[:, None] < last, walk, np.nan) for last in lasts]
    acts = [np.where(np.arange(8) < last, np.arange(8) % 3 % 2, -1) for last in lasts]
    return {
        "episode": np.array(lived),
        "episode_actions": np.array(acts),
        "episode_return": np.array(lasts) * 2.5,
    }


def _slice() -> Arrays:
    side = np.linspace(-1, 1, 5)
    both = [
        np.stack([90 * share * (side + side[:, None]), 40 + 0 * (side + side[:, None])], -1)
        for share in SHARE
    ]
    return {
        "q_surface": np.array(both),
        "q_axes": np.array([-0.2, 0.2, -2, 2]),
        "q_variables": np.array([2, 3]),
    }


CART = {
    "observation": ["cart position", "cart velocity", "pole angle", "pole angular velocity"],
    "actions": ["left", "right"], "limit": 500, "maximum": 500.0, "threshold": 475.0,
}  # fmt: skip
GRID = {
    "observation": ["square"], "actions": ["up", "right", "down", "left"], "discrete": True,
    "grid": [2, 4], "ground": ".....##*",
}  # fmt: skip


def _table() -> Arrays:
    return {"q_values": np.array([share * np.arange(32.0).reshape(8, 4) % 5 - 2 for share in SHARE])}


ALL: dict[str, Callable[[], View]] = {
    "regression": lambda: View(
        "regression", _regression(), {"target": "price", "split": {"train": 30}},
        {"options": {"batch_size": 10}}, "supervised",
        signals={"silent": [0, 0.25, 0.5, 0.75]},
    ),
    "classification": lambda: View(
        "classification", _classification(), {"classes": ["a", "b", "c"]}, paradigm="supervised"
    ),
    "boosting": lambda: View(
        "boosting", _boosting(), {"features": list("abcdefghijk"), "split": {"train": 30}, "target": "price"},
        paradigm="supervised",
    ),
    "boosting of unknown rows": lambda: View("boosting", _boosting(), paradigm="supervised"),
    "tree": lambda: View(
        "tree", _tree(), {"features": ["height", "width", "depth"], "classes": ["x", "y", "z"]},
        {"gradientless": "a question is chosen, not moved"},
        paradigm="supervised",
    ),
    "k-means": lambda: View("kmeans", _kmeans(), IMAGES),
    "k-means, no images": lambda: View("kmeans", _kmeans()),
    "ward": lambda: View("ward", _ward(), IMAGES),
    "ward beside k-means": lambda: View(
        "ward", _ward() | {"reference_adjusted_rand": np.array([0.5])}, IMAGES,
        final={"adjusted_rand": 0.625},
    ),
    "mixture": lambda: View("mixture", _mixture()),
    "pca": lambda: View("pca", _pca(), IMAGES | {"classes": ["0", "1", "2"]}),
    "pca, no images": lambda: View("pca", _pca()),
    "autoencoder": lambda: View("autoencoder", _autoencoder(), IMAGES | {"classes": ["0", "1", "2"]}),
    "diffusion": lambda: View("diffusion", _diffusion()),
    "next word": lambda: View("language", _nextword(), WORDS, HEADS, "self-supervised"),
    "next word of an unknown text": lambda: View(
        "language", {name: one for name, one in _nextword().items() if name != "truth"}, WORDS, HEADS,
        "self-supervised",
    ),
    "hidden word": lambda: View("language", _hiddenword(), WORDS, HEADS, "self-supervised"),
    "translation": lambda: View(
        "translation", _translation(), {"classes": [" ", "1", "2", "3"]}, paradigm="supervised"
    ),
    "agent on a cart": lambda: View(
        "dqn", _episodes(4) | _slice(), CART, paradigm="reinforcement",
        signals={"earned": [0, 9.0, 20.0, 31.0]},
    ),
    "agent on a grid": lambda: View("dqn", _episodes(1, 8) | _table(), GRID, paradigm="reinforcement"),
    "agent, states in a row": lambda: View(
        "dqn", _episodes(1, 8) | _table(), GRID | {"grid": None, "ground": ""}, paradigm="reinforcement"
    ),
    "agent that sees": lambda: View(
        "dqn", _episodes(2) | {"frames": np.arange(5 * 4 * 6.0).reshape(5, 4, 2, 3)}, spec={"task": "policy"},
        paradigm="reinforcement",
    ),
    "agent on a hill": lambda: View(
        "dqn", _episodes(2), {"observation": ["position", "velocity"], "actions": ["left", "right"]},
        {"dataset": "MountainCar-v0"}, "reinforcement",
    ),
    "through time": lambda: View(
        "none", {"through_time": np.array([0.5 ** np.arange(4.0)[::-1] * (1 + share) for share in SHARE])},
        paradigm="supervised",
    ),
}  # fmt: skip
"""Name → what was recorded."""
