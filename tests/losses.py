"""SIGKILL at random moments of a study on Dask: `python tests/losses.py worker 20` counts the whole.

`worker`: a worker, which its nanny starts again; `node`: both of them, for good; `scheduler`; `coordinator`:
the command that asked. The last two go on without `--on`. All is compared with a run that nobody killed.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
from cluster import Cluster, cluster
from commands import learnt, same
from runs import compared, request, resumed, whole

from paradigms.engine import devices
from paradigms.errors import ParadigmsError

ASKED = replace(request(("kmeans", "dqn"), samples=1600), seeds=4)
RUN = """
import json, sys
from pathlib import Path
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.elsewhere import elsewhere
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing import pool, stretch
from paradigms.studies.study import Control, run
pool.SECONDS, stretch.READY = 0.2, 0
asked = Request.from_json(json.loads(sys.argv[1])).checked()
with elsewhere(sys.argv[2]) as far:
    run(asked, RunFolder.choose(Path("run"), "compare", False), Control(elsewhere=far), "a run")
"""
KINDS = ("worker", "node", "scheduler", "coordinator")


def coordinator(there: Cluster, home: Path) -> subprocess.Popen:
    """A process that asks for the study, in two shares."""
    asked = json.dumps(replace(ASKED, workers=2).to_json())
    return subprocess.Popen(
        [sys.executable, "-c", RUN, asked, there.on],
        cwd=home,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
    )


def begun(home: Path, parent: subprocess.Popen) -> None:
    """Until its folder is there."""
    while not (home / "run" / "config.json").exists() and parent.poll() is None:
        time.sleep(0.02)


def kill(kind: str, there: Cluster, parent: subprocess.Popen, draw: random.Random) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        if kind == "worker":
            draw.choice(there.training).kill()
        elif kind == "node":
            node = draw.choice(there.workers)
            for one in (*psutil.Process(node.pid).children(recursive=True), node):
                one.kill()
        else:
            (there.scheduler if kind == "scheduler" else parent).send_signal(signal.SIGKILL)


def once(kind: str, draw: random.Random, duration: float, expected: dict, there: Cluster) -> bool:
    """One moment; whether the end is the same."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        parent = coordinator(there, home)
        begun(home, parent)
        time.sleep(draw.uniform(0, duration))
        kill(kind, there, parent, draw)
        parent.wait()
        try:
            path = home / "run"
            found = learnt(path) if parent.returncode == 0 else resumed(path)
            same(compared(found), expected)
        except (AssertionError, ParadigmsError) as error:
            print(f"  {kind}: {str(error)[:200]}", file=sys.stderr)
            return False
    return True


def moments(kind: str, count: int, draw: random.Random, duration: float, expected: dict) -> Iterator[bool]:
    """Each with a cluster of its own where it is lost, else all with one."""
    for _ in range(count) if kind in ("node", "scheduler") else range(1):
        with tempfile.TemporaryDirectory() as place, cluster(Path(place), 2) as there:
            for _ in range(1 if kind in ("node", "scheduler") else count):
                yield once(kind, draw, duration, expected, there)


def measured() -> tuple[dict, float]:
    """What a run leaves that nobody killed, and how long one takes there, once it has begun."""
    with tempfile.TemporaryDirectory() as place, cluster(Path(place), 2) as there:
        expected = compared(whole(replace(ASKED, workers=1), Path(place) / "whole"))
        parent = coordinator(there, Path(place))
        begun(Path(place), parent)
        began = time.perf_counter()
        assert parent.wait() == 0
        return expected, time.perf_counter() - began


def main(kind: str, count: int, seed: int = 0) -> int:
    devices.prepare(1)
    expected, duration = measured()
    same_end = sum(moments(kind, count, random.Random(seed), duration, expected))
    print(f"{kind}: {same_end} of {count} identical after SIGKILL within {duration:.1f} s", flush=True)
    return 0 if same_end == count else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:])))
