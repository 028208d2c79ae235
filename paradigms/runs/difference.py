"""Where two run folders differ, and by how much; their clocks are passed over."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

Place = tuple[Any, ...]


def differences(here: Path, there: Path) -> tuple[list[str], int]:
    """Sentences, and how many numbers and words were compared."""
    found: list[str] = []
    compared = 0
    for name, differing, count in _files(here, there):
        found += [f"{name}: {one}" for one in differing]
        compared += count
    return found, compared


def words(name: str, here: Any, there: Any) -> tuple[list[str], int]:
    """The same of two files of that name, from what their JSON holds."""
    found, count = _leaves(here, there)
    return [f"{name}: {one}" for one in found], count


def _files(here: Path, there: Path) -> Iterator[tuple[str, list[str], int]]:
    own, other = _Names(here), _Names(there)
    yield "config.json", *_leaves(_learners(own), _learners(other))
    yield "metrics.jsonl", *_leaves(_rows(own), _rows(other))
    yield "predictions.csv", *_leaves(_predictions(own), _predictions(other))
    if (here / "summary.json").exists():
        yield "summary.json", *_leaves(_json(here / "summary.json"), _json(there / "summary.json"))
    yield "snapshots.json", *_leaves(_pictures(own), _pictures(other))
    yield "snapshots.safetensors", *_arrays(_shown(own), _shown(other))
    for name in sorted(other.models):
        path, again = (names.models.get(name, "none") for names in (own, other))
        yield f"model/{path}.json", *_leaves(_model(here, path), _model(there, again))
        held = (
            _held(folder / "model" / f"{one}.safetensors") for folder, one in ((here, path), (there, again))
        )
        yield f"model/{path}.safetensors", *_arrays(*held)


def _pictures(names: _Names) -> Any:
    """The index of pictures by learner and setting."""
    found = {}
    for stored, about in _json(names.folder / "snapshots.json").get("learners", {}).items():
        replicas = [[names.of_stored(stored), seed] for _, seed in about["replicas"]]
        arrays = {name: {**array, "key": name} for name, array in about["arrays"].items()}
        found[names.of_stored(stored)] = {**about, "replicas": replicas, "arrays": arrays}
    return found


def _shown(names: _Names) -> dict[str, np.ndarray] | None:
    """The arrays of pictures by learner, setting and name."""
    held = _held(names.folder / "snapshots.safetensors")
    if held is None:
        return None
    split = {key: key.rpartition("/") for key in held}
    return {f"{names.of_stored(split[key][0])}/{split[key][2]}": array for key, array in held.items()}


def _model(folder: Path, stored: str) -> Any:
    about = dict(_json(folder / "model" / f"{stored}.json"))
    about.pop("setting", None)
    return about


def _learners(names: _Names) -> Any:
    """As config.json describes them, their settings by what varies in them."""
    found = {}
    for one in names.learners:
        settings = {json.dumps(each["varied"], sort_keys=True): each["options"] for each in one["settings"]}
        found[one["id"]] = {**one, "settings": settings}
    return {"learners": found}


def _rows(names: _Names) -> dict[str, Any]:
    """By what a row is about, whatever the number of its setting."""
    found: dict[str, Any] = {}
    for line in (names.folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        place = f"{names.of(row['learner'], row.pop('setting', 0))}, seed {row['seed']}"
        found[f"{place}, {row['split']}, step {row['step']}"] = row
    return found


def _predictions(names: _Names) -> dict[str, Any]:
    """The answers of each replica, by its setting and the row."""
    found: dict[str, Any] = {}
    with (names.folder / "predictions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = f"{names.of(row['learner'], int(row['setting']))}, seed {row['seed']}"
            found[f"{place}, row {row['row']}"] = {name: row[name] for name in ("target", "prediction")}
    return found


class _Names:
    """A learner and its setting by what varies in it: numbers hang on the order in which it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.learners = folder, _json(folder / "config.json")["learners"]
        self._models = list((folder / "model").glob("*.json"))
        self._varied = {
            (learner["id"], one["setting"]): one["varied"]
            for learner in self.learners
            for one in learner["settings"]
        }

    def of(self, learner: str, setting: int) -> str:
        """In words."""
        varied = self._varied[learner, setting]
        return f"{learner} with {json.dumps(varied, sort_keys=True)}" if varied else learner

    def of_stored(self, name: str) -> str:
        """The same of what models and pictures are kept under."""
        learner, _, setting = name.partition("@")
        return self.of(learner, int(setting or 0))

    @property
    def models(self) -> dict[str, str]:
        """Learner and setting → what its model is kept under."""
        return {self.of_stored(path.stem): path.stem for path in self._models}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _leaves(one: Any, other: Any) -> tuple[list[str], int]:
    """Words and numbers at the same places; the largest difference of each name."""
    here, there = (dict(_walk(value)) for value in (one, other))
    lost = [f"{_told(place)} is not in both" for place in sorted(here.keys() ^ there.keys(), key=str)]
    worst: dict[Any, tuple[float, str, int]] = {}
    for place in here.keys() & there.keys():
        if here[place] != there[place]:
            far = _far(here[place], there[place])
            known, told, count = worst.get(place[-1], (-1.0, "", 0))
            if far > known:
                told = f"{_told(place)}: {here[place]!r}, now {there[place]!r}"
            worst[place[-1]] = max(far, known), told, count + 1
    most = [
        text + (f" (the largest of {count} such)" if count > 1 else "") for _, text, count in worst.values()
    ]
    return _few(lost) + sorted(most), len(here)


def _walk(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if "seconds" not in key and "time" not in key:
                yield from _walk(one, (*place, key))
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _walk(one, (*place, i))
    else:
        yield place, value


def _far(one: Any, other: Any) -> float:
    if not (isinstance(one, int | float) and isinstance(other, int | float)):
        return math.inf
    try:
        return float(abs(one - other))
    except OverflowError:  # JSON has no largest integer
        return math.inf


def _told(place: Place) -> str:
    return ", ".join(str(part) for part in place)


def _held(path: Path) -> dict[str, np.ndarray] | None:
    """The arrays of a file; None if it cannot be read."""
    try:
        return load(path.read_bytes())
    except (OSError, SafetensorError):
        return None


def _arrays(here: dict[str, np.ndarray] | None, there: dict[str, np.ndarray] | None) -> tuple[list[str], int]:
    if here is None or there is None:
        return (["cannot be read"], 0) if here is not there else ([], 0)
    found = [f"{name} is not in both" for name in sorted(here.keys() ^ there.keys())]
    for name in sorted(here.keys() & there.keys()):
        found += _array(name, here[name], there[name])
    return _few(found), sum(array.size for array in there.values())


def _array(name: str, here: np.ndarray, there: np.ndarray) -> list[str]:
    if here.shape != there.shape or here.dtype != there.dtype:
        return [f"{name}: {here.dtype}{list(here.shape)}, now {there.dtype}{list(there.shape)}"]
    differs = ~((here == there) | ((here != here) & (there != there)))
    if not differs.any():
        return []
    most = np.nanmax(np.abs(here[differs].astype(float) - there[differs].astype(float)))
    return [f"{name}: {int(differs.sum())} of {here.size} numbers, by up to {most:.3g}"]


def _few(found: list[str], most: int = 5) -> list[str]:
    return found if len(found) <= most else [*found[:most], f"and {len(found) - most} more like these"]
