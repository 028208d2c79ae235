"""One folder, one writer: a second command is refused; a process that dies lets go by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from paradigms.errors import UsageError

NAME = ".lock"
"""The file in a run's folder that its writer holds; it stays, since nobody can lock its removal."""


@contextmanager
def sole(folder: Path) -> Iterator[None]:
    """Nobody else writes to this folder inside.

    Where the file cannot be made or locked (a folder that only may be read) there is no lock: whoever
    then writes is told so by the system.

    Raises:
        UsageError: another command writes there.
    """
    lock = FileLock(folder / NAME, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise UsageError(
            f"another command is writing to {folder}.", "Wait until it has ended, or name another folder."
        ) from None
    except (OSError, NotImplementedError):
        pass
    try:
        yield
    finally:
        lock.release()
