"""Made-up runs in every state a run may be in, each with a truth that is known beforehand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import synthetic_run as synthetic

SMALL: dict[str, Any] = {
    "learners": ["regression", "dqn"],
    "seeds": 6,
    "points": 12,
    "moments": 5,
    "rows": 20,
}
Row = dict[str, Any]


def edited(folder: Path, change: Callable[[Row], Any]) -> Path:
    """The run with every row of its metrics as `change` leaves it; without those for which it says False."""
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if change(row) is not False]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def _metric(row: Row) -> str | None:
    return next((facts[3] for facts in synthetic.FACTS.values() if facts[3] in row), None)


def _tied(row: Row) -> None:
    """Every seed ends at the same score."""
    name = _metric(row)
    if row["split"] == "test" and name is not None:
        row[name] = row["reference"]


def _constant(row: Row) -> None:
    """Nothing ever changes."""
    name = _metric(row)
    if name is not None:
        row[name] = row["baseline"]
    for signal in ("loss", "gradient_norm", "update_ratio", "alignment"):
        if signal in row:
            row[signal] = 0.5


def _below(row: Row) -> None:
    """The reference is worse than the baseline."""
    name = _metric(row)
    if name is not None:
        row["reference"] = 2 * row["baseline"] - row["reference"]


def hardly(row: Row) -> None:
    """The reference is better than the baseline, but no more than it differs between seeds."""
    name = _metric(row)
    if name is not None:
        way = row["reference"] - row["baseline"]
        row["reference"] = row["baseline"] + way * (0.1 + row["seed"] / 10)


def _poor(row: Row) -> None:
    """Every learner ends far below its reference."""
    name = _metric(row)
    if name is not None:
        row[name] = row["baseline"] + 0.5 * (row[name] - row["baseline"])


def _great(row: Row) -> None:
    """Every learner ends above its reference."""
    name = _metric(row)
    if name is not None:
        row[name] = row["baseline"] + 1.2 * (row[name] - row["baseline"])


def _rising(row: Row) -> None:
    """Losses rise, gradients turn against each other, and targets stay."""
    if "loss" in row:
        row |= {"loss": 1 + row["samples"] / 1e4, "alignment": -0.5, "target_drift": 0.0}


def _loud(row: Row) -> None:
    """The noise of gradients is measured, and grows."""
    if "loss" in row:
        row |= {"gradient_variance": 10 + row["samples"] / 10, "gradient_square": 1.0}


def _rivals(row: Row) -> None:
    """Cheap answers stand beside the reference, one of them without a score."""
    if row["split"] == "test":
        row["rivals"] = {"nearest": row["reference"] * 1.01, "guess": row["baseline"], "lost": None}


def _noisy(early: float, late: float) -> Callable[[Row], Any]:
    """The noise scale goes from one to the other at a tenth of the budget; batches are of 64."""

    def change(row: Row) -> None:
        if "loss" in row:
            row |= {"gradient_variance": early if row["samples"] < 6400 else late, "gradient_square": 1.0}

    return change


def _few(row: Row) -> bool:
    """One learner has three seeds, the other all."""
    return row["seed"] < 3 or "dqn" in row["learner"]


def _partly(row: Row) -> bool:
    """Some seeds are not done, and the reference is worse than the baseline."""
    _below(row)
    return row["seed"] > 1 or row["split"] != "test"


STATES: dict[str, tuple[dict[str, Any], Callable[[Row], Any] | None]] = {
    "five": ({"learners": synthetic.LEARNERS}, None),
    "ten seeds": ({"seeds": 10}, None),
    "one seed": ({"seeds": 1}, None),
    "three seeds": ({"seeds": 3}, None),
    "one diverged": ({"diverged": (2,)}, None),
    "most diverged": ({"diverged": (0, 1, 2, 3, 4)}, None),
    "all diverged": ({"diverged": (0, 1, 2, 3, 4, 5)}, None),
    "ties": ({}, _tied),
    "nothing changes": ({}, _constant),
    "no reference": ({"reference": False}, None),
    "reference below baseline": ({}, _below),
    "reference hardly better": ({}, hardly),
    "poor": ({"learners": ["kmeans", "pca", "dqn"], "seeds": 10}, _poor),
    "great": ({"seeds": 10}, _great),
    "two records": ({"learners": synthetic.LEARNERS, "points": 2, "moments": 2}, None),
    "losses rise": ({}, _rising),
    "loud": ({"learners": ["classification", "pca"]}, _loud),
    "signal rules": ({"learners": ["classification"]}, _noisy(20, 30)),
    "noise rules": ({"learners": ["classification", "kmeans"]}, _noisy(200, 300)),
    "noise rules late": ({"learners": ["classification"]}, _noisy(30, 200)),
    "noise rules early": ({"learners": ["classification"]}, _noisy(200, 30)),
    "few seeds of one": ({"seeds": 10}, _few),
    "partly unfinished": ({}, _partly),
    "unfinished": ({"unfinished": True}, None),
    "rivals": ({"learners": ["regression", "kmeans"]}, _rivals),
    "one learner": ({"learners": ["regression"]}, None),
    "one learner, ten seeds": ({"learners": ["kmeans"], "seeds": 10}, _poor),
    "agent": ({"learners": ["dqn"]}, None),
    "agent, never there": ({"learners": ["dqn"]}, _poor),
    "own data": ({"learners": synthetic.LEARNERS[:4], "private": True}, None),
}
"""Name → how the run is written, and what becomes of its rows."""


def written(folder: Path, name: str) -> Path:
    """The run of that name."""
    more, change = STATES[name]
    run = Path(synthetic.write(folder, **(SMALL | more)))
    return run if change is None else edited(run, change)
