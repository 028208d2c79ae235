"""What an option is: its type, its limits, and how a value that was typed is checked against them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from paradigms.errors import UsageError, unknown

Kind = Literal["int", "float", "text", "choice", "widths", "names", "columns", "flag", "model", "size"]
DEEPEST = 30
"""Hidden layers, at most."""


@dataclass(frozen=True)
class Option:
    """One option. `low` and `high` bound numbers; `open_low` excludes the lower bound itself.

    An option stacks when replicas that differ in it train in one batched program; others need programs of
    their own.
    """

    kind: Kind
    help: str
    name: str = ""
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    choices: tuple[str, ...] = ()
    stacks: bool = False

    @property
    def flag(self) -> str:
        """As typed: `--batch-size`."""
        return "--" + self.name.replace("_", "-")

    def check(self, value: Any) -> Any:
        """The value, in this option's type.

        Raises:
            UsageError: a value out of its type or limits.
        """
        checks: dict[Kind, Callable[[Any], Any]] = {
            "int": self._number,
            "float": self._number,
            "text": self._text,
            "choice": self._choice,
            "widths": self._widths,
            "names": self._names,
            "columns": self._columns,
            "flag": self._flag,
            "size": self._size,
            "model": self._model,
        }
        return None if value is None else checks[self.kind](value)

    def _choice(self, value: Any) -> Any:
        if value not in self.choices:
            raise unknown(self.name.replace("_", " "), str(value), self.choices, _sweep(self.name, value))
        return value

    def _flag(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise UsageError(f"{self.flag} is true or false, not {value!r}.", _sweep(self.name, value))
        return value

    def _size(self, value: Any) -> str:
        if size(str(value)) is None:
            raise UsageError(f"{self.flag} must be a size such as 1GB or 512MB, not {value!r}.")
        return str(value)

    def _model(self, value: Any) -> Any:
        """One of the choices, or MODULE:FACTORY."""
        place, colon, name = str(value).partition(":")
        if isinstance(value, str) and colon and all(one.isidentifier() for one in [*place.split("."), name]):
            return value
        if colon:
            raise UsageError(f"{self.flag} names a network as MODULE:FACTORY, not {value!r}.")
        return self._choice(value)

    def _text(self, value: Any) -> str:
        if not isinstance(value, str | Path | int) or isinstance(value, bool) or not str(value).strip():
            raise UsageError(f"{self.flag} must be a name, not {value!r}.")
        return str(value)

    def _names(self, value: Any) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
            raise UsageError(f"{self.flag} must be names with commas between them, not {value!r}.")
        names = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
        if not names:
            raise UsageError(f"{self.flag} names nothing.", "Leave it out, or name something.")
        return names

    def _columns(self, value: Any) -> tuple[str, ...]:
        """As given: only who knows the columns' names can tell a comma in one from one between two."""
        parts = [value] if isinstance(value, str) else value
        self._names(parts)
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def _number(self, value: Any) -> int | float:
        word = "a whole number" if self.kind == "int" else "a number"
        try:
            number = _whole(value) if self.kind == "int" else float(value)
            if isinstance(value, bool):
                raise TypeError
        except (TypeError, ValueError, OverflowError):
            raise UsageError(
                f"{self.flag} must be {word}, not {value!r}.", _sweep(self.name, value)
            ) from None
        within = self.low <= number <= self.high and number < math.inf
        if within and not (self.open_low and number == self.low):
            return number
        above = f"above {self.low:g}" if self.open_low else f"of at least {self.low:g}"
        below = f" and at most {self.high:g}" if math.isfinite(self.high) else ""
        raise UsageError(f"{self.flag} must be {word} {above}{below}, not {value}.")

    def _widths(self, value: Any) -> tuple[int, ...]:
        several = value.replace("x", ",").split(",") if isinstance(value, str) else value
        parts = several if isinstance(several, list | tuple) else [several]
        try:
            widths = tuple(width for part in parts if str(part).strip() for width in _layers(str(part)))
        except ValueError:
            widths = (0,)
        if not widths or min(widths) < 1:
            raise UsageError(f"{self.flag} must be layer widths such as 64,64 or 20*32, not {value!r}.")
        if len(widths) > DEEPEST:
            raise UsageError(f"{self.flag} names {len(widths)} layers; at most {DEEPEST} can be trained.")
        return widths


def size(text: str) -> int | None:
    """Bytes behind a size; None if it is none.

    >>> size("1.5GB"), size("64 kb"), size("many")
    (1500000000, 64000, None)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([kmgt]?)b?", text.strip().lower())
    return None if found is None else int(float(found[1]) * 1000 ** " kmgt".index(found[2] or " "))


def _layers(text: str) -> list[int]:
    """One width, or so many times the same: 20*32."""
    count, _, width = text.rpartition("*")
    return [int(width)] * (int(count) if count else 1)


def _sweep(name: str, value: Any) -> str:
    """Where several values were given, what they may have been meant for."""
    return f"To try several: paradigms.sweep(…, {name}={value!r})" if isinstance(value, list) else ""


def _whole(value: Any) -> int:
    """A whole number, also where it is written as 1e5 or 5.0."""
    text = str(value).strip()
    if text.lstrip("+-").isdigit():
        return int(text)  # not by way of float, which rounds long ones
    number = float(value)
    if number != int(number):
        raise ValueError
    return int(number)
