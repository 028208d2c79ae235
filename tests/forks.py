"""Copies of the test's own process, which need not import everything again."""

import os
import sys
import warnings
from collections.abc import Callable

import torch

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
