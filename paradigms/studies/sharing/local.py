"""This machine's own processes, as an executor: loky's, begun anew when one of them has died.

They import what training needs while the command that will want them does so too: one after the other, the
same imports kept a shared `compare` waiting for 2.8 of its 33 seconds.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from typing import Any

from loky import ProcessPoolExecutor

from paradigms.studies.asking import estimate
from paradigms.studies.asking.company import together
from paradigms.studies.asking.elsewhere import Elsewhere
from paradigms.studies.asking.plan import plan, resolved, setting
from paradigms.studies.asking.request import Request

WANTED = "paradigms.studies.study"
"""What a stretch needs, which a process has imported before it gets one."""
WATCH = 0.2
"""Seconds between two looks at whether the process that began this one is still there."""


class Processes(Executor):
    """So many of loky's with so many threads each; all are lost with one of them, and begun again."""

    def __init__(self, count: int, threads: int) -> None:
        self.count, self.threads = count, threads
        self._pool = self._begun()

    def _begun(self) -> ProcessPoolExecutor:
        path = os.pathsep.join(one for one in sys.path if one)
        counts = {name: str(self.threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
        counts["LOKY_MAX_MEMORY_LEAK_SIZE"] = "1e18"  # what a share holds is no leak, for which loky ends one
        return ProcessPoolExecutor(
            self.count,
            initializer=_ready,
            initargs=(os.getpid(),),
            env={**counts, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        )

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Begins the processes, with the first of what is to be done.

        Raises:
            OSError: there is no room for another process.
        """
        with _uninterrupted():
            try:
                return self._pool.submit(work, *given, **named)
            except BrokenExecutor:
                self._pool.shutdown(kill_workers=True)  # none may write where its successor does
                self._pool = self._begun()
                return self._pool.submit(work, *given, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends them, whatever they do."""
        self._pool.shutdown(wait=wait, kill_workers=True)


def _ready(parent: int) -> None:
    """In a process: it is for its parent to say when to stop, and what training needs is imported."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # what an environment reads was not meant for it,
    os.dup2(2, 1)  # and what it prints is no result
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    importlib.import_module(WANTED)


def _watch(parent: int) -> None:
    """Ends with whoever began it."""
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(1)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A process that begins here is not ended by Ctrl-C before it has learned to leave that to its parent."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_waiting: list[Processes] = []


@contextmanager
def begun(request: Request) -> Iterator[None]:
    """As many as will surely be wanted, on a processor; those that were not are ended with the command."""
    try:
        with suppress(OSError):  # whoever needs one, or a file, will say what is wrong
            if wanted := _wanted(request):
                _waiting.append(Processes(wanted, 1))
                _waiting[0].submit(int)
        yield
    finally:
        dismiss()


def _wanted(request: Request) -> int:
    """What was asked for, or what agents alone are worth, whose plans need no data to be read."""
    agents = [
        estimate.estimate(together(one, one.asked))
        for entry in request.entries
        if entry.dataset is None
        for one in [plan(entry, [setting(0, {}, resolved(entry, request))], request, request.replica_seeds)]
    ]
    threads = request.threads or estimate.few_threads(agents)
    if request.device not in ("auto", "cpu") or threads != 1:
        return 0
    wanted = estimate.workers(request, agents, threads)
    return wanted if wanted > 1 else 0


@contextmanager
def local(count: int, threads: int) -> Iterator[Elsewhere]:
    """So many processes, those that wait if they are as many, until the end of the block."""
    if [(one.count, one.threads) for one in _waiting] != [(count, threads)]:
        dismiss()
        _waiting.append(Processes(count, threads))
    try:
        yield Elsewhere(_waiting[0], "this machine", count, near=True, why=died)
    finally:
        dismiss()


def dismiss() -> None:
    """Ends those that wait, at once, which harms nothing."""
    while _waiting:
        _waiting.pop().shutdown()


def died(error: BaseException) -> str:
    """How, in one line, of what loky says of a process that died."""
    codes = re.search(r"\{(.*?)\}", str(error))
    return f"a process died: {codes[1]}" if codes else "a process died"
