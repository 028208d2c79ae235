"""Learners with pictures made by hand: arrays of which every value is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from teachers_run import folder, rows, spec

from paradigms.reports import kinds
from paradigms.reports.drawing.plate import Plate
from paradigms.reports.reading.comparison import Shown, compare

AT = [0, 30, 60, 200, 300]
"""Samples of the pictured moments: start, 5 % (still the start), 25 % (the last by then is 60), end."""
TOLD = ["start", "20\u202f%", "end"]
PICTURED = [0, 2, 4]
CURVE = ([0.1, 0.5, 0.7, 0.9], 100)
Make = Callable[..., Shown]


def maker(home: Path) -> Make:
    """make(view, arrays, data, **rows) is a learner with arrays [moment, ...], the same for each seed."""

    def make(
        view: str,
        arrays: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
        paradigm: str = "reinforcement",
        final: Mapping[str, Any] | None = None,
        **own: Any,
    ) -> Shown:
        about = spec("a", paradigm) | {"view": view, "title": "It"}
        about["data"] = about["data"] | (data or {})
        written = [
            row | (dict(final or {}) if row["split"] == "test" else {}) for row in rows("a", *CURVE, **own)
        ]
        path = folder(home / f"run{len(list(home.iterdir()))}", [(about, written)])
        kept = {f"a/{name}": np.ascontiguousarray(values) for name, values in arrays.items()}
        entry = {name: {"key": f"a/{name}", "dims": [], "meaning": name} for name in arrays}
        about = {"samples": AT, "steps": AT, "replicas": [[0, seed] for seed in range(6)], "arrays": entry}
        save_file(kept, str(path / "snapshots.safetensors"))
        (path / "snapshots.json").write_text(json.dumps({"version": 2, "learners": {"a": about}}))
        (learner,) = compare([path]).learners
        return learner

    return make


def one(learner: Shown, name: str) -> Plate:
    """The figure of that name."""
    return next(plate for plate in kinds.plates(learner) if plate.name == f"a-{name}")
