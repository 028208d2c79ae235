"""Copies of the test's own process, which need not import everything again."""

import os
import signal
import sys
import warnings
from collections.abc import Callable

import torch

from paradigms.studies import worker

POSSIBLE = hasattr(os, "fork") and not torch.cuda.is_available()
"""A graphics card's threads are in no copy."""


def child(work: Callable[..., object], *words: object) -> int:
    """The process id of a copy of this one that does it and ends, with exit code 3 where that fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which only wait for pipes
        pid = os.fork()
    if pid == 0:
        code = 3
        try:
            work(*words)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 3
        except BaseException as error:
            print(f"  {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            os._exit(code)
    return pid


def ended(pid: int) -> int:
    """Its exit code, or less the number of the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Fork:
    """What `spare.process` returns, as far as those who train by it look."""

    def __init__(self, threads: int) -> None:
        self.returncode: int | None = None
        asked, tell = os.pipe()
        hear, answers = os.pipe()

        def work() -> None:
            os.dup2(asked, 0)
            os.dup2(answers, 1)
            os.close(tell)
            sys.exit(worker.main())

        self.pid = child(work)
        os.close(asked)
        os.close(answers)
        self.stdin, self.stdout = os.fdopen(tell, "wb", buffering=0), os.fdopen(hear, "rb")

    def wait(self, timeout: float = 0) -> int:
        if self.returncode is None:
            self.returncode = ended(self.pid)
        return self.returncode

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def __enter__(self) -> "Fork":
        return self

    def __exit__(self, *_) -> None:
        self.stdin.close()
        self.stdout.close()
        self.wait()
