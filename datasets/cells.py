"""A column of written cells: its different texts, where they stand, and what each of them looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .notation import Written, parse
from .words import either, quoted

Array = np.ndarray[Any, Any]

MOSTLY = 0.9

BOOLEANS = {"false": 0.0, "true": 1.0, "no": 0.0, "yes": 1.0}
UNKNOWN = "?"
"""What counts as missing among texts, too."""
NAUGHTS = ("na", "n/a", "#n/a", "#na", "<na>", "n.a.", "nan", "-nan", "null", "none", "nil")
"""Words that programs write for "missing", and people for a region, a class or a name."""
MARKS = (UNKNOWN, "-", "--", "---", "–", "—", ".", "..", "...", "…", "*", "**", "\\n", "n.d.")
ERRORS = ("#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!")
NO_NUMBERS = ("nan(ind)", "-nan(ind)", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan")
"""What C's library wrote on Windows; there are also those with zeros behind them."""
ROUND = tuple(f"{word}{zeros}" for word in NO_NUMBERS[2:] for zeros in ("0", "00"))
MISSING = frozenset((*NAUGHTS, *MARKS, *ERRORS, *NO_NUMBERS, *ROUND, "missing", "unknown", "not available"))
"""What counts as missing among numbers and booleans, in lower case."""
_INFINITE = re.compile(r"[+-]?inf(inity)?|[+−-]?∞|[+-]?1\.#INF0*", re.IGNORECASE)
_LIMIT = re.compile(r"(?:[<>≤≥~≈±]|[<>]=|=[<>])\s*(?=[\d.,+-])")
"""What stands before a number of which only a limit is known, or not all."""
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ].*)?"
    r"|\d{1,2}\.?[- ][^\W\d_]{3,9}\.?[- ]\d{2,4}|[^\W\d_]{3,9}\.? \d{1,2},? \d{4}"
    r"|\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp]\.?[Mm]\.?)?"
)


class Cells:
    """N cells as U different texts, in the order in which they come, and a code for each row (U: empty).

    `number`, `missing`, `infinite` and `other` `[U]` say what each text looks like; no two hold at once.
    """

    def __init__(self, column: pd.Series) -> None:
        self.column = column
        encoded = pa.chunked_array(pa.array(column)).combine_chunks().dictionary_encode()
        self.texts: list[str] = encoded.dictionary.to_pylist()
        self.codes = encoded.indices.fill_null(len(self.texts)).to_numpy(zero_copy_only=False)
        self.counts = np.bincount(self.codes, minlength=len(self.texts) + 1)[:-1]
        self.parsed = [parse(text) for text in self.texts]
        self.missing = self._those(lambda text: text.lower() in MISSING)
        self.infinite = self._those(lambda text: _INFINITE.fullmatch(text) is not None)
        self.number = (
            np.array([one is not None for one in self.parsed], bool) & ~self.missing & ~self.infinite
        )
        self.other = ~(self.number | self.missing | self.infinite)
        self.written = [one for one, good in zip(self.parsed, self.number, strict=True) if good and one]
        self.numerals = [text for text, good in zip(self.texts, self.number, strict=True) if good]

    def _those(self, test: Any) -> Array:
        return np.array([test(text) for text in self.texts], dtype=bool)

    @property
    def boolean(self) -> Array:
        """Which texts `[U]` are true/false or yes/no."""
        return self._those(lambda text: text.lower() in BOOLEANS)

    @property
    def limit(self) -> Array:
        """Which texts `[U]` are limits of a number, as `<5`, or near one, as `~5`."""

        def limits(text: str) -> bool:
            before = _LIMIT.match(text)
            return before is not None and parse(text[before.end() :]) is not None

        return self._those(limits)

    @property
    def date(self) -> Array:
        """Which texts `[U]` look like a date or a time."""
        return self._those(lambda text: _DATE.fullmatch(text) is not None)

    def rows(self, texts: Array) -> Array:
        """Which rows `[N]` hold one of these texts `[U]`."""
        return np.append(texts, False)[self.codes]

    def count(self, texts: Array) -> int:
        """How many rows hold one of these texts `[U]`."""
        return int(self.counts[texts].sum())

    def spread(self, values: Sequence[float]) -> pd.Series:
        """A number for each text as one for each row, NaN where the cell is empty."""
        every = np.array([*values, np.nan], dtype=np.float64)
        return pd.Series(every[self.codes], index=self.column.index, name=self.column.name)

    def as_text(self) -> pd.Series:
        """The rows as text, NaN where the cell is empty or a question mark."""
        every = np.array(
            [*(np.nan if text == UNKNOWN else text for text in self.texts), np.nan], dtype=object
        )
        return pd.Series(every[self.codes], index=self.column.index, name=self.column.name, dtype=object)

    def first(self, words: str, rows: Any) -> str:
        """A sentence on the first of some rows `[N]`."""
        at = int(np.flatnonzero(rows)[0])
        cell, row = self.column.iloc[at], self.column.index[at] + 1
        return f"{quoted(self.column.name)} {words} {quoted(cell)} in row {row}"

    def first_text(self, words: str, text: str) -> str:
        """A sentence on the first row that holds a text."""
        return self.first(words, self.codes == self.texts.index(text))

    def told_missing(self, rest: str) -> tuple[str, ...]:
        """A note on the words that were taken as missing, with their number."""
        words = [text for text, gone in zip(self.texts, self.missing, strict=True) if gone]
        return told_missing(words, self.count(self.missing), len(self.column), rest)

    def told_kept(self, what: str) -> tuple[str, ...]:
        """Notes on the words that often mean "missing" and are kept as text, and on question marks."""
        notes = []
        for text, count in zip(self.texts, self.counts, strict=True):
            cells, it = ("1 cell is", "it") if count == 1 else (f"{count:,} cells are", "them")
            if text == UNKNOWN:
                notes.append(f"{cells} '?', counted as missing")
            elif text.lower() in NAUGHTS:
                notes.append(
                    f"{cells} {quoted(text)}, kept as a {what} of its own; empty {it} if missing is meant"
                )
        return tuple(notes)


def told_missing(words: Sequence[str], held: int, total: int, rest: str) -> tuple[str, ...]:
    """A note on words that were taken as missing: which, in how many of how many cells."""
    if not words:
        return ()
    cells = f"{held:,} of {total:,} cells {'is' if held == 1 else 'are'} {either(words)}"
    return (f"{cells} and the rest {rest}; {'it counts' if held == 1 else 'they count'} as missing",)


def digits_only(cells: Sequence[Written]) -> bool:
    """Whether these are nothing but digits."""
    return all(cell.body.isdigit() and not cell.power and not cell.unit for cell in cells)
