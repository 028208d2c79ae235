"""A state that is saved again and again: the newest and the one before it, each known to be whole.

A generation is NAME.N.safetensors for tensors and NAME.N.json for the rest: its version, the tensors'
length and checksum, and a checksum of itself. The JSON is written last, so what it names is there; the
generation before the last goes only when the last is safe.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from paradigms.errors import UsageError
from paradigms.runs import atomic
from paradigms.runs.folder import RunFolder, as_json, as_safetensors, plain

VERSION, KEPT = 1, 2
Saved = tuple[dict[str, Tensor], dict[str, Any]]


class Damaged(Exception):
    """A generation that is not as it was written; the text says why."""


class Generations:
    """The generations of one state in a run's `checkpoint/`."""

    def __init__(self, folder: RunFolder, name: str) -> None:
        self.folder, self.name = folder, name
        self.place = folder.path / "checkpoint"

    @property
    def numbers(self) -> list[int]:
        """Those whose JSON is there, newest first."""
        return sorted(self._found("json"), reverse=True)

    def save(self, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
        """One generation more.

        Raises:
            OSError: what was there before still is, and nothing else.
        """
        number = max([*self._found("json"), *self._found("safetensors"), 0]) + 1
        arrays = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
        held = as_safetensors(arrays, {}) if arrays else None
        try:
            if held is not None:
                atomic.write(self._path(number, "safetensors"), held)
            atomic.write(self._path(number, "json"), as_json(_manifest(plain(about), held)))
        except OSError:
            self._remove(number)
            raise
        self._keep(KEPT)

    def load(self, say: Callable[[str], None]) -> Iterator[Saved]:
        """What was saved, newest first; what is damaged is named and passed over.

        Raises:
            UsageError: a newer version of this project has written it.
        """
        for number in self.numbers:
            try:
                yield self._read(number)
            except Damaged as why:
                say(f"{self._path(number, 'json')} cannot be used ({why}); going back to what was before it.")

    def drop(self) -> None:
        """All of them go."""
        self._keep(0)

    def _keep(self, count: int) -> None:
        kept = self.numbers[:count]
        for number in {*self._found("json"), *self._found("safetensors")} - set(kept):
            self._remove(number)

    def _remove(self, number: int) -> None:
        for kind in ("json", "safetensors"):
            self._path(number, kind).unlink(missing_ok=True)

    def _path(self, number: int, kind: str) -> Path:
        return self.place / f"{self.name}.{number}.{kind}"

    def _found(self, kind: str) -> list[int]:
        names = (
            re.fullmatch(rf"{re.escape(self.name)}\.(\d{{1,9}})\.{kind}", path.name) for path in self._all()
        )
        return [int(match[1]) for match in names if match]

    def _all(self) -> Iterator[Path]:
        return self.place.iterdir() if self.place.is_dir() else iter(())

    def _read(self, number: int) -> Saved:
        path = self._path(number, "json")
        about, told = _opened(path)
        if told is None:
            return {}, about
        try:
            held = self._path(number, "safetensors").read_bytes()
            if _sums(held) != told:
                raise Damaged("its tensors are not those it was saved with")
            return load(held), about
        except OSError as error:
            raise Damaged(f"its tensors: {error.strerror}") from None
        except SafetensorError:
            raise Damaged("its tensors cannot be read") from None


def _sums(held: bytes | None) -> dict[str, Any] | None:
    return None if held is None else {"bytes": len(held), "sha256": hashlib.sha256(held).hexdigest()}


def _manifest(about: Any, held: bytes | None) -> dict[str, Any]:
    content = {"version": VERSION, "about": about, "tensors": _sums(held)}
    return content | {"sha256": _sum(content)}


def _sum(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _opened(path: Path) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What a manifest says, if it is whole."""
    try:
        content = json.loads(path.read_bytes())
        version, stated = content["version"], content.pop("sha256", None)
    except OSError as error:
        raise Damaged(str(error.strerror)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged("it is cut short or not JSON") from None
    if isinstance(version, int) and version > VERSION:
        raise UsageError(
            f"{path} has version {version}; this paradigms reads up to {VERSION}.",
            "Go on with the newer paradigms that wrote it.",
        )
    if stated != _sum(content):
        raise Damaged("its checksum does not fit")
    return content["about"], content["tensors"]
