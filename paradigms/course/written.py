"""How a claim's numbers are written: as many digits as tell the ends of an interval apart, and one unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from paradigms.reports.words import given, number

Form = Literal["number", "percent", "points"]
UNITS: dict[str, tuple[float, str]] = {
    "number": (1.0, ""),
    "percent": (100.0, "\u202f%"),
    "points": (100.0, " points"),
}
"""What a value is multiplied by, and what stands behind it; of shares, a difference is one of points."""


def value(found: Any, form: Form, ends: Sequence[float] | None = None) -> str:
    """A value, as finely as its interval asks.

    >>> value(22.3199, "number"), value(1.003, "number", (1.002, 1.004)), value(0.1591, "points", (0.1, 0.2))
    ('22.32', '1.003', '15.9 points')
    """
    scale, unit = UNITS[form]
    return f"{number(_times(scale, found), _digits(ends, scale))}{unit}"


def interval(ends: Sequence[float] | None, form: Form) -> str:
    """Two ends and their unit, unless it is a word; nothing where both read alike, as where all seeds agree.

    >>> interval((0.142, 0.201), "percent"), interval((1.0, 1.0), "number")
    ('14.2 to 20.1\u202f%', '')
    """
    if ends is None:
        return ""
    scale, unit = UNITS[form]
    digits = _digits(ends, scale)
    low, high = (number(_times(scale, end), digits) for end in ends)
    return "" if low == high else f"{low} to {high}{'' if form == 'points' else unit}"


def measured(found: Any, form: Form, ends: Sequence[float] | None, note: str = "") -> str:
    """A value with its interval in brackets, where it has one.

    >>> measured(0.159, "percent", (0.142, 0.201)), measured(5, "number", (5, 5))
    ('15.9\u202f% (14.2 to 20.1\u202f%)', '5')
    """
    around = interval(ends, form)
    return value(found, form, ends) + (f" ({around}{note})" if around else "")


def bound(low: float | None, high: float | None, form: Form, least: str, most: str) -> str:
    """What was asked, as it was set; `least` and `most` stand before the one end of an open bound.

    >>> bound(0.08, None, "points", "at least ", "at most "), bound(0.8, 1.3, "number", "≥ ", "≤ ")
    ('at least 8 points', '0.8 to 1.3')
    """
    scale, unit = UNITS[form]
    first, last = (
        "" if end is None or math.isinf(end) else given(_times(scale, end), 5) for end in (low, high)
    )
    if first and last:
        return f"{first} to {last}{unit}" if first != last else f"{first}{unit}"
    return f"{least}{first}{unit}" if first else f"{most}{last}{unit}"


def _digits(ends: Sequence[float] | None, scale: float) -> int:
    """Four of what is exact; else three, or as many more as tell the ends apart, up to five."""
    if ends is None:
        return 4
    if all(map(math.isfinite, ends)):
        for digits in (3, 4, 5):
            if len({given(_times(scale, end), digits) for end in ends}) > 1:
                return digits
    return 3


def _times(scale: float, found: Any) -> float:
    """Without the dust that multiplying leaves: 100 × 0.07 is 7."""
    product = scale * float("nan" if found is None else found)
    return round(product, 12) if math.isfinite(product) and abs(product) > 1e-3 else product
