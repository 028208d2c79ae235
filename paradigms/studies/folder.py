"""The run folder: plain files, written whole or not at all."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save

from paradigms.errors import UsageError

DERIVED = ("report.html", "figures", "summary.json")
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

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metrics, self.predictions = path / "metrics.jsonl", path / "predictions.csv"

    @classmethod
    def create(cls, out: Path | None, command: str, force: bool) -> RunFolder:
        """A new folder, `runs/<command>-<date>-<n>` unless `out` names one.

        Raises:
            UsageError: the folder holds something and `force` is off, or it cannot be written.
        """
        path = out or _next(Path("runs"), command)
        if path.exists() and not path.is_dir():
            raise UsageError(f"--out {path} is a file.", "Name a folder.")
        if path.is_dir() and any(path.iterdir()):
            _check_overwrite(path, force)
        try:
            path.mkdir(parents=True, exist_ok=True)
            for name in ("model", "checkpoint"):
                (path / name).mkdir(exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"cannot write to {path}: {error.strerror}.", "Name another folder with --out."
            ) from None
        folder = cls(path)
        folder.metrics.write_text("")
        folder.predictions.write_text(HEADER)
        return folder

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
            raise UsageError(f"{self.path / name} cannot be read: {error}.") from None

    def append(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows at the end of metrics.jsonl."""
        text = "".join(json.dumps(plain(row), ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        with self.metrics.open("a", encoding="utf-8") as file:
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


def _next(parent: Path, command: str) -> Path:
    stem = f"{command.replace(' ', '-')}-{date.today().isoformat()}"
    n = 1
    while (parent / f"{stem}-{n}").exists():
        n += 1
    return parent / f"{stem}-{n}"


def _check_overwrite(path: Path, force: bool) -> None:
    """Only a run may be overwritten, and only when asked."""
    if not (path / "config.json").is_file():
        raise UsageError(f"{path} is not empty and is not a run's folder.", "Name another folder with --out.")
    if not force:
        raise UsageError(
            f"{path} already holds a run.", "Add --force to replace it, or name another with --out."
        )
    for name in (
        *DERIVED,
        "config.json",
        "metrics.jsonl",
        "predictions.csv",
        "snapshots.json",
        "snapshots.safetensors",
    ):
        (path / name).unlink() if (path / name).is_file() else shutil.rmtree(path / name, ignore_errors=True)
    for name in ("model", "checkpoint"):
        shutil.rmtree(path / name, ignore_errors=True)
