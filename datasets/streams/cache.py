"""Rows of a table that was read once: shuffled, one after another, where only their owner may read them."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from paradigms.errors import DataError

Array = np.ndarray[Any, Any]
VERSION, OWN = 2, "paradigms"
ROWS, SCHEMA, KNOWN = "rows.bin", "schema.json", "known.json"
GIVEN, FILE = "given-", "rows.arrow"
"""What a program handed over: folders that begin so, with one file."""
UNFINISHED = f".part-{zlib.crc32(platform.node().encode()):08x}-"
"""Before the number of the process that writes there; of this machine, since several may share a home."""
LARGEST, SMALLEST = 8192, 64
BLOCK = 1 << 20
"""Bytes of a block, at most: read at once, and split on its own."""


def place(given: str | None) -> Path:
    """Where caches lie: in a folder of their own, where `--cache` says or this system keeps such things."""
    if given is not None:
        return Path(given) / OWN
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".cache") / OWN


def private(folder: Path) -> Path:
    """The folder, which only its owner may read.

    Raises:
        DataError: it is somebody else's, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()):
            raise DataError(f"{folder} is not yours.", "Name another place with --cache DIR.")
        folder.chmod(0o700)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be made: {error.strerror}.", "Name another place with --cache DIR."
        ) from error
    return folder


def block_rows(row_bytes: int) -> int:
    """Rows of a block: a power of two that hangs on nothing but how wide they are."""
    fit = max(1, BLOCK // row_bytes)
    return min(LARGEST, max(SMALLEST, 1 << (fit.bit_length() - 1)))


@dataclass(frozen=True, eq=False)
class Cache:
    """N shuffled rows of w numbers in blocks, the last of them shorter; `about` is what was found in them."""

    folder: Path
    about: dict[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Cache | None:
        """What lies there, if it is whole and of this version."""
        try:
            about = json.loads((folder / SCHEMA).read_text(encoding="utf-8"))
            size = (folder / ROWS).stat().st_size
        except (OSError, ValueError):
            return None
        found = cls(folder, about)
        return found if about.get("version") == VERSION and size == found.bytes else None

    @property
    def rows(self) -> int:
        """N."""
        return int(self.about["rows"])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of a number: four bytes where the file has no more."""
        return np.dtype(self.about["dtype"])

    @property
    def width(self) -> int:
        """w."""
        return len(self.about["columns"])

    @property
    def bytes(self) -> int:
        """Of all rows."""
        return self.rows * self.width * self.dtype.itemsize

    @property
    def sizes(self) -> list[int]:
        """Rows of each block."""
        block = int(self.about["block"])
        return [min(block, self.rows - start) for start in range(0, self.rows, block)]

    def block(self, number: int) -> Array:
        """The rows of one block, [n, w].

        Raises:
            DataError: they are not what was written.
        """
        size, line = self.sizes_of(number), self.width * self.dtype.itemsize
        try:
            with (self.folder / ROWS).open("rb", buffering=0) as file:
                file.seek(number * int(self.about["block"]) * line)
                data = file.read(size * line)
        except OSError as error:
            raise DataError(
                f"{self.folder} cannot be read: {error.strerror}.", "Start the command again."
            ) from error
        if len(data) != size * line or zlib.crc32(data) != self.about["checksums"][number]:
            raise DataError(f"block {number} in {self.folder} is damaged.", "Type: paradigms cache --clear")
        return np.frombuffer(data, self.dtype).reshape(size, self.width)

    def sizes_of(self, number: int) -> int:
        """Rows of one block."""
        block = int(self.about["block"])
        return min(block, self.rows - number * block)

    def blocks(self) -> Iterator[Array]:
        """All of them, in order."""
        return map(self.block, range(len(self.sizes)))


def begun(folder: Path) -> Path:
    """Where this process writes what will lie in `folder`."""
    return folder.with_name(f"{folder.name}{UNFINISHED}{os.getpid()}")


def sweep(where: Path) -> None:
    """Takes away what processes of this machine have begun and cannot end, because they are gone."""
    for one in where.iterdir():
        found = re.search(rf"{re.escape(UNFINISHED)}(\d+)$", one.name)
        if found and not _runs(int(found[1])):
            shutil.rmtree(one, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether it does; where nobody can tell, it may."""
    if os.name != "posix":  # elsewhere the same call ends it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def entries(where: Path) -> list[Cache]:
    """What a cache's folder holds and is whole."""
    found = [Cache.open(one) for one in sorted(where.iterdir())] if where.is_dir() else []
    return [one for one in found if one is not None]


def handed(where: Path) -> list[Path]:
    """The files of what programs handed over."""
    return sorted(where.glob(f"{GIVEN}*/{FILE}"))


def clear(where: Path) -> int:
    """Takes all tables away, begun ones as well; returns the bytes that are free now. Other files stay."""
    freed = 0
    for one in sorted(where.iterdir()) if where.is_dir() else []:
        if one.is_dir() and ((one / SCHEMA).is_file() or (one / FILE).is_file() or ".part-" in one.name):
            freed += sum(file.stat().st_size for file in one.iterdir() if file.is_file())
            shutil.rmtree(one)
    (where / KNOWN).unlink(missing_ok=True)
    return freed
