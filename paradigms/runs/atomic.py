"""A file under its final name only when it is whole and safe on the disk."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Writes beside it, flushes, renames, and makes the rename itself safe.

    Raises:
        OSError: nothing has changed under the final name, and nothing is left beside it.
    """
    part = temporary(path)
    try:
        part.unlink(missing_ok=True)
        with part.open("xb") as file:  # x: never through a link that somebody has put there
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync(path.parent)


def temporary(path: Path) -> Path:
    """Where the content is while it is not whole."""
    return path.with_name(f".{path.name}.part")


def unfinished(path: Path) -> bool:
    """Whether this is the place of such content."""
    return path.name.startswith(".") and path.name.endswith(".part")


def sync(folder: Path) -> None:
    """Names in this folder survive a power cut, where the system can promise that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
