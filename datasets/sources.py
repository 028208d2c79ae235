"""Data sets by name: those that come with scikit-learn, those drawn from a seed, those downloaded."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn import datasets as sk

from paradigms.errors import unknown

from . import fetch
from .arrays import from_arrays
from .catalogue import CATALOGUE, OPENML, Entry
from .dataset import Dataset
from .drawn import drawn
from .forms.images import Images

Array = np.ndarray[Any, Any]


def load(name: str, *, seed: int = 0, task: str | None = None) -> Dataset:
    """A data set of the catalogue, or of OpenML with the prefix `openml:`.

    Args:
        seed: what generated data are drawn from; the others do not depend on it.
        task: for OpenML, how to read the target; None infers it.

    Raises:
        UsageError: an unknown name.
        DataError: a download that cannot be had.
    """
    if name.startswith(OPENML):
        return fetch.openml(name, task)
    if name not in CATALOGUE:
        raise unknown("dataset", name, CATALOGUE, f"Ask OpenML with --dataset {OPENML}NAME.")
    entry = CATALOGUE[name]
    if entry.kind == "fetched":
        return fetch.california_housing(entry)
    return _bundled(entry) if entry.kind == "bundled" else _generated(entry, seed)


def _bundled(entry: Entry) -> Dataset:
    bunch: Any = getattr(sk, f"load_{entry.name}")()
    classes = [str(name) for name in bunch.target_names] if entry.task == "classification" else None
    digits = entry.name == "digits"
    more: dict[str, Any] = {"form": Images(8, 8), "scaling": "range", "value_range": 16.0} if digits else {}
    return from_arrays(
        entry,
        bunch.data,
        bunch.target,
        features=[str(name) for name in bunch.feature_names],
        classes=classes,
        target_name=_TARGETS[entry.name],
        **more,
    )


_TARGETS = {
    "diabetes": "disease progression",
    "breast_cancer": "diagnosis",
    "wine": "cultivar",
    "iris": "species",
    "digits": "digit",
}


def _clouds(state: int) -> tuple[Array, Array]:
    """Four long clouds, two of them side by side, in 1,000 rows."""
    rng = np.random.default_rng(state)
    cloud, turn = rng.integers(4, size=1000), np.array([0.15, 0.15, 1.6, 2.4])
    middle = np.array([[0.0, 0.0], [0.4, 1.6], [4.2, 1.0], [-3.4, 1.5]])
    along, across = rng.normal(size=(2, 1000)) * [[1.5], [0.3]]
    cos, sin = np.cos(turn)[cloud], np.sin(turn)[cloud]
    return middle[cloud] + np.stack([cos * along - sin * across, sin * along + cos * across], 1), cloud


def _ring(state: int) -> tuple[Array, Array]:
    """Eight round spots on a ring, in 2,000 rows."""
    rng = np.random.default_rng(state)
    spot = rng.integers(8, size=2000)
    angle = 2 * np.pi * spot / 8
    return 2 * np.stack([np.cos(angle), np.sin(angle)], 1) + rng.normal(0, 0.15, (2000, 2)), spot


def _spiral(state: int) -> tuple[Array, Array]:
    """One and a half turns of a spiral, evenly along it, in 2,000 rows; the target is the angle."""
    rng = np.random.default_rng(state)
    angle = 3 * np.pi * np.sqrt(rng.uniform(0.04, 1, 2000))
    points = np.stack([np.cos(angle), np.sin(angle)], 1) * angle[:, None] / (1.5 * np.pi)
    return points + rng.normal(0, 0.05, (2000, 2)), angle


def _sine(state: int) -> tuple[Array, Array, Array]:
    """sin πx for x in [−1, 1] and noise of deviation 0.3, in 500 rows."""
    rng = np.random.default_rng(state)
    x = rng.uniform(-1, 1, (500, 1))
    height = np.sin(np.pi * x[:, 0])
    return x, height + rng.normal(0, 0.3, 500), height


def _saddle(state: int) -> tuple[Array, Array, Array]:
    """x₁² − x₂² over the square [−1, 1]² and noise of deviation 0.1, in 500 rows."""
    rng = np.random.default_rng(state)
    x = rng.uniform(-1, 1, (500, 2))
    height = x[:, 0] ** 2 - x[:, 1] ** 2
    return x, height + rng.normal(0, 0.1, 500), height


_DRAW: dict[str, Callable[[int], tuple[Array, ...]]] = {
    "sine": _sine,
    "saddle": _saddle,
    "moons": lambda state: sk.make_moons(500, noise=0.2, random_state=state),
    "circles": lambda state: sk.make_circles(500, noise=0.1, factor=0.5, random_state=state),
    "blobs": lambda state: sk.make_blobs(500, n_features=2, centers=4, random_state=state),
    "clouds": _clouds,
    "ring": _ring,
    "spiral": _spiral,
    "linear": lambda state: sk.make_regression(500, n_features=10, noise=20.0, random_state=state),
    "friedman1": lambda state: sk.make_friedman1(500, n_features=10, noise=1.0, random_state=state),
}


def _generated(entry: Entry, seed: int) -> Dataset:
    key = np.random.SeedSequence([seed, zlib.crc32(entry.name.encode())])
    if entry.name not in _DRAW:
        return drawn(entry, key)
    x, y, *best = _DRAW[entry.name](int(key.generate_state(1)[0]))
    classes = [str(k) for k in range(int(y.max()) + 1)] if entry.task == "classification" else None
    return from_arrays(
        entry,
        x,
        y,
        features=[f"x{j + 1}" for j in range(x.shape[1])],
        classes=classes,
        target_name="class" if classes else "y",
        known={"answer": best[0]} if best else {},
    )
