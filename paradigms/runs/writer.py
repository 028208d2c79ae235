"""Writing with patience: what the disk refuses waits in memory, is said once, and is tried again."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from paradigms.runs import atomic


@dataclass
class _Job:
    """A file's whole content, or more at the end of a growing one."""

    name: str
    content: bytes
    grows: bool


class Writer:
    """The files of one folder, written in the order in which they were given, each whole or not at all."""

    def __init__(self, folder: Path, say: Callable[[str], None] = lambda text: None) -> None:
        self.folder, self.say = folder, say
        self.trouble: OSError | None = None
        self._waiting: list[_Job] = []
        self._known: dict[str, bytes] = {}
        self._written: dict[str, int] = {}

    def put(self, name: str, content: bytes) -> None:
        """The whole of a file."""
        self._known[name] = content
        self._waiting.append(_Job(name, content, grows=False))
        self.flush()

    def append(self, name: str, content: bytes) -> None:
        """More of a growing file, which must be there."""
        self._length(name)
        self._waiting.append(_Job(name, content, grows=True))
        self.flush()

    def read(self, name: str) -> bytes | None:
        """The content as it was last put or read, even where the disk has lost it since; or None."""
        path = self.folder / name
        if name not in self._known and path.exists():
            self._known[name] = path.read_bytes()
        return self._known.get(name)

    def flush(self) -> bool:
        """Writes what waits; whether all of it is on the disk now."""
        while self._waiting:
            job = self._waiting[0]
            try:
                (self._grow if job.grows else self._put)(job)
            except OSError as error:
                self._complain(error)
                return False
            self._waiting.pop(0)
        if self.trouble is not None:
            self.trouble = None
            self.say(f"{self.folder} can be written again; nothing is missing.")
        return True

    def _complain(self, error: OSError) -> None:
        """Says what the disk refuses, once."""
        if self.trouble is None or self.trouble.errno != error.errno:
            self.say(
                f"Warning: cannot write to {self.folder}: {error.strerror}. "
                "Going on in memory, and trying again."
            )
        self.trouble = error

    def length(self, name: str) -> int:
        """Of a growing file, with what waits."""
        waiting = (len(job.content) for job in self._waiting if job.grows and job.name == name)
        return self._length(name) + sum(waiting)

    def cut(self, name: str, length: int) -> None:
        """A growing file back to a length that it had."""
        beyond = self.length(name) - length
        for job in [job for job in reversed(self._waiting) if job.grows and job.name == name]:
            kept = max(0, len(job.content) - beyond)
            beyond, job.content = beyond - (len(job.content) - kept), job.content[:kept]
        if beyond > 0:
            os.truncate(self.folder / name, length)
            self._written[name] = length

    def sync(self, names: Iterable[str]) -> None:
        """Growing files are safe on the disk as far as they go."""
        for name in names:
            with (self.folder / name).open("rb+") as file:
                os.fsync(file.fileno())

    def _length(self, name: str) -> int:
        if name not in self._written:
            self._written[name] = (self.folder / name).stat().st_size
        return self._written[name]

    def _put(self, job: _Job) -> None:
        atomic.write(self.folder / job.name, job.content)

    def _grow(self, job: _Job) -> None:
        """All of it or nothing: a full disk takes half a line."""
        length = self._length(job.name)
        with (self.folder / job.name).open("rb+", buffering=0) as file:
            if file.seek(0, os.SEEK_END) != length:
                raise OSError(errno.EIO, f"{job.name} was changed by somebody else")
            try:
                left = memoryview(job.content)
                while left:
                    left = left[file.write(left) :]
            except BaseException:
                with contextlib.suppress(OSError):
                    os.truncate(file.fileno(), length)
                raise
        self._written[job.name] = length + len(job.content)
