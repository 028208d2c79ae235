"""What a study would train, and about how long and how large, without training it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from paradigms.errors import UsageError
from paradigms.studies.asking.company import Company
from paradigms.studies.asking.plan import Setting, budget
from paradigms.studies.asking.request import Request

OVERHEAD = 4e-4
"""Seconds per update that do not depend on size, on a laptop."""
SPEED = 2e10
"""Multiplications per second of small matrix products, on a laptop."""
STEP = 1.2e-5
"""Seconds per environment step."""
LARGE = 1e8
"""Multiplications per update from which on it pays to share them between threads."""
LONG = 20.0
"""Seconds of training from which on it pays to start processes that share the seeds."""
GATHERED = 512
"""Rows of a replica that are held as batches at once, as in engine/rows.py, which needs PyTorch."""
CACHE, FEWEST = 4e6, 10
"""Bytes that replicas trained together should fit into; and so many of them pay however large they are."""
START = 2.0
"""Seconds before the first update and after the last."""
CONTROL = Path("/sys/fs/cgroup")
ROOM = 1e9
"""Bytes of memory that a process is thought to need."""


class Estimate(NamedTuple):
    """Of replicas that train together: feedback and updates of each; seconds, memory and work of all."""

    samples: int
    updates: int
    seconds: float
    megabytes: float
    multiplications: float


def seconds(found: Sequence[Company]) -> float:
    """Of training all of them, one after another."""
    return sum(estimate(company).seconds for company in found)


def check_memory(found: Sequence[Company], itemsize: int = 4) -> None:
    """Raises where a learner would need more than this machine has.

    Raises:
        UsageError: with about how much.
    """
    there = _memory()
    for company in found:
        needed = estimate(company).megabytes * itemsize / 4 * 1e6
        if there is not None and needed > there:
            raise UsageError(
                f"{len(company.replicas)} seeds of {company.id} need about {needed / 1e9:,.0f} GB of memory, "
                f"and this machine has {there / 1e9:,.0f}.",
                "Ask for fewer --seeds, or a smaller network or memory.",
            )


def _memory() -> int | None:
    """Bytes of this machine's memory, where the system tells."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return min([there, *_granted("memory.max")[:1]])


def threads(found: Sequence[Company]) -> int | None:
    """One where every learner's steps are small, None (all there are) where some are large.

    Two threads make the small steps 1.6 times faster on an idle machine; beside one other busy process
    they wait for each other at every operation, and were seen a hundred times slower.
    """
    large = any(estimate(company).multiplications > LARGE for company in found)
    return None if large else 1


def workers(request: Request, found: Sequence[Company], threads: int | None) -> int:
    """Processes that share the replicas on a processor, each with so many threads.

    As many as asked for; else one for every processor, as far as the memory has room, where training takes
    long in small steps and nobody has asked for threads.
    """
    wanted = request.workers or 1
    if request.workers is None and request.threads is None and threads == 1 and seconds(found) >= LONG:
        fit = int((_memory() or ROOM) // ROOM)
        wanted = max(1, min(processors(), fit))
    return min(wanted, most_workers(request))


def capacity(setting: Setting, itemsize: int = 4) -> int:
    """Replicas that train together at most: as many as have parameters, gradient and moments in the cache.

    A step of 160 networks 64-64 costs each of them an eighth more than one of 20, a step of 240 a third.
    """
    weights = _products(_width(setting), setting.options)
    return max(FEWEST, int(CACHE // (4 * itemsize * weights)))


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
def estimate(company: Company) -> Estimate:
    """Rough, from sizes alone."""
    setting, replicas = company.settings[0], len(company.replicas)
    options, dataset = setting.options, setting.dataset
    rows = 0 if dataset is None else len(dataset) if options.get("all_data") else round(0.6 * len(dataset))
    samples, batch = budget(options, rows), int(options["batch_size"])
    width = _width(setting)
    copies = 1 if len(set(company.seeds)) == 1 else replicas
    weights, acts = _products(width, options), company.entry.paradigm == "reinforcement"
    if dataset is None:
        updates = samples // int(options["envs"]) * int(options["updates_per_step"])
        multiplications = 8 * weights * batch
    else:
        updates = max(1, samples // batch) * int(options.get("replay") or 1)
        multiplications = 3 * weights * batch
    waiting = samples * replicas * STEP if acts else 0.0
    seconds = updates * (OVERHEAD + replicas * multiplications / SPEED) + waiting + START
    held = copies * (2 * rows * width + max(batch, GATHERED) * width) + replicas * 8 * weights
    if acts:
        held += replicas * min(samples, int(options["memory"])) * (2 * width + 3)
    return Estimate(samples, updates, seconds, 4 * held / 1e6, replicas * multiplications)


def _width(setting: Setting) -> int:
    return 8 if setting.dataset is None else len(setting.dataset.features)


def _products(width: int, options: Mapping[str, Any]) -> int:
    """Weights of one replica, about."""
    if options.get("model") == "linear":
        return width * 10
    for name in ("clusters", "components"):
        if options.get(name):
            return width * int(options[name])
    widths = [width, *options.get("hidden", ()), 10]
    return sum(a * b for a, b in pairwise(widths))


def duration(seconds: float) -> str:
    """In words.

    >>> duration(42), duration(200)
    ('42 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
