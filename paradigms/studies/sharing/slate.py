"""What a share that is trained on this disk says meanwhile, and is asked: two files beside its folder."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from paradigms.runs import atomic

TICK = 0.05
"""Seconds between two looks, on either side."""


class Slate:
    """Of the share whose folder is, or will be, at `path`; who trains it writes, who waits for it asks."""

    def __init__(self, path: Path) -> None:
        self._told, self._end = (path.with_name(f"{path.name}.{what}") for what in ("told", "end"))
        self._looked = self._wrote = -TICK
        self._ended = False

    def wipe(self) -> None:
        """Nothing is told, and nobody asks."""
        for file in (self._told, self._end):
            file.unlink(missing_ok=True)

    def write(self, told: Mapping[str, Any]) -> None:
        """For the other to read; every now and then, since only the last counts."""
        now = time.monotonic()
        if now - self._wrote >= TICK:
            self._wrote = now
            with suppress(OSError):  # it is no more than a word on the way
                part = atomic.temporary(self._told)
                part.write_text(json.dumps(told))
                part.replace(self._told)

    def read(self) -> dict[str, Any]:
        """What was written last, or nothing."""
        with suppress(OSError, ValueError):
            return dict(json.loads(self._told.read_bytes()))
        return {}

    def ask_to_end(self) -> None:
        """It shall save itself, and end at the step it is at."""
        self._end.touch()

    def asked_to_end(self) -> bool:
        """Whether it shall."""
        now = time.monotonic()
        if not self._ended and now - self._looked >= TICK:
            self._looked, self._ended = now, self._end.exists()
        return self._ended
