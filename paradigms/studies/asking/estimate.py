"""What a study would train, and about how long and how large, without training it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from paradigms.errors import UsageError
from paradigms.studies.asking.plan import Plan, budget
from paradigms.studies.asking.request import Request

if TYPE_CHECKING:
    from paradigms.rl.world import World

OVERHEAD = 4e-4
"""Seconds per update that do not depend on size, on a laptop."""
SPEED = 2e10
"""Multiplications per second of small matrix products, on a laptop."""
STEP, TOGETHER = 1.2e-5, 1e-6
"""Seconds per environment step, and where all copies take it in one call."""
LARGE = 1e8
"""Multiplications per update from which on it pays to share them between threads."""
LONG = 20.0
"""Seconds of training from which on it pays to start processes that share the seeds."""
GATHERED = 512
"""Rows of a replica that are held as batches at once, as in engine/rows.py, which needs PyTorch."""
CONTROL = Path("/sys/fs/cgroup")
ROOM = 1e9
"""Bytes of memory that a process is thought to need."""


class Estimate(NamedTuple):
    """Of one learner: feedback and updates a replica; seconds, memory and work of all of them."""

    samples: int
    updates: int
    seconds: float
    megabytes: float
    multiplications: float


def outlook(found: Sequence[Plan], notes: Sequence[str], seeds: int) -> str:
    """The data as they were understood, the plan, and rough estimates."""
    lines = [*notes, *_subjects(found), ""]
    lines += [f"{plan.entry.title}: {_settings(plan)}" for plan in found]
    lines.append("")
    lines.append(
        f"{'learner':<34}{'samples':>10}{'updates':>10}{'about':>10}{'memory':>10}   (each of {seeds} seeds)"
    )
    for plan in found:
        one = estimate(plan, seeds, paced(plan))
        amounts = f"{one.samples:>10,}{one.updates:>10,}{duration(one.seconds):>10}{one.megabytes:>7.0f} MB"
        lines.append(f"{plan.id:<34}{amounts}")
    total = sum(estimate(plan, seeds, paced(plan)).seconds for plan in found)
    lines.append(f"Training would take about {duration(total)} on a laptop; nothing was trained.")
    return "\n".join(lines)


def _settings(plan: Plan) -> str:
    return ", ".join(f"{name} {_word(value)}" for name, value in plan.settings.items() if value is not None)


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def check_memory(found: Sequence[Plan], seeds: int, itemsize: int = 4) -> None:
    """Raises where a learner would need more than this machine has.

    Raises:
        UsageError: with about how much.
    """
    there = _memory()
    for plan in found:
        needed = estimate(plan, seeds).megabytes * itemsize / 4 * 1e6
        if there is not None and needed > there:
            raise UsageError(
                f"{seeds} seeds of {plan.id} need about {needed / 1e9:,.0f} GB of memory, and this machine "
                f"has {there / 1e9:,.0f}.",
                "Ask for fewer --seeds, or a smaller network or memory.",
            )


def _memory() -> int | None:
    """Bytes of this machine's memory, where the system tells."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return min([there, *_granted("memory.max")[:1]])


def _subjects(found: Sequence[Plan]) -> list[str]:
    """Every data set once, after the names of those that learn from it; and the environments."""
    learners: dict[int, list[Plan]] = {}
    for plan in found:
        learners.setdefault(id(plan.dataset or plan), []).append(plan)
    lines = []
    for plans in learners.values():
        dataset = plans[0].dataset
        what = f"environment {plans[0].subject}" if dataset is None else dataset.describe()
        lines.append(f"{', '.join(plan.entry.title for plan in plans)}: {what}")
    return lines


def threads(found: Sequence[Plan], seeds: int) -> int | None:
    """One where every learner's steps are small, None (all there are) where some are large.

    Two threads make the small steps 1.6 times faster on an idle machine; beside one other busy process
    they wait for each other at every operation, and were seen a hundred times slower.
    """
    large = any(estimate(plan, seeds).multiplications > LARGE for plan in found)
    return None if large else 1


def workers(request: Request, found: Sequence[Plan], threads: int | None) -> int:
    """Processes that share the seeds on a processor, each with so many threads.

    As many as asked for; else one for every processor, as far as the memory has room, where training takes
    long in small steps and nobody has asked for threads.
    """
    wanted = request.workers or 1
    if request.workers is None and request.threads is None and threads == 1:
        wanted = _automatic(found, len(request.replica_seeds))
    return min(wanted, most_workers(request))


def _automatic(found: Sequence[Plan], seeds: int) -> int:
    if sum(estimate(plan, seeds).seconds for plan in found) < LONG:
        return 1
    fit = int((_memory() or ROOM) // ROOM)
    return max(1, min(processors(), fit))


def most_workers(request: Request) -> int:
    """Two seeds or more each; one where the data can be read only once."""
    data = None if request.data is None else request.data.resolve()
    once = data is not None and (
        not data.is_file() or data.is_relative_to("/dev") or data.is_relative_to("/proc")
    )
    return 1 if once else max(1, len(request.replica_seeds) // 2)


def processors() -> int:
    """Those that this process may use."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    match _granted("cpu.max"):
        case [quota, period]:
            return max(1, min(there, quota // period))
    return there


def _granted(what: str) -> list[int]:
    """The numbers that a container's limit (Linux's control groups) says; none where there is no limit."""
    try:
        words = (CONTROL / what).read_text(encoding="ascii").split()
        return [int(word) for word in words]
    except (OSError, ValueError):
        return []


@cache
def _pace(env: str, limit: int | None) -> float | None:
    from paradigms.rl.repeating import pace

    return pace(env, limit)


def paced(plan: Plan) -> float | None:
    """Seconds that a step of a plan's environment takes here; None where it is one that has a preset."""
    if plan.world is None or plan.settings["env"] in plan.entry.variants:
        return None
    return _pace(plan.settings["env"], plan.settings["limit"])


def estimate(plan: Plan, seeds: int, step: float | None = None) -> Estimate:
    """Rough, from sizes alone, and from the seconds that a `step` of the environment was seen to take."""
    settings, dataset = plan.settings, plan.dataset
    rows = 0 if dataset is None else len(dataset) if settings.get("all_data") else round(0.6 * len(dataset))
    samples, batch = budget(plan, rows), int(settings["batch_size"])
    world = plan.world
    width = world.see.inputs if world is not None else len(dataset.features) if dataset is not None else 8
    if dataset is None:
        updates = samples // int(settings["envs"]) * int(settings["updates_per_step"])
        multiplications, waiting = 8 * _products(width, settings) * batch, _waiting(plan, seeds, step)
    else:
        updates = max(1, samples // batch) * int(settings.get("replay") or 1)
        waiting = samples * seeds * STEP if plan.entry.paradigm == "reinforcement" else 0.0
        multiplications = 3 * _products(width, settings) * batch
    seconds = updates * (OVERHEAD + seeds * multiplications / SPEED) + waiting + 2.0
    held: float = 2 * rows * width + max(batch, GATHERED) * width + 8 * _products(width, settings)
    if world is not None:
        held += _remembered(plan, world) / 4
    elif plan.entry.paradigm == "reinforcement":
        held += min(samples, int(settings["memory"])) * (2 * width + 3)
    return Estimate(samples, updates, seconds, 4 * seeds * held / 1e6, seeds * multiplications)


def _waiting(plan: Plan, seeds: int, step: float | None) -> float:
    """Seconds of environment steps: of training, and of episodes that may last as long as they can."""
    trained = budget(plan, 0) * (step or STEP)
    if plan.world is None:
        return seeds * trained
    from paradigms.rl.world import episodes

    each = episodes(int(plan.settings["eval_episodes"]))
    played = (plan.entry.evaluations + 1) * each["validation"] + each["baseline"] + each["test"]
    fastest = TOGETHER if plan.world.together else STEP
    return seeds * (trained + played * plan.world.limit * (step or fastest))


def _remembered(plan: Plan, world: World) -> float:
    """Bytes of a replica's replay memory, of what its random policy saw, of batches, and of pictures."""
    from paradigms.rl.episodes import ROOM, SEEN

    settings, one = plan.settings, world.see.width * world.see.dtype.itemsize
    replay = min(budget(plan, 0), int(settings["memory"])) * (2 * one + 12)
    seen = min(SEEN, max(512, ROOM // world.see.width), int(settings["eval_episodes"]) * world.limit) * one
    surface = 1600 * (min(world.see.width, 64) + world.actions) * 4 + 40 * world.see.width * 4
    shown = min(world.limit, 500) * one + 25 * (9 * one + surface)
    return replay + seen + shown + 8 * int(settings["batch_size"]) * world.see.width * 4


def _products(width: int, settings: Mapping[str, Any]) -> int:
    """Weights of one replica, about."""
    if settings.get("model") == "linear":
        return width * 10
    for name in ("clusters", "components"):
        if settings.get(name):
            return width * int(settings[name])
    widths = [width, *settings.get("hidden", ()), 10]
    return sum(a * b for a, b in pairwise(widths))


def duration(seconds: float) -> str:
    """In words.

    >>> duration(42), duration(200)
    ('42 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
