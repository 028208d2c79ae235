"""A sweep's best settings: found on the validation part, judged on seeds that chose nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from paradigms.registry import takers
from paradigms.runs import atomic
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import Replica
from paradigms.studies.asking.plan import Plan
from paradigms.studies.asking.request import Request


def fresh(best: Mapping[str, int], request: Request) -> dict[str, tuple[Replica, ...]]:
    """Of each learner its best setting and the default, with as many seeds that had no part in the choice."""
    seeds = request.replica_seeds
    later = range(len(seeds), 2 * len(seeds))
    return {
        learner: tuple(Replica(setting, seed) for setting in (0, number) for seed in later)
        for learner, number in best.items()
    }


def write_best(folder: RunFolder, best: Mapping[str, int], plans: Sequence[Plan], request: Request) -> None:
    """best-LEARNER.toml: what `paradigms run --config` trains the best setting with, to the sweep's bits."""
    for plan in plans:
        if plan.id in best:
            setting = plan.settings[best[plan.id]]
            looks = {"looks": setting.options.looks}  # as often as here, which is less than in a run
            content = _toml(_options(plan, looks | dict(setting.varied), request))
            atomic.write(folder.path / f"best-{plan.entry.name}.toml", content.encode())


def best_of(folder: RunFolder, plans: Sequence[Plan]) -> dict[str, int]:
    """Learner's id → the number of its best setting, where one can be the best."""
    from paradigms.reports import winners

    found = {learner: setting for learner, setting in winners(folder.path).items() if setting is not None}
    return {plan.id: found[plan.id] for plan in plans if plan.comparable and plan.id in found}


def _options(plan: Plan, varied: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """What a run of this learner alone is given."""
    asked = request.to_json() | dict(varied)
    left_out = ("command", "learners", "named", "grid", "keep", "workers", "threads", "device")
    kept = {name: value for name, value in asked.items() if name not in left_out}
    own = {name: value for name, value in kept.items() if name not in _foreign(plan, request)}
    return {"only": [plan.entry.name], **own, "seeds": len(request.replica_seeds)}


def _foreign(plan: Plan, request: Request) -> set[str]:
    """Options that only other learners of the sweep take."""
    others = {name for name in request.options if plan.entry.name not in takers(name, request.learners)}
    return others | ({"dataset", "data", "target", "drop", "task"} if plan.entry.dataset is None else set())


def _toml(options: Mapping[str, Any]) -> str:
    """Numbers, words, truths and lists are written alike in TOML and JSON."""
    kept = {name: value for name, value in options.items() if value is not None}
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in kept.items())
