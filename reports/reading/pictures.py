"""What the learners looked like at some moments: arrays of one replica, read only when asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paradigms.runs.identity import stored

from ..words import percent

Array = NDArray[Any]
_SHARES = (0.0, 0.05, 0.25, 1.0)
_REPLICAS = ("replica", "seed")
"""What the dimension of replicas is called, now and where nothing but seeds could differ."""


@dataclass(frozen=True)
class Moment:
    """One recorded moment: its place in the arrays, and its share of the feedback in words."""

    index: int
    samples: int
    words: str


@dataclass(frozen=True)
class Pictures:
    """The arrays of one replica; `take` gives one of them without its dimension of replicas."""

    file: Path
    seed: int
    samples: list[int]
    _row: int
    _arrays: dict[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def has(self, *names: str) -> bool:
        """Whether all these arrays were recorded."""
        return all(name in self for name in names)

    def take(self, name: str) -> Array:
        """The array of this replica: [moment, ...], or [...] where nothing changes."""
        from safetensors import safe_open

        entry = self._arrays[name]
        with safe_open(self.file, framework="numpy") as file:
            values = file.get_tensor(entry["key"])
        dims = list(entry["dims"])
        axis = next((place for place, name in enumerate(dims) if name in _REPLICAS), None)
        if axis is None:
            return np.asarray(values)
        return np.asarray(np.take(values, min(self._row, values.shape[axis] - 1), axis=axis))

    def moments(self) -> list[Moment]:
        """Start, 5 %, 25 % and end of the feedback: the last that was recorded by then, each once.

        The player shows the same ones at these shares.
        """
        at = np.array(self.samples, dtype=float)
        total = max(at[-1], 1.0)
        last = sorted({max(0, int(np.searchsorted(at, share * total, "right")) - 1) for share in _SHARES})
        return [Moment(i, self.samples[i], _words(i, len(at), at[i] / total)) for i in last]


def _words(index: int, count: int, share: float) -> str:
    return "start" if index == 0 else "end" if index == count - 1 else percent(share)


def load(folder: Path, learner: str, setting: int, seed: int) -> Pictures | None:
    """The arrays of one replica, or of the first one of its setting; `None` if there are none in `folder`."""
    file, index = folder / "snapshots.safetensors", folder / "snapshots.json"
    try:
        known = json.loads(index.read_text(encoding="utf-8"))["learners"]
        entry = known.get(stored(learner, setting)) or known[learner]
        replicas, samples = _replicas(entry), [int(n) for n in entry["samples"]]
        arrays = dict(entry["arrays"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    own = [row for row, (known, _) in enumerate(replicas) if known == setting]
    if not file.is_file() or not samples or not own:
        return None
    row = next((row for row in own if replicas[row][1] == seed), own[0])
    return Pictures(file, replicas[row][1], samples, row, arrays)


def _replicas(entry: dict[str, Any]) -> list[tuple[int, int]]:
    """Setting and seed of each row; version 1 lists only the seeds."""
    if "replicas" in entry:
        return [(int(setting), int(seed)) for setting, seed in entry["replicas"]]
    return [(0, int(seed)) for seed in entry["seeds"]]
