"""What takes long beside training (episodes of a baseline, a validation, a test): named, followed, ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from paradigms.studies.asking.assembly import Assembly

if TYPE_CHECKING:
    from paradigms.studies.training.learning import Control

LONG, TICK = 2.0, 0.25
"""Seconds after which it is named, and between two looks."""


class Beside:
    """Is told by the learner what is done and how far it is; calls `end` when the person wants to stop."""

    def __init__(self, end: Callable[[str], None], control: Control, assembly: Assembly) -> None:
        self.end, self.control, self.assembly = end, control, assembly
        self.what, self.began, self.looked = "", 0.0, 0.0
        self.named: set[str] = set()

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what != self.what:
            self.what, self.began, self.looked = what, now, now
        if done >= total:
            self.what = ""  # training goes on
        if now - self.looked < TICK:
            return
        self.looked = now
        if not self.control.patient and self.control.stop():
            self.end(what)
        if now - self.began > LONG:
            self._follow(what, done, total)

    def _follow(self, what: str, done: int, total: int) -> None:
        if what not in self.named:
            self.named.add(what)
            self.control.say(f"{self.assembly.id}: {what} …")
        self.control.look(f"{self.assembly.entry.title}, {what}", done, total)
