"""A run's folder as bytes, and back: plain files under the names that a run leaves, behind their checksum.

What comes back from elsewhere is looked at as a whole before any of it is written.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from paradigms.runs import atomic
from paradigms.runs.folder import RunFolder
from paradigms.studies.saving.generations import Generations

FILES = ("config.json", "metrics.jsonl", "predictions.csv", "snapshots.json", "snapshots.safetensors")
ROOMS = ("model", "checkpoint")
PREFIX = "share-"
"""Of a share's folder in its run's `checkpoint/`."""
LARGEST = 1 << 32
"""Bytes, at most."""
_SUM = hashlib.sha256().digest_size
_GENERATION = re.compile(r"(.+)\.(\d{1,9})\.(?:json|safetensors)")


class Refused(ValueError):
    """Bytes that are no run's folder; the text says why."""


def packed(folder: Path) -> bytes:
    """A folder's files, of a state that is saved again and again the newest."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in _kept(folder):
            content = path.read_bytes()
            about = tarfile.TarInfo(path.relative_to(folder).as_posix())
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    content = held.getvalue()
    return hashlib.sha256(content).digest() + content


def _kept(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and _belongs(parts) and not _stale(path):
            yield path


def _stale(path: Path) -> bool:
    match = _GENERATION.fullmatch(path.name)
    if match is None or path.parent.name != "checkpoint":
        return False
    newest = Generations(RunFolder(path.parent.parent), match[1]).numbers[:1]
    return [int(match[2])] != newest


def _belongs(parts: Sequence[str]) -> bool:
    """Whether a run leaves a file of this name."""
    if not parts or any(not one or one.startswith(".") or set(one) & set("\\:\0") for one in parts):
        return False
    if len(parts) <= 2:
        return parts[0] in (FILES if len(parts) == 1 else ROOMS)
    return parts[0] == "checkpoint" and parts[1].startswith(PREFIX) and _belongs(parts[2:])


def opened(content: bytes) -> dict[str, bytes]:
    """Name → content of its files.

    Raises:
        Refused: too many bytes, others than were sent, a link, or a name that no run leaves.
    """
    if len(content) > LARGEST:
        raise Refused(f"{len(content):,} bytes are too many")
    if hashlib.sha256(content[_SUM:]).digest() != content[:_SUM]:
        raise Refused("its checksum does not fit")
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content[_SUM:]), mode="r:") as tar:
            for member in tar:
                if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
                    raise Refused(f"{member.name!r} is no plain file")
                if member.name in found or not _belongs(member.name.split("/")):
                    raise Refused(f"no run leaves a file {member.name!r}")
                if member.size > len(content):
                    raise Refused(f"{member.name!r} is larger than what came")
                file = tar.extractfile(member)
                found[member.name] = b"" if file is None else file.read()
    except tarfile.TarError as error:
        raise Refused(f"it cannot be read: {error}") from None
    return found


def unpack(content: bytes, folder: Path, lasting: bool = True) -> None:
    """The folder as it was packed, in place of what is there; `lasting`: it survives a power cut.

    Raises:
        Refused: nothing has changed.
        OSError: the disk has refused it.
    """
    files = opened(content)
    part = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(part, ignore_errors=True)
    for room in ("", *ROOMS):
        (part / room).mkdir(parents=True)
    for name, held in files.items():
        path = part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(held)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    atomic.sync(folder.parent)
