"""A study in two shares, from its request to the joined run: by this machine's processes, and by Dask's.

This machine's begin and end with the study; Dask's were there before, with all that they import. The floor
are two processes with a study of half the seeds each, which nobody joins.
"""

from __future__ import annotations

import atexit
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.task import Task
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.elsewhere import elsewhere
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing import local
from paradigms.studies.study import Control, run

LOOPBACK = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
READY = f"import {local.WANTED}"
"""What a worker does before its first task, and where this module is not known."""
ALONE = """
import json, sys
from pathlib import Path
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
from paradigms.studies.study import Control, run
asked = Request.from_json(json.loads(sys.argv[1])).checked()
run(asked, RunFolder(Path(sys.argv[2]), new=True), Control(), "")
"""
"""What a process does that trains a study of its own."""
Live = Callable[[], list[psutil.Process]]
"""Processes that trained for it and have not ended."""


def apart(halves: Sequence[Request], home: Path) -> None:
    """A process for each, at once."""
    started = [
        subprocess.Popen([sys.executable, "-P", "-c", ALONE, json.dumps(half.to_json()), str(home / str(i))])
        for i, half in enumerate(halves)
    ]
    codes = [one.wait() for one in started]
    if any(codes):
        raise RuntimeError("a process failed")


@contextmanager
def dask() -> Iterator[tuple[str, Live]]:
    """A scheduler and two workers on loopback: what `--on` is given, and they."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "scheduler.json"
        words = (*LOOPBACK, "--scheduler-file", str(file))
        started = [
            subprocess.Popen(
                [sys.executable, "-P", "-m", "dask", what, *words, *more], cwd=home, stderr=subprocess.DEVNULL
            )
            for what, *more in (["scheduler", "--port", "0"], *[["worker", "--nthreads", "1"]] * 2)
        ]

        def live() -> list[psutil.Process]:
            those = [psutil.Process(one.pid) for one in started]
            return [*those, *(child for one in those for child in one.children(recursive=True))]

        from distributed import Client

        try:
            while not file.exists():
                time.sleep(0.1)
            with Client(scheduler_file=str(file)) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(2)
                client.run(exec, READY)
                address = client.scheduler.address
            yield f"dask:{address}", live
        finally:
            for process in live():
                process.kill()
            for one in started:
                one.wait()


def spent(live: Live) -> float:
    """CPU seconds of this process, of those that it has ended, and of those that live on."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    there = [process.cpu_times() for process in live()]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(one.user + one.system for one in there)


def study(by: str, clock: str, replicas: int, samples: int, allowed: float = 0.0) -> Task:
    """CartPole's DQN by `local` or `dask`, or the `floor`.

    `clock` is `wall`, less the seconds `allowed`, or `cpu`. The judgement is what the other clock says.
    """
    asked = Request("compare", ("dqn",), {"samples": samples}, seeds=replicas, threads=1, workers=2).checked()
    on, live, given = None, list[psutil.Process], 0.0
    if by == "dask":
        stack = ExitStack()
        on, live = stack.enter_context(dask())
        atexit.register(stack.close)
    clocks = {"cpu": lambda: spent(live), "wall": lambda: time.perf_counter() - given}
    (other,) = clocks.keys() - {clock}

    def work(pair: int) -> float:
        nonlocal given
        began = clocks[other]()
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            if by == "floor":
                apart([replace(asked, seeds=replicas // 2, workers=1)] * 2, home)
            else:
                if by == "local":
                    stack.enter_context(local.begun(asked))
                there = stack.enter_context(elsewhere(on))
                run(asked, RunFolder(home / "run", new=True), Control(elsewhere=there), "")
        took = clocks[other]() - began
        given += allowed
        return took

    return Task(work, lambda took: {f"{other}_seconds": took}, clocks[clock])
