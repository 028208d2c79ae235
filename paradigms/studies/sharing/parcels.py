"""A person's files as they travel: by the checksum of what they hold, once to each worker, gone at the end.

A folder travels as one archive of its visible files. A worker keeps what it was sent in temporary space of
its own, which nobody else may read, until nobody has asked for it for a while, or the study or its process
is over.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Lock, Timer
from typing import NamedTuple

from paradigms.errors import UsageError

KEPT = 600.0
"""Seconds that a worker keeps what nobody asks for."""


class Parcel(NamedTuple):
    """A file's bytes, or a folder's archive; `content` is None where the worker is thought to have it.

    Splits hang on the name.
    """

    name: str
    sha256: str
    folder: bool
    content: bytes | None

    @property
    def known(self) -> Parcel:
        """Without what is in it."""
        return self._replace(content=None)


Files = Mapping[str, Parcel]
"""By the path as it was asked."""


def carried(paths: Iterable[Path]) -> dict[str, Parcel]:
    """A person's files and folders as they travel.

    Raises:
        UsageError: one of them is none, or can be read only once.
    """
    found = {}
    for path in paths:
        if not (path.is_file() or path.is_dir()):
            raise UsageError(f"{path} is no file that could travel to other machines.", "Save it as one.")
        content = _packed(path) if path.is_dir() else path.read_bytes()
        name = path.resolve().name if path.is_dir() else path.name
        found[str(path)] = Parcel(name, hashlib.sha256(content).hexdigest(), path.is_dir(), content)
    return found


def _packed(folder: Path) -> bytes:
    """The same bytes wherever and whenever: no owner, no time."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                content = path.read_bytes()
                about = tarfile.TarInfo(name.as_posix())
                about.size = len(content)
                tar.addfile(about, io.BytesIO(content))
    return held.getvalue()


class Laid:
    """One of them on this worker's disk, for as long as somebody holds this."""

    def __init__(self, parcel: Parcel) -> None:
        content = parcel.content or b""
        if hashlib.sha256(content).hexdigest() != parcel.sha256:
            raise ValueError(f"{parcel.name} is not what was sent")
        room = Path(tempfile.mkdtemp(prefix="paradigms-data-"))
        Finalize(self, shutil.rmtree, args=(room, True), exitpriority=0)
        self.path = room / parcel.name
        if parcel.folder:
            _unpack(content, self.path)
        else:
            self.path.write_bytes(content)


def _unpack(content: bytes, folder: Path) -> None:
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
        for member in tar:
            file = tar.extractfile(member) if ".." not in Path(member.name).parts else None
            if file is None or Path(member.name).is_absolute():
                raise ValueError(f"{member.name!r} is no file of a folder")
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.read())


Known = tuple[str, str]
"""Its checksum and its name."""

_kept: dict[Known, tuple[Laid, Timer]] = {}
_lock = Lock()


def received(files: Files) -> dict[Path, Laid] | None:
    """What this worker has of them, to be held while they are read; None where it lacks one.

    Raises:
        ValueError: one is not what was sent.
    """
    with _lock:
        found = {Path(path): _laid(parcel) for path, parcel in files.items()}
    there = {path: laid for path, laid in found.items() if laid is not None}
    return there if len(there) == len(found) else None


def _laid(parcel: Parcel) -> Laid | None:
    """Kept for a while from now on."""
    known = parcel.sha256, parcel.name
    if known in _kept:
        laid, before = _kept[known]
        before.cancel()
    elif parcel.content is None:
        return None
    else:
        laid = Laid(parcel)
    timer = Timer(KEPT, _kept.pop, (known, None))
    timer.daemon = True
    timer.start()
    _kept[known] = laid, timer
    return laid


def forget() -> None:
    """Whatever nobody reads at this moment goes."""
    with _lock:
        while _kept:
            _, (_, timer) = _kept.popitem()
            timer.cancel()
