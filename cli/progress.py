"""Progress on stderr, and Ctrl-C that waits for the block's end."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

PATIENCE = 2.0
"""Seconds before a bar appears."""


class Progress:
    """One bar per learner, with the time left; nothing where stderr is not a terminal."""

    def __init__(self, silent: bool) -> None:
        self.silent = silent
        self.bars = not silent and sys.stderr.isatty()
        self.color = None if "NO_COLOR" not in os.environ else False
        self._bar: Any = None
        self._title, self._since = "", 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def say(self, text: str) -> None:
        """A text for the person."""
        if not self.silent:
            self._close()
            click.echo(text, err=True, color=self.color)

    def look(self, title: str, done: int, total: int) -> None:
        """Training of `title` stands at `done` of `total`."""
        if not self.bars:
            return
        if title != self._title:
            self._close()
            self._title, self._since = title, time.monotonic()
        if self._bar is None and done < total and time.monotonic() - self._since > PATIENCE:
            self._bar = click.progressbar(
                length=total, label=f"{title:<15}", file=sys.stderr, color=self.color
            )
            self._bar.__enter__()
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)
        if done >= total:
            self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


class Stop:
    """Whether the person asked to stop, and by which signal."""

    def __init__(self) -> None:
        self.number: int | None = None

    def asked(self) -> bool:
        """Whether to end at the next block."""
        return self.number is not None

    @property
    def exit_code(self) -> int:
        """130 for Ctrl-C, 143 for a polite kill."""
        return 128 + (self.number or signal.SIGINT)


@contextmanager
def stopping(stop: Stop) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) lets the block finish; the second leaves at once."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def ask(number: int, _: object) -> None:
        stop.number = number
        for each in signals:
            signal.signal(each, before[each])
        click.echo("\nStopping at the end of this block; again to leave at once.", err=True)

    for number in signals:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, before[number])
