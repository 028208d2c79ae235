"""What it costs to train shares by somebody else's processes: `python -m benchmarks.shares`.

Four seeds of CartPole's DQN in two shares: by the project's own processes, by loky's (joblib) and by two Dask
workers on loopback. CPU seconds of everybody, from the request to the joined run, imports included, since
other work on the machine moves the wall's; loky's workers begin and end with it, Dask's were there before.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.elsewhere import elsewhere
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing import pool, spare
from paradigms.studies.study import Control, run

LOOPBACK = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
Live = Callable[[], list[psutil.Process]]


def ready() -> None:
    """What a worker imports before its first task."""
    import paradigms.studies.study  # noqa: F401


@contextmanager
def own() -> Iterator[tuple[None, Live]]:
    yield None, list


@contextmanager
def loky() -> Iterator[tuple[Executor, Live]]:
    from joblib.externals.loky import ProcessPoolExecutor

    executor = ProcessPoolExecutor(2, initializer=ready)
    yield executor, list
    executor.shutdown(wait=True)


@contextmanager
def dask() -> Iterator[tuple[str, Live]]:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "scheduler.json"
        command = [sys.executable, "-P", "-m", "dask"]
        words = (*LOOPBACK, "--scheduler-file", str(file))
        started = [
            subprocess.Popen([*command, what, *words, *more], cwd=home, stderr=subprocess.DEVNULL)
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
                client.run(ready)
                address = client.scheduler.address
            yield f"dask:{address}", live
        finally:
            for process in live():
                process.kill()


SIDES = {"own": own, "loky": loky, "dask": dask}


def spent(live: Live) -> float:
    """CPU seconds of this process, of those that it has ended, and of those that live on."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    there = [process.cpu_times() for process in live()]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(one.user + one.system for one in there)


def measured(side: str, samples: int) -> float:
    """CPU seconds of one study."""
    options = {"samples": samples}
    asked = Request("compare", ("dqn",), options, seeds=4, threads=1, workers=2).checked()
    began = spent(list)
    with tempfile.TemporaryDirectory() as home:
        folder = RunFolder(Path(home) / "run", new=True)
        early = spare.begun(asked) if side == "own" else nullcontext()
        with SIDES[side]() as (on, live), elsewhere(on) as there, early:
            before = spent(live)
            run(asked, folder, Control(elsewhere=there), "")
            after = spent(live)
    return spent(list) - began if side != "dask" else after - before


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.shares", description=__doc__)
    parser.add_argument("sides", nargs="*", default=list(SIDES), choices=list(SIDES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--samples", type=int, default=24_000)
    parser.add_argument("--seconds", type=float, default=pool.SECONDS, help="of a stretch, on the wall")
    options = parser.parse_args()
    pool.SECONDS = options.seconds
    taken: dict[str, list[float]] = {side: [] for side in options.sides}
    for _ in range(options.rounds):
        for side in options.sides:
            taken[side].append(measured(side, options.samples))
            print(f"{side}: {taken[side][-1]:.1f} s of CPU", flush=True)
    for side, took in taken.items():
        ratio = statistics.median(took) / statistics.median(taken[options.sides[0]])
        print(f"{side}: {statistics.median(took):.1f} s, {ratio:.2f} of {options.sides[0]}'s")


if __name__ == "__main__":
    main()
