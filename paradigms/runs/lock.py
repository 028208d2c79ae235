"""One folder, one writer: a second command is refused; a process that dies lets go by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paradigms.errors import UsageError


@contextmanager
def sole(folder: Path) -> Iterator[None]:
    """Nobody else writes to this folder inside; it need not leave a file behind.

    The lock is on the folder itself. Where the system knows no such lock (Windows, some network
    folders) there is none.

    Raises:
        UsageError: another command writes there.
    """
    handle = _locked(folder)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _locked(folder: Path) -> int | None:
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise UsageError(
            f"another command is writing to {folder}.", "Wait until it has ended, or name another folder."
        ) from None
    except OSError:
        os.close(handle)
        return None
    return handle
