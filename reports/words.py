"""Numbers as people read them: few digits, thousands apart, a dash for what is not known."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

NOTHING = "–"


class Told(str):
    """A text and the value that it tells: what a table shows, a title quotes and the summary holds is one.

    >>> number(0.48317), number(0.48317).value
    ('0.4832', 0.48317)
    """

    value: Any

    def __new__(cls, text: str, value: Any) -> Told:
        """`text`, which says `value`."""
        told = super().__new__(cls, text)
        told.value = value
        return told


SMALL = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits as they stand in a power."""
HUGE = 10
"""The power of ten from which on nobody counts digits: what explodes is told by its power."""


def number(value: Any, digits: int = 4) -> Told:
    """About `digits` significant digits, thousands apart, tiny and huge ones as a power of ten.

    >>> number(0.48317), number(25143.27), number(4), number(None), number(0.00001234), number(-2.4e27)
    ('0.4832', '25,143', '4', '–', '1.2×10⁻⁵', '−2.4×10²⁷')
    """
    return Told(_digits(value, digits), value)


def _digits(value: Any, digits: int) -> str:
    if value is None or not math.isfinite(value):
        return NOTHING
    if float(value).is_integer() and abs(value) < 10**HUGE:
        return signed(f"{int(value):,}")
    power = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))  # of what is written: 0.99996 is 1
    if power < -4 or power >= HUGE:
        return signed(f"{value / 10.0**power:.{min(digits, 2) - 1}f}×10") + str(power).translate(SMALL)
    decimals = digits - 1 - power if power >= -1 else max(digits, 1 - power)
    return signed(f"{value:,.{max(0, decimals)}f}")


def given(value: Any, digits: int = 4) -> Told:
    """A number that somebody set: no digit that it does not need.

    >>> given(0.05), given(6.4), given(5.33414), given(76800), given(1e-5), given(None)
    ('0.05', '6.4', '5.334', '76,800', '10⁻⁵', '–')
    """
    base, power, rest = number(value, digits).partition("×")
    short = _bare(base)
    return Told(rest if power and short == "1" else f"{short}{power}{rest}", value)


def tick(value: float, _: object = None) -> str:
    """A number on an axis: no more digits than it needs.

    >>> tick(0.30000000000000004), tick(25000.0), tick(-0.5)
    ('0.3', '25,000', '−0.5')
    """
    short = f"{value:.6g}"
    return signed(f"{value:,.0f}" if abs(value) >= 1000 and float(value).is_integer() else short)


def tick_percent(value: float, _: object = None) -> str:
    """A share on an axis, in per cent."""
    return tick(100 * value) + "\u202f%"


def signed(text: str) -> str:
    """A true minus sign, and no negative zero."""
    # What is empty without signs, noughts and points is a zero: "-0.00" loses its sign.
    return (
        text.lstrip("-") if not text.strip("-0.,") else text.replace("-", "−", 1) if text[0] == "-" else text
    )


_PYTHONS = re.compile(r"(?<![\w.])(-?)(nan|inf|\d[\d,.]*(?:e[+-]\d+)?)\b")


def typeset(text: str) -> str:
    """The numbers in a text that Python formatted, written as `number` writes them.

    >>> typeset("-inf %, nan, at -1.9 to 3e-04"), typeset("1,024 of x-1 at 300-450")
    ('– %, –, at −1.9 to 3×10⁻⁴', '1,024 of x-1 at 300-450')
    """
    return _PYTHONS.sub(_typeset, text)


def _typeset(found: re.Match[str]) -> str:
    sign, digits = found.groups()
    if digits in ("nan", "inf"):
        return NOTHING
    base, _, power = digits.partition("e")
    return signed(f"{sign}{base}") + (f"×10{str(int(power)).translate(SMALL)}" if power else "")


def percent(value: Any) -> Told:
    """A share as per cent: whole, but with a decimal close to 0 and to 100 %, where it matters.

    >>> print(percent(0.5), percent(0.9968), percent(1.234), percent(None), sep="; ")
    50 %; 99.7 %; 123 %; –
    """
    if value is None or not math.isfinite(value):
        return Told(NOTHING, value)
    if abs(value) >= 10 ** (HUGE - 2):
        return Told(f"{_digits(100 * value, 2)}\u202f%", value)
    close = abs(value - 1) < 0.0995 or 0 < abs(value) < 0.0995
    return Told(signed(f"{100 * value:,.{1 if close else 0}f}") + "\u202f%", value)


def span(ends: Sequence[Any] | None, form: Any = number) -> Told:
    """Two ends of an interval; an end that is missing is open, and ends that read the same are the same.

    >>> span([0.41, 0.52]), span([None, 3]), span(None)
    ('0.4100 to 0.5200', 'up to 3', '–')
    """
    ends = None if ends is None else [None if end is None or not math.isfinite(end) else end for end in ends]
    return Told(_between(ends, form), ends)


def _between(ends: Sequence[Any] | None, form: Any) -> str:
    if ends is None or all(end is None for end in ends):
        return NOTHING
    low, high = ends
    if low is None:
        return f"up to {form(high)}"
    if high is None:
        return f"from {form(low)}"
    first, last = str(form(low)), str(form(high))
    if "." in first + last and _bare(first) == _bare(last):  # −13 and −13.00
        first = last = min(first, last, key=len)
    return f"{first} to {last}"


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def seconds(value: Any) -> Told:
    """A duration: `0.8 s`, `12 s`, `2 min 05 s`."""
    return Told(_duration(value), value)


def _duration(value: Any) -> str:
    if value is None or not math.isfinite(value):
        return NOTHING
    if value < 60:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


def times(ratio: float) -> str:
    """How many times: `1.8 times`, `42 times`."""
    return f"{number(float(f'{ratio:.2g}'), 2)} times"


def count(n: int, one: str, many: str | None = None) -> Told:
    """`1 seed`, `3 seeds`."""
    return Told(f"{n:,} {one if n == 1 else many or one + 's'}", n)


def listing(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""


def shortened(text: str, length: int) -> str:
    """`text` on one line, its end replaced by … where it is longer than `length`."""
    flat = " ".join(str(text).split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def squeezed(text: str, length: int) -> str:
    """Like `shortened`, but what stands at the end is kept too: `plan of…premium`."""
    flat = " ".join(str(text).split())
    half = (length - 1) // 2
    return flat if len(flat) <= length else f"{flat[: length - 1 - half].rstrip()}…{flat[-half:].lstrip()}"


def close(text: str) -> str:
    """A number and its % stay on one line."""
    return re.sub(r"(?<=\d) %", "\u202f%", text)


def sentence(text: str) -> str:
    """`text` with a capital at its beginning, its other letters as they are."""
    return text[:1].upper() + text[1:]
