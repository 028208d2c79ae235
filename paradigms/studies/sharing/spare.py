"""Processes begun early: they import what training needs while the command that will want them does so too.

One after the other, the same imports kept a shared `compare` waiting for 2.8 of its 33 seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from paradigms.studies.asking import estimate
from paradigms.studies.asking.company import together
from paradigms.studies.asking.plan import plan, resolved, setting
from paradigms.studies.asking.request import Request

_waiting: list[subprocess.Popen[bytes]] = []


@contextmanager
def begun(request: Request) -> Iterator[None]:
    """As many as will surely be wanted, on a processor; those that were not are ended with the command."""
    try:
        with suppress(OSError):  # whoever needs one will say what is wrong
            _waiting.extend(process(1) for _ in range(_wanted(request)))
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


def taken(threads: int) -> subprocess.Popen[bytes]:
    """One that is waiting, or else a new one.

    Raises:
        OSError: there is no room for another process.
    """
    return _waiting.pop() if threads == 1 and _waiting else process(threads)


def process(threads: int) -> subprocess.Popen[bytes]:
    """A new one, which waits for its order (`worker.py`)."""
    path = os.pathsep.join(one for one in sys.path if one)
    counts = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "paradigms.studies.worker"],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **counts, "PYTHONPATH": path},
        start_new_session=True,  # Ctrl-C is this process's to hear
    )


def dismiss() -> None:
    """Ends those that wait, at once, which harms nothing."""
    while _waiting:
        with _waiting.pop() as process:
            process.kill()
