"""What each column of a large table is, decided from its first rows, and held to in all the others.

A cell that is not what the first rows promised is named with its row; nothing is read as something else in
silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from paradigms.errors import DataError

from ..cells import Cells, digits_only
from ..dataset import Column
from ..notation import Notation
from ..reading import MEND, Outcome, Reading, as_text, is_text, plain_numbers, read_again, written, written_so
from ..schema import MOST_LEVELS
from ..targets import MOST_CLASSES
from ..words import drop_hint, quoted

Array = np.ndarray[Any, Any]
CLASSES = "classes"
"""A target of whole numbers that are classes."""


@dataclass
class Kept:
    """One column that is kept: how its cells become numbers, and what all rows said of it.

    Numbers stay numbers (booleans 0 and 1), the levels of a category are numbered in the order in which they
    come; missing is NaN. `kind` is `number`, `boolean`, `category`, or `classes` of a target of whole
    numbers.
    """

    name: str
    kind: str
    reading: Reading
    levels: dict[Any, int] = field(default_factory=dict)
    missing: int = 0
    distinct: int = 0
    target: bool = False
    bounded: bool = True

    def numbers(self, column: pd.Series, where: str) -> Array:
        """The cells of a batch [n], whose index counts the table's rows, as float64.

        Raises:
            DataError: a cell that is not what the first rows promised.
        """
        values = self._category(column, where) if self.kind == "category" else self._numbers(column, where)
        if self.kind == CLASSES:
            values = self._numbered(values, column, where)
        self.missing += int(np.isnan(values).sum())
        return values

    def _numbers(self, column: pd.Series, where: str) -> Array:
        outcome = self._read(column)
        if outcome.trouble or outcome.kind not in ("number", "boolean", "empty"):
            trouble = outcome.trouble or f"{quoted(self.name)} has something else than numbers"
            raise DataError(
                f"column {trouble} of {where}; the first rows hold {_said(self.kind)}.", self._hint(outcome)
            )
        return outcome.values.to_numpy(dtype=np.float64)

    def _read(self, column: pd.Series) -> Outcome:
        if not is_text(column) or self.reading.kind == "boolean":
            return read_again(column, self.reading)
        notation = self.reading.notation or Notation(".")
        quick = plain_numbers(column) if notation == Notation(notation.decimal) else None
        if quick is not None and quick.notation in (Notation(), notation):
            return quick
        cells = Cells(column)
        outcome, label = written_so(cells, notation), _label(cells)
        if not outcome.trouble and label is not None:
            return Outcome("number", column, trouble=cells.first_text("has a label among numbers:", label))
        return outcome

    def _hint(self, outcome: Outcome) -> str:
        return f"{outcome.hint or MEND}{'' if self.target else ' ' + drop_hint([self.name])}"

    def _category(self, column: pd.Series, where: str) -> Array:
        text = Cells(column).as_text() if is_text(column) else as_text(column)
        return self._levels(text, column, where, MOST_LEVELS)

    def _numbered(self, values: Array, column: pd.Series, where: str) -> Array:
        held = pd.Series(values, index=column.index).astype(object).where(~np.isnan(values), np.nan)
        return self._levels(held, column, where, MOST_CLASSES if self.bounded else MOST_LEVELS)

    def _levels(self, held: pd.Series, column: pd.Series, where: str, most: int) -> Array:
        codes, found = pd.factorize(held)
        for value in found:
            self.levels.setdefault(value, len(self.levels))
            if len(self.levels) > most:
                at = int(np.flatnonzero((held == value).to_numpy())[0])
                what = "whole numbers" if self.kind == CLASSES else "text"
                raise DataError(
                    f"column {quoted(self.name)} of {where} has {what} with more than {most} different "
                    f"values, the next {quoted(column.iloc[at])} in row {column.index[at] + 1}.",
                    "Give --task regression if it is a number." if self.target else drop_hint([self.name]),
                )
        places = np.array([*(self.levels[value] for value in found), np.nan])
        return places[codes]

    @property
    def ordered(self) -> tuple[tuple[str, ...], Array]:
        """The levels' names as everybody else has them, and the place of each number among them [U]."""
        values = sorted(self.levels)
        names = [written(value) for value in values] if self.kind == CLASSES else values
        place = {value: k for k, value in enumerate(values)}
        return tuple(names), np.array([place[value] for value in self.levels], dtype=np.float64)

    def column(self) -> Column:
        """The same as the whole table says it."""
        levels = self.ordered[0] if self.kind == "category" else None
        return Column(
            self.name, self.kind, levels, self.missing, max(self.distinct, len(levels or ())), self.reading
        )


@dataclass(frozen=True)
class Empty:
    """A column without any value in the first rows."""

    name: str

    def check(self, column: pd.Series, where: str, rows: int) -> None:
        """Raise DataError if it has one after all."""
        if column.notna().any():
            at = int(np.flatnonzero(column.notna())[0])
            raise DataError(
                f"column {quoted(self.name)} of {where} is empty in the first {rows:,} rows, and "
                f"has {quoted(column.iloc[at])} in row {column.index[at] + 1}.",
                drop_hint([self.name]),
            )


def _label(cells: Cells) -> str | None:
    """A text with leading zeros among digits, which would be labels if the first rows had them."""
    for text, one in zip(cells.numerals, cells.written, strict=True):
        if digits_only([one]) and len(one.body) > 1 and one.body[0] == "0":
            return text
    return None


def _said(kind: str) -> str:
    return "true/false" if kind == "boolean" else "numbers"


def as_rows(kept: Sequence[Kept], columns: dict[str, pd.Series], where: str) -> Array:
    """A batch [n, columns] of float64."""
    return np.stack([one.numbers(columns[one.name], where) for one in kept], axis=1)
