"""What a study would train, and about how long and how large, without training it."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from paradigms.errors import UsageError
from paradigms.option import size
from paradigms.studies.asking.company import Company
from paradigms.studies.asking.plan import Setting
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
START = 2.0
"""Seconds before the first update and after the last."""
CONTROL = Path("/sys/fs/cgroup")
MOST = 1024
"""Shares of a study."""
ROOM = 1e9
"""Bytes of memory that a process is thought to need."""
RAM, READING = "1GB", 4e8
"""What rows that stream may take, unless told otherwise; and bytes that reading them takes."""


class Estimate(NamedTuple):
    """Of replicas that train together: feedback and updates of each; seconds, memory and work of all.

    Of the seconds, so many go into computing, and so many into `steps` of the environment.
    """

    company: Company
    samples: int
    updates: int
    computing: float
    playing: float
    steps: int
    megabytes: float
    multiplications: float

    @property
    def seconds(self) -> float:
        """On a laptop, with an environment as quick as those that have a preset."""
        return self.computing + self.playing


class Means(NamedTuple):
    """With how many threads, in each of how many processes a study is trained, and for how long, about."""

    threads: int | None
    workers: int
    seconds: float


def means(
    request: Request, expected: Sequence[Estimate], device: str, itemsize: int, away: int | None = None
) -> Means:
    """What this machine has for a study that will take so much; `away` are workers elsewhere that share it.

    Raises:
        UsageError: a learner would need more memory than there is.
    """
    _check_memory(expected, itemsize)
    _check_room(request, expected)
    threads = request.threads or (1 if request.slices else few_threads(expected))
    if request.among is not None:  # a share: whoever dealt it has said how long it takes
        return Means(threads, 1, 0.0)
    if away is not None:
        shares = min(request.workers or away, MOST)
        return Means(threads, shares, lasting(expected) / min(shares, away))
    alone = request.workers is None and device != "cpu"
    several = 1 if alone else workers(request, expected, threads)
    return Means(threads, several, lasting(expected) / several)


def _check_room(request: Request, expected: Sequence[Estimate]) -> None:
    """Raises if what streams would take more memory than `--ram` grants it."""
    room = size(request.ram or RAM) or 0
    for one in expected:
        needed = one.megabytes * 1e6 + READING
        if _streamed(one) and needed > room:
            raise UsageError(
                f"{len(one.company.replicas)} seeds of {one.company.plan.id} take about "
                f"{needed / 1e6:,.0f} MB beside the rows on the disk, and --ram grants {room / 1e6:,.0f}.",
                "Give more --ram, or ask for fewer --seeds.",
            )


def _check_memory(expected: Sequence[Estimate], itemsize: int) -> None:
    there = _memory()
    for one in expected:
        needed, company = one.megabytes * itemsize / 4 * 1e6, one.company
        if there is not None and needed > there:
            raise UsageError(
                f"{len(company.replicas)} seeds of {company.plan.id} need about {needed / 1e9:,.0f} GB of "
                f"memory, and this machine has {there / 1e9:,.0f}.",
                "Ask for fewer --seeds, or a smaller network or memory.",
            )


def _memory() -> int | None:
    """Bytes of this machine's memory, where the system tells."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return min([there, *_granted("memory.max")[:1]])


def few_threads(expected: Sequence[Estimate]) -> int | None:
    """One where every learner's steps are small, None (all there are) where some are large.

    Two threads make the small steps 1.6 times faster on an idle machine; beside one other busy process
    they wait for each other at every operation, and were seen a hundred times slower.
    """
    return None if any(one.multiplications > LARGE for one in expected) else 1


def workers(request: Request, expected: Sequence[Estimate], threads: int | None) -> int:
    """Processes that share the replicas on a processor, each with so many threads.

    As many as asked for; else one for every processor, as far as the memory has room, and of rows that stream
    what they may take, where training takes long in small steps and nobody has asked for threads.
    """
    wanted, free = (
        request.workers or 1,
        request.workers is None and request.threads is None and not request.slices,
    )
    if free and threads == 1 and sum(one.seconds for one in expected) >= LONG:
        wanted = max(1, min(processors(), int(_room(request, expected) // ROOM)))
    seeds = max(one.company.plan.seeds for one in expected) if expected else len(request.replica_seeds)
    return min(wanted, most_workers(request, seeds))


def _room(request: Request, expected: Sequence[Estimate]) -> float:
    """Bytes for processes: those of the machine, and where rows stream what `--ram` grants all of them."""
    there = _memory() or ROOM
    if any(_streamed(one) for one in expected):
        return min(there, size(request.ram or RAM) or 0)
    return there


def _streamed(one: Estimate) -> bool:
    dataset = one.company.setting.dataset
    return dataset is not None and dataset.streamed


def most_workers(request: Request, seeds: int) -> int:
    """Two seeds or more each; one where the data can be read only once."""
    return 1 if read_once(request) else max(1, seeds // 2)


def read_once(request: Request) -> bool:
    """Whether a person's own data can be read only once."""
    data = None if request.data is None else request.data.resolve()
    return data is not None and (
        not (data.is_file() or data.is_dir()) or data.is_relative_to("/dev") or data.is_relative_to("/proc")
    )


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


def lasting(expected: Sequence[Estimate]) -> float:
    """Seconds of training all of them, one after another, by the pace of their environments here."""
    return sum(map(_lasting, expected))


def _lasting(one: Estimate) -> float:
    """An environment that has no preset is asked how long a step of it takes."""
    setting = one.company.setting
    if not untried(one):
        return one.seconds
    step = _pace(setting.options.env, setting.options.limit)
    return one.seconds if step is None else one.computing + one.steps * step


def untried(one: Estimate) -> bool:
    """Whether it is in an environment that has no preset, whose episodes may end long before their limit."""
    setting = one.company.setting
    return setting.world is not None and setting.options.env not in one.company.plan.entry.variants


def estimate(company: Company) -> Estimate:
    """Rough, from sizes alone."""
    setting, entry, replicas = company.setting, company.plan.entry, len(company.replicas)
    options, dataset, width, weights = setting.options, setting.dataset, setting.inputs, setting.weights
    rows = 0 if dataset is None else len(dataset) if options.all_data else round(0.6 * len(dataset))
    rows = min(rows, options.rows or rows)
    samples, batch = options.budget(rows), options.batch_size or options.envs or rows
    turns, each = _turns(setting)
    copies = 1 if len({one.seed for one in company.replicas}) == 1 else replicas
    if dataset is None:
        updates = samples // options.envs * (options.updates_per_step or 1)
        if options.stretch:
            updates = samples // (options.envs * options.stretch) * (options.passes or 1)
        multiplications = 8 * each * batch
    else:
        updates = max(1, samples // batch) * (options.replay or 1)
        multiplications = 3 * each * batch
    steps = samples if entry.paradigm == "reinforcement" else 0
    playing = steps * STEP
    kept = rows if dataset is None or not dataset.streamed else dataset.held // 2
    held: float = copies * (2 * kept * width + max(batch, GATHERED) * width) + replicas * 8 * weights
    if setting.world is not None:
        played = _played(setting.world, options.eval_episodes, entry.evaluations)
        steps, playing = steps + played, playing + played * (TOGETHER if setting.world.together else STEP)
        held += replicas * _remembered(setting, setting.world) / 4
    elif steps:
        held += replicas * min(samples, options.memory or 0) * (2 * width + 3)
    return Estimate(
        company=company,
        samples=samples,
        updates=updates,
        computing=updates * turns * (OVERHEAD + replicas * multiplications / SPEED) + START,
        playing=replicas * playing,
        steps=replicas * steps,
        megabytes=4 * held / 1e6,
        multiplications=replicas * multiplications,
    )


def _turns(setting: Setting) -> tuple[int, int]:
    """How many products follow each other in a slope, where many do, and multiplications of a row in each.

    A recurrent network goes through its steps; a convolution uses its weights at every place, and so
    do blocks that attend, at those that are answered too.
    """
    shape = setting.dataset.shape if setting.dataset else setting.world.see.picture if setting.world else None
    shape = shape or (setting.inputs,)
    if setting.options.heads and setting.dataset is not None:
        return sum(shape) + sum(setting.dataset.form.target_shape), setting.weights
    if setting.options.model in ("rnn", "gru", "lstm"):
        return (shape[0] if shape[1:] else setting.inputs), setting.weights
    if setting.options.model in ("cnn", "resnet"):
        plane = setting.dataset is None or setting.dataset.form.plane
        return len(setting.options.hidden), setting.weights * (math.prod(shape[-2:]) if plane else shape[0])
    return 1, setting.weights


def _played(world: World, asked: int, evaluations: int) -> int:
    """Steps of a replica's episodes beside training, which may last as long as they can."""
    from paradigms.rl.world import episodes

    each = episodes(asked)
    return ((evaluations + 1) * each["validation"] + each["baseline"] + each["test"]) * world.limit


def _remembered(setting: Setting, world: World) -> float:
    """Bytes of a replica's replay memory, of what its random policy saw, of batches, and of pictures."""
    from paradigms.rl.episodes import ROOM, SEEN

    options, one = setting.options, world.see.width * world.see.dtype.itemsize
    replay = min(options.budget(0), options.memory or 0) * (2 * one + 12)
    seen = min(SEEN, max(512, ROOM // world.see.width), options.eval_episodes * world.limit) * one
    surface = 1600 * (min(world.see.width, 64) + world.actions) * 4 + 40 * world.see.width * 4
    shown = min(world.limit, 500) * one + 25 * (9 * one + surface)
    return replay + seen + shown + 8 * (options.batch_size or options.envs) * world.see.width * 4


def duration(seconds: float) -> str:
    """In words.

    >>> duration(42), duration(200)
    ('42 s', '3 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
