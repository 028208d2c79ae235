"""The run folder: plain files, written whole or not at all."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save

from paradigms.errors import UsageError

HELD = (
    *("report.html", "figures", "summary.json"),
    *("config.json", "metrics.jsonl", "predictions.csv", "snapshots.json", "snapshots.safetensors"),
    *("model", "checkpoint"),
)
"""Everything a run leaves in its folder."""
HEADER = "learner,seed,row,target,prediction\n"


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


class RunFolder:
    """A folder and the files that docs/run-folder.md names."""

    def __init__(self, path: Path, new: bool = False, numbered: bool = False) -> None:
        self.path, self.new, self._numbered = path, new, numbered

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
            if out.is_dir() and any(out.iterdir()):
                _check_overwrite(out, force)
        return cls(out, new=True)

    def begin(self) -> None:
        """Makes the folder; what an earlier run left in it goes.

        Raises:
            UsageError: it cannot be written.
        """
        with _said(self.path):
            if self._numbered:
                self.path = _numbered(self.path)
            for name in HELD:
                path = self.path / name
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            for name in ("model", "checkpoint"):
                (self.path / name).mkdir(parents=True)
            self.metrics.write_bytes(b"")
            self.predictions.write_bytes(HEADER.encode())

    @property
    def metrics(self) -> Path:
        """The rows."""
        return self.path / "metrics.jsonl"

    @property
    def predictions(self) -> Path:
        """The held-out rows."""
        return self.path / "predictions.csv"

    @property
    def header(self) -> int:
        """The length of predictions.csv before any prediction."""
        return len(HEADER)

    def write_json(self, name: str, content: Any) -> None:
        """Under its final name only when complete."""
        text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)
        self._whole(name, lambda path: path.write_text(text + "\n", encoding="utf-8"))

    def read_json(self, name: str) -> Any:
        """The content of one of the folder's JSON files."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise UsageError(f"{self.path} holds no {name}.", "Name the folder of a run.") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not JSON"
            raise UsageError(
                f"{self.path / name} cannot be read: {reason}.", "Name the folder of a run."
            ) from None

    def append(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows at the end of metrics.jsonl."""
        text = "".join(json.dumps(plain(row), ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        with self.metrics.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)

    def write_tensors(self, name: str, tensors: Mapping[str, torch.Tensor], about: Mapping[str, Any]) -> None:
        """A safetensors file, with plain data in its header."""
        kept = {key: tensor.detach().cpu().contiguous().clone() for key, tensor in tensors.items()}
        header = {"about": json.dumps(plain(about), allow_nan=False)}
        self._whole(name, lambda path: path.write_bytes(save(kept, header)))

    def read_tensors(self, name: str) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """What `write_tensors` wrote."""
        with safe_open(self.path / name, framework="pt") as file:
            about = json.loads((file.metadata() or {}).get("about", "{}"))
            return {key: file.get_tensor(key) for key in file.keys()}, about  # noqa: SIM118

    def _whole(self, name: str, write: Any) -> None:
        final = self.path / name
        part = final.with_name(f".{final.name}.part")
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(final)

    def sizes(self) -> dict[str, int]:
        """How long the growing files are, so that a resumed run can cut what came after."""
        return {path.name: path.stat().st_size for path in (self.metrics, self.predictions)}

    def cut(self, sizes: Mapping[str, int]) -> None:
        """Back to `sizes`."""
        for path in (self.metrics, self.predictions):
            os.truncate(path, sizes[path.name])


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
        raise UsageError(f"cannot write to {path}: {error.strerror}.", hint) from None


def _check_overwrite(path: Path, force: bool) -> None:
    """Only a run may be overwritten, and only when asked."""
    if not (path / "config.json").is_file():
        raise UsageError(f"{path} is not empty and is not a run's folder.", "Name another folder with --out.")
    if not force:
        raise UsageError(
            f"{path} already holds a run.", "Add --force to replace it, or name another with --out."
        )
