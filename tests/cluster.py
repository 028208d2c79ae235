"""A Dask scheduler and its workers on loopback, as docs/scale.md starts them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

LOOPBACK = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
PATIENCE = 120


class Cluster:
    """Processes of `dask scheduler` and `dask worker`; `home` holds what they write."""

    def __init__(self, home: Path, *options: str, protocol: str = "tcp") -> None:
        self.home, self.options, self.protocol = home, options, protocol
        self.file = home / "scheduler.json"
        self.workers: list[subprocess.Popen] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--protocol", protocol)

    def _start(self, what: str, *words: str) -> subprocess.Popen:
        path = os.pathsep.join(one for one in sys.path if one)
        words = (*LOOPBACK, "--scheduler-file", str(self.file), *words, *self.options)
        with (self.home / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "dask", what, *words],
                cwd=self.home,
                env={**os.environ, "PYTHONPATH": path},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    @property
    def on(self) -> str:
        """What `--on` is given."""
        return "dask:" + self._waited(lambda: json.loads(self.file.read_text())["address"])

    def add_workers(self, count: int = 1) -> None:
        """So many, under one nanny process."""
        words = ("--nthreads", "1", "--nworkers", str(count), "--local-directory", str(self.home))
        self.workers.append(self._start("worker", *words))

    def ready(self, count: int) -> None:
        """Until so many workers have told the scheduler that they are there."""
        log = self.home / "scheduler.log"
        self._waited(lambda: log.read_text().count("Register worker") >= count or 1 / 0)

    def _waited(self, ask):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return ask()
            except (OSError, ValueError, KeyError, ZeroDivisionError):
                assert time.monotonic() < deadline, (self.home / "scheduler.log").read_text()
                time.sleep(0.05)

    @property
    def processes(self) -> list[psutil.Process]:
        """All that belong to it."""
        own = [psutil.Process(one.pid) for one in (self.scheduler, *self.workers) if one.poll() is None]
        return [*own, *(child for one in own for child in one.children(recursive=True))]

    @property
    def training(self) -> list[psutil.Process]:
        """The workers proper, which their nannies start again."""
        nannies = [psutil.Process(one.pid) for one in self.workers if one.poll() is None]
        return [
            one for nanny in nannies for one in nanny.children() if "spawn_main" in " ".join(one.cmdline())
        ]

    def end(self) -> None:
        for one in self.processes:
            one.send_signal(signal.SIGKILL)
        for started in (self.scheduler, *self.workers):
            started.wait()


@contextmanager
def cluster(home: Path, nodes: int, *options: str, protocol: str = "tcp", each: int = 1) -> Iterator[Cluster]:
    """With so many nodes that are there, and as many workers on each."""
    found = Cluster(home, *options, protocol=protocol)
    try:
        for _ in range(nodes):
            found.add_workers(each)
        found.ready(nodes * each)
        yield found
    finally:
        found.end()
