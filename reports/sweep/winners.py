"""Which setting of a sweep is the best on the validation part, from the rows alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from paradigms import measures

Json = dict[str, Any]
Scores = dict[int, list[float | None]]
"""Setting → the score of each seed."""


def winners(folder: Path) -> dict[str, int | None]:
    """Learner's id → the number of its best setting; None where every setting lost its seeds.

    The default is trained beside the grid and does not take part.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    found = chosen_on(folder, config)
    lower = {one["id"]: bool(one["lower_is_better"]) for one in config["learners"]}
    return {learner: best(scores, lower[learner]) for learner, scores in found.items()}


def best(scores: Scores, lower_is_better: bool) -> int | None:
    """The setting, of those that count from 1, with the best IQM; the first of equals."""
    sign = -1.0 if lower_is_better else 1.0
    ranked = {k: sign * float(measures.iqm(seeds, lower_is_better)) for k, seeds in scores.items() if k}
    known = {setting: value for setting, value in ranked.items() if np.isfinite(value)}
    return max(known, key=lambda setting: (known[setting], -setting)) if known else None


def chosen_on(folder: Path, config: Json) -> dict[str, Scores]:
    """Of each learner's settings the validation scores of the very states that are tested, seed by seed.

    That is the last one, or the best where early stopping goes back to it; None where a replica diverged.
    """
    seeds = [int(seed) for seed in config["study"]["seeds"]]
    learners = {one["id"]: one for one in config["learners"]}
    held: dict[tuple[str, int, int], list[float]] = {}
    lost: set[tuple[str, int, int]] = set()
    with (folder / "metrics.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            if '"split": "train"' in line:
                continue
            row = json.loads(line)
            who = row["learner"], int(row.get("setting", 0)), int(row["seed"])
            if who[0] not in learners:
                continue
            if row["split"] == "test":
                lost |= {who} if row.get("diverged") is not None else set()
            elif row["split"] == "validation":
                score = row.get(learners[who[0]]["metric"])
                held.setdefault(who, []).append(np.nan if score is None else float(score))
    return {
        name: {
            one["setting"]: [
                _tested(held, lost, (name, one["setting"], seed), learner, one) for seed in seeds
            ]
            for one in learner["settings"]
        }
        for name, learner in learners.items()
    }


def _tested(
    held: dict[tuple[str, int, int], list[float]],
    lost: set[tuple[str, int, int]],
    who: tuple[str, int, int],
    learner: Json,
    setting: Json,
) -> float | None:
    scores = np.array(held.get(who, []))
    if who in lost or not np.isfinite(scores).any():
        return None
    if setting["options"].get("patience") is None:
        return float(scores[-1])
    return float(np.nanmin(scores) if learner["lower_is_better"] else np.nanmax(scores))
