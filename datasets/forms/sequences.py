"""Sequences: independent rows that are read step by step, with one answer for the whole."""

from __future__ import annotations

from dataclasses import dataclass

from .rows import Rows


@dataclass(frozen=True)
class Sequences(Rows):
    """Sequences of `steps`, each of `channels` numbers.

    >>> Sequences(50, 2).shape, Sequences(50, 2).target_shape
    ((50, 2), ())
    """

    steps: int
    channels: int = 1
    name = "sequences"

    @property
    def shape(self) -> tuple[int, ...]:
        """`(steps, channels)`."""
        return self.steps, self.channels

    @property
    def words(self) -> str:
        """What an example is, for people."""
        numbers = "a number" if self.channels == 1 else f"{self.channels} numbers"
        return f"sequences of {self.steps} steps, {numbers} each"
