"""The run folder: plain files, written whole or not at all."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from paradigms.enclosure import check_enclosed
from paradigms.errors import Unwritten, UsageError
from paradigms.runs import atomic
from paradigms.runs.lock import NAME, sole
from paradigms.runs.writer import Writer

HELD = (
    *("checkpoint", "model", "report.html", "figures", "summary.json"),
    *("metrics.jsonl", "predictions.csv", "snapshots.json", "snapshots.safetensors"),
)
"""Everything a run leaves in its folder beside config.json, in the order in which it goes."""
HEADER = "learner,setting,seed,row,target,prediction\n"
EMPTY = {"metrics.jsonl": 0, "predictions.csv": len(HEADER)}
"""How long the growing files are with nothing in them yet."""
VERSION = 2
"""Of config.json and all that stands beside it: the newest that is understood."""


def plain(value: Any) -> Any:
    """The value with NaN and infinities as None, and NumPy's numbers as Python's.

    >>> plain({"a": [float("nan"), np.float32(0.5)]})
    {'a': [None, 0.5]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=plain)


def _line(row: Mapping[str, Any]) -> str:
    """As it stands in metrics.jsonl."""
    try:
        return _ENCODER.encode(row) + "\n"
    except ValueError:  # a number that JSON does not have
        return _ENCODER.encode(plain(row)) + "\n"


class RunFolder:
    """A folder and the files that docs/run-folder.md names."""

    def __init__(self, path: Path, new: bool = False, numbered: bool = False, force: bool = False) -> None:
        self.path, self.new, self._numbered, self._force = path, new, numbered, force
        self.writer = Writer(path)

    @classmethod
    def choose(cls, out: Path | None, command: str, force: bool) -> RunFolder:
        """A folder for a new run, `runs/<command>-<date>-<n>` unless `out` names one; nothing is touched.

        Raises:
            UsageError: the folder holds something and `force` is off.
        """
        if out is None:
            stem = f"{command.replace(' ', '-')}-{date.today().isoformat()}"
            return cls(Path("runs") / stem, new=True, numbered=True)
        with _said(out):
            if out.exists() and not out.is_dir():
                raise UsageError(f"--out {out} is a file.", "Name a folder.")
            if out.is_dir() and _holds_something(out):
                _check_overwrite(out, force)
        return cls(out, new=True, force=force)

    @contextmanager
    def writing(self, say: Callable[[str], None], config: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Nobody else writes here inside; a new run's folder is made with this config, an old one's checked.

        Yields:
            What its config.json says.

        Raises:
            UsageError: it cannot be written, another command does, or something in it leads elsewhere.
            Unwritten: the disk refused to the last.
        """
        with ExitStack() as held:
            with _said(self.path):
                if self.new:
                    self._make()
                held.enter_context(sole(self.path))
                kept = self._open(config)
            self.writer.say = say
            with self._until_written():
                yield kept

    def _open(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """An empty run, or a run as it was left."""
        if not self.new:
            self._tidy()
            kept: dict[str, Any] = self.read_json("config.json", dict)
            return kept
        if _holds_something(self.path):
            _check_overwrite(self.path, self._force)
        self.begin(config)
        return dict(config)

    @contextmanager
    def _until_written(self) -> Iterator[None]:
        """What waits is tried once more at the end, whatever ended it."""
        try:
            yield
        finally:
            whole = self.writer.flush()
        if not whole and self.writer.trouble is not None:
            raise Unwritten(
                f"{self.path} could not be written to the end: {self.writer.trouble.strerror}.",
                f"Mend that, then go on with --resume {self.path}",
            )

    def _make(self) -> None:
        if self._numbered:
            self.path, self._numbered = _numbered(self.path), False
            self.writer = Writer(self.path)
        self.path.mkdir(parents=True, exist_ok=True)

    def begin(self, config: Mapping[str, Any]) -> None:
        """What an earlier run left goes; a new one's files and folders are made.

        At every moment in between, config.json says a run that can be gone on with, the old or the new.

        Raises:
            UsageError: the folder cannot be written.
        """
        with _said(self.path):
            self._make()
            for name in HELD:
                path = self.path / name
                real = path.is_dir() and not path.is_symlink()
                shutil.rmtree(path) if real else path.unlink(missing_ok=True)
            self._furnish(as_json(config))

    def _tidy(self) -> None:
        """What a killed command was in the middle of writing goes."""
        check_enclosed(self.path)
        with tempfile.TemporaryFile(dir=self.path):
            pass
        for folder in (self.path, self.path / "model", self.path / "checkpoint"):
            for path in folder.glob(".*.part"):
                path.unlink()
        self._furnish()

    def _furnish(self, config: bytes | None = None) -> None:
        """The folders, and the growing files with nothing in them yet; of a new run its config before all."""
        if config is not None:
            atomic.write(self.path / "config.json", config)
        for name in ("model", "checkpoint"):
            (self.path / name).mkdir(exist_ok=True)
        for path, content in ((self.metrics, b""), (self.predictions, HEADER.encode())):
            if not path.exists():
                atomic.write(path, content)

    @property
    def metrics(self) -> Path:
        """The rows."""
        return self.path / "metrics.jsonl"

    @property
    def predictions(self) -> Path:
        """The held-out rows."""
        return self.path / "predictions.csv"

    def write_json(self, name: str, content: Any) -> None:
        """Under its final name only when complete."""
        self.writer.put(name, as_json(content))

    def read_json(self, name: str, kind: type = object) -> Any:
        """The content of one of the folder's JSON files, which must be of this kind."""
        try:
            content = self.writer.read(name)
            if content is None:
                raise UsageError(f"{self.path} holds no {name}.", "Name the folder of a run.")
            found = json.loads(content.decode("utf-8"))
            if not isinstance(found, kind):
                raise ValueError
            return found
        except (OSError, ValueError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or "it is not JSON, or not a run's"
            raise UsageError(
                f"{self.path / name} cannot be read: {reason}.", "Name the folder of a run."
            ) from None

    def append(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows at the end of metrics.jsonl."""
        self.writer.append(self.metrics.name, "".join(_line(row) for row in rows).encode())

    def write_arrays(self, name: str, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> None:
        """A safetensors file, with plain data in its header."""
        self.writer.put(name, as_safetensors(arrays, about))

    def read_arrays(self, name: str) -> dict[str, np.ndarray]:
        """What `write_arrays` wrote, none if there is no such file."""
        try:
            content = self.writer.read(name)
            return {} if content is None else load(content)
        except (OSError, SafetensorError) as error:
            raise UsageError(f"{self.path / name} cannot be read: {error}.", "Train again.") from None

    def sizes(self) -> dict[str, int]:
        """How long the growing files are, so that a resumed run can cut what came after."""
        return {name: self.writer.length(name) for name in EMPTY}

    def cut(self, sizes: Mapping[str, int]) -> None:
        """Back to `sizes`."""
        for name in EMPTY:
            self.writer.cut(name, sizes[name])


def as_json(content: Any) -> bytes:
    """As it stands in a file."""
    return (json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def as_safetensors(arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> bytes:
    """As they stand in a file, with plain data in its header."""
    kept = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
    return save(kept, {"about": json.dumps(plain(about), allow_nan=False)})


def _numbered(path: Path) -> Path:
    """Makes the first of path-1, path-2, … that is not there, even while others do the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for n in count(1):
        numbered = path.with_name(f"{path.name}-{n}")
        try:
            numbered.mkdir()
        except FileExistsError:
            continue
        return numbered
    raise AssertionError


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """What the file system refuses, in one line."""
    try:
        yield
    except OSError as error:
        hint = "Name another folder with --out."
        raise UsageError(f"cannot write to {path}: {error.strerror or error}.", hint) from None


def _holds_something(path: Path) -> bool:
    """Beside a lock, and a file that was never finished."""
    return any(one.name != NAME and not atomic.unfinished(one) for one in path.iterdir())


def _check_overwrite(path: Path, force: bool) -> None:
    """Only a run may be overwritten, and only when asked."""
    if not (path / "config.json").is_file():
        raise UsageError(f"{path} is not empty and is not a run's folder.", "Name another folder with --out.")
    if not force:
        raise UsageError(
            f"{path} already holds a run.", "Add --force to replace it, or name another with --out."
        )
