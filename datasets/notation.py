"""How numbers are written: decimal mark, groups of three, unit, brackets; and what they can mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

CURRENCIES = "$€£¥₹₽₩₺฿₫₴₪₱"
_CODES = """
    USD EUR GBP CHF JPY CNY INR AUD CAD NZD SEK NOK DKK PLN CZK HUF BRL ZAR KRW RUB TRY MXN SGD HKD
    US$ R$ A$ C$ kr zł Kč Fr Fr. Rs Rs.
"""
_UNITS = """
    % ‰ ° °C °F K kg g mg µg lb lbs oz t km m cm mm µm mi ft in yd l L ml mL cl gal s ms min h hr hrs d
    Hz kHz MHz GHz W kW MW kWh Wh J kJ cal kcal Pa hPa kPa bar psi ppm ppb dB px km/h kmh mph m/s
    m² m³ m2 m3 ha sqft kB KB MB GB TB k M B bn Mio Mrd years yrs days hours
"""
UNITS = frozenset([*_UNITS.split(), *_CODES.split(), *CURRENCIES])
"""Units that mark a number even where another cell has another unit."""

_FRONT = "|".join(re.escape(one) for one in sorted([*CURRENCIES, *_CODES.split()], key=len, reverse=True))
_WORD = r"[^\W\d_][\w²³/·^%.]{0,11}"
_NUMBER = re.compile(
    rf"(?!-?0[xXoObB][\da-fA-F]+$)(?:(?P<outer>{_FRONT})\s*(?=\())?(?P<open>\(\s*)?"
    rf"(?P<sign>[+-])?\s*(?P<front>{_FRONT})?\s*(?P<inner>-)?"
    r"(?P<body>\d(?:[\d.,' ]*[\d.])?|[.,]\d+)(?P<power>[eE][+-]?\d+|[dD][+-]\d{1,3})?"
    rf"\s*(?P<back>(?:[%‰{CURRENCIES}]|°?{_WORD}(?: {_WORD})?|°)?)(?P<after>-)?(?P<close>\s*\))?"
)
_ALIKE = str.maketrans(
    dict.fromkeys("−‒–—﹣－", "-")
    | dict.fromkeys("\u00a0\u202f\u2009\u2007\u3000", " ")
    | dict.fromkeys("’ʼ´", "'")
    | {"٫": ".", "٬": "'"}
)
_GROUPS = {
    ",": r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})+,\d{3}",  # the second is India's
    ".": r"[1-9]\d{0,2}(?:\.\d{3})+",
    "'": r"[1-9]\d{0,2}(?:'\d{3})+",
    " ": r"[1-9]\d{0,2}(?: \d{3})+",
}


class Written(NamedTuple):
    """One cell that looks like a number: its digits with whatever separates them, and what stands around."""

    negative: bool
    body: str
    power: str
    unit: str
    brackets: bool


class Marks(NamedTuple):
    """What separates: the decimal mark and the mark between groups of three, each "" where there is none."""

    decimal: str = ""
    thousands: str = ""


@dataclass(frozen=True)
class Notation:
    """How one column writes its numbers. `unit` stands at every number, `brackets` mean minus."""

    decimal: str = ""
    thousands: str = ""
    unit: str = ""
    brackets: bool = False

    def value(self, written: Written) -> float | None:
        """The number, or None if it is not written in this way."""
        if written.unit != self.unit or (written.brackets and not self.brackets):
            return None
        if not self._pattern.fullmatch(written.body):
            return None
        digits = written.body.replace(self.thousands, "") if self.thousands else written.body
        digits = digits.replace(self.decimal, ".") if self.decimal else digits
        power = written.power.upper().replace("D", "E")  # Fortran's double precision
        return float(("-" if written.negative else "") + digits + power)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return _pattern(Marks(self.decimal, self.thousands))


@lru_cache(maxsize=64)
def _pattern(marks: Marks) -> re.Pattern[str]:
    whole = rf"(?:\d+|{_GROUPS[marks.thousands]})" if marks.thousands else r"\d+"
    mark = re.escape(marks.decimal)
    return re.compile(rf"{whole}(?:{mark}\d*)?|{mark}\d+" if mark else whole)


def parse(text: str) -> Written | None:
    """The parts of a cell that looks like a number, else None.

    >>> parse("(1,234.50 €)")
    Written(negative=True, body='1,234.50', power='', unit='€', brackets=True)
    """
    if not text.isascii():
        text = "".join(_digit(letter) for letter in text.translate(_ALIKE))
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, inner, after, brackets = found["sign"], found["inner"], found["after"], found["open"] is not None
    negative = [sign == "-", inner is not None, after is not None, brackets]
    if (
        brackets != (found["close"] is not None)
        or sum(negative) + (sign == "+") > 1
        or not ways(found["body"])
    ):
        return None
    unit = " ".join(part for part in (found["outer"], found["front"], found["back"].strip()) if part)
    return Written(any(negative), found["body"], found["power"] or "", unit, brackets)


def _digit(letter: str) -> str:
    """Digits of other scripts as 0 to 9."""
    return str(unicodedata.decimal(letter)) if not letter.isascii() and letter.isdecimal() else letter


@lru_cache(maxsize=4096)
def ways(body: str) -> frozenset[Marks]:
    """Every way to read some digits with separators; two where three digits follow one comma or point.

    >>> sorted(ways("12,500"))
    [Marks(decimal='', thousands=','), Marks(decimal=',', thousands='')]
    """
    marks = set(body) & set(".,' ")
    if not marks:
        return frozenset([Marks()])
    known = [Marks(d, t) for d in ("", ".", ",") for t in ("", ",", ".", "'", " ") if set(d + t) == marks]
    return frozenset(way for way in known if _apart(way) and _pattern(way).fullmatch(body))


def _apart(way: Marks) -> bool:
    """Whether the two marks differ, if there are two."""
    return way.decimal != way.thousands or not way.decimal


_ALL = [Marks(d, t) for d in ("", ".", ",") for t in ("", ",", ".", "'", " ") if _apart(Marks(d, t))]


def possible(cells: Iterable[Written]) -> list[Marks]:
    """The smallest sets of marks with which every one of these can be read: none, one, or an open question.

    >>> possible(filter(None, map(parse, ["12,500", "0.5"])))
    [Marks(decimal='.', thousands=',')]
    """
    seen = {(ways(cell.body), cell.power != "") for cell in cells}
    shapes = {frozenset(way for way in shape if not (power and way.thousands)) for shape, power in seen}
    fit = [marks for marks in _ALL if all(any(_within(way, marks) for way in shape) for shape in shapes)]
    return [marks for marks in fit if not any(other != marks and _within(other, marks) for other in fit)]


def _within(way: Marks, marks: Marks) -> bool:
    return way.decimal in ("", marks.decimal) and way.thousands in ("", marks.thousands)
