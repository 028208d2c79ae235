"""SIGKILL at random moments: `python tests/kills.py dqn 50` says how many of 50 went on to the same bits.

Each moment is a child process that trains, with a checkpoint whenever a few milliseconds have passed, and
is killed: by its parent after a random time, or by itself in the middle of writing a file. A second child
goes on (and in every fourth case is killed too, and a third goes on). What they leave together is compared
with a run that was never interrupted. In `shared`, all learners with their seeds shared out over processes,
every other kill falls on one of those; so it does in `shared-sweep`. `extended` is a sweep of which more
settings and seeds are asked when it is finished, or was killed; `extended-pca` is that of one learner.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import runs
from commands import learnt, same
from forks import child, ended

from paradigms.engine import devices
from paradigms.registry import REGISTRY
from paradigms.reports import summarise
from paradigms.runs import atomic
from paradigms.runs.difference import differences
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import request_of
from paradigms.studies.study import Control, run

EVERY = 0.004
OPTIONS = {"samples": 640, "hidden": (8,), "limit": 20, "patience": 12, "target_every": 16}


GRID = {"lr": [0.02, 0.1], "batch_size": [16, 32]}
EXTENDED = ("extended", "extended-pca")
SWEEPS = ("sweep", "shared-sweep", *EXTENDED)


def asked(what: str) -> Request:
    if what in SWEEPS:
        seeds, workers = (4, 2) if what == "shared-sweep" else (2, 1)
        names = ("pca",) if what == "extended-pca" else ("regression", "pca")
        return runs.sweep(names, GRID, seeds=seeds, workers=workers)
    names = tuple(REGISTRY) if what in ("compare", "shared") else (what,)
    options = {
        name: value
        for name, value in OPTIONS.items()
        if any(name in REGISTRY[learner].options for learner in names)
    }
    seeds, workers = (4, 2) if what == "shared" else (2, 1)
    return Request("compare", names, options, seeds=seeds, workers=workers, threads=1).checked()


def begin(what: str, path: Path) -> None:
    request = asked(what)
    if what in EXTENDED:
        request = replace(request, grid=request.grid[:2], seeds=1)
    run(request, RunFolder.choose(path, "compare", force=False), Control(every=EVERY), "a run")
    if what in EXTENDED:
        go_on(what, path)


def go_on(what: str, path: Path) -> None:
    folder = RunFolder(path)
    request = asked(what) if what in EXTENDED else request_of(folder)
    run(request, folder, Control(every=EVERY), "not this")


def killed_after(seconds: float, draw: random.Random, work, *words) -> int:
    """Killed itself, or every other time one of the processes that it has started, if there are any."""
    pid = child(work, *words)
    time.sleep(seconds)
    started = Path(f"/proc/{pid}/task/{pid}/children")
    own = started.read_text().split() if started.exists() else []
    os.kill(int(draw.choice(own)) if own and draw.random() < 0.5 else pid, signal.SIGKILL)
    return ended(pid)


def killed_writing(at: int, work, *words) -> int:
    """Killed at the at-th moment within a write: before the flush, before and after the rename."""

    def mortal(call):
        def counted(*given, **named):
            nonlocal at
            at -= 1
            if at <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*given, **named)

        return counted

    def doomed() -> None:
        atomic.os.fsync = mortal(os.fsync)
        Path.replace = mortal(Path.replace)
        work(*words)

    return ended(child(doomed))


def learned(path: Path) -> dict:
    return learnt(path) | {"summary": [one["scores"] for one in summarise(path)["learners"]]}


def once(what: str, draw: random.Random, home: Path, duration: float, writes: int, expected: dict) -> bool:
    """One moment; whether the end is the same."""
    path = home / "killed"
    shutil.rmtree(path, ignore_errors=True)

    def kill(work, *words) -> int:
        if draw.random() < 0.4:
            return killed_writing(draw.randint(1, writes), work, *words)
        return killed_after(draw.uniform(0, duration), draw, work, *words)

    kill(begin, what, path)
    if not (path / "config.json").exists():
        ended(child(begin, what, path))  # killed before there was anything to go on with
    elif draw.random() < 0.25:
        kill(go_on, what, path)
    if ended(child(go_on, what, path)) != 0:
        return False
    return alike(what, path, home / "whole", expected) and not list(path.rglob(".*.part"))


def alike(what: str, path: Path, whole: Path, expected: dict) -> bool:
    """Whether they have learned the same; of sweeps that were extended in whatever order."""
    if what in EXTENDED:
        found, compared = differences(path, whole)
        print(*[f"  {what}: {one}\n" for one in found[:3]], file=sys.stderr, end="")
        return bool(compared) and not found
    try:
        same(learned(path), expected)
    except AssertionError as error:
        print(f"  {what}: {str(error)[:200]}", file=sys.stderr)
        return False
    return True


def main(what: str, count: int, seed: int = 0) -> int:
    devices.prepare(1)
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        began = time.perf_counter()
        assert ended(child(begin, what, home / "whole")) == 0
        duration, expected = time.perf_counter() - began, learned(home / "whole")
        writes = 4 * sum(1 for path in (home / "whole").rglob("*") if path.is_file())
        same_end = sum(once(what, draw, home, duration, writes, expected) for _ in range(count))
    print(f"{what}: {same_end} of {count} identical after SIGKILL at random moments of {duration:.1f} s")
    return 0 if same_end == count else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:])))
