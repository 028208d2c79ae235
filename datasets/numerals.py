"""A column's numbers: the one notation in which all of them can be read, or what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .notation import Marks, Notation, Written, parse, possible, ways
from .sheet import TEXT

SAMPLE = 2000
ENOUGH, PLENTY = 10, 40
"""So many different numbers in groups of three, beside whole ones below 1000, are thousands: the fewer where
some end in 0, which no fraction does that is written no longer than it has to be."""


@dataclass(frozen=True)
class Surroundings:
    """The table that a column stands in: what an open question is decided by."""

    columns: dict[str, pd.Series] = field(default_factory=dict)
    delimiter: str = ""

    def decimals(self, but: object) -> set[str]:
        """The decimal marks that other columns leave no doubt about."""
        return {mark for name, mark in self._certain.items() if name != but}

    @cached_property
    def _certain(self) -> dict[str, str]:
        found = {name: certain_mark(column) for name, column in self.columns.items()}
        return {name: mark for name, mark in found.items() if mark}


@dataclass(frozen=True)
class Doubt:
    """Why no notation fits: what is wrong, the text of the first cell concerned, and what it might mean."""

    words: str
    text: str
    hint: str = ""


def decide(
    texts: Sequence[str], cells: Sequence[Written], name: object, table: Surroundings
) -> Notation | Doubt:
    """The notation of a column from its different cells, all of which look like numbers.

    A question that the column leaves open is decided by the rest of the table, or not at all.
    """
    unit = _unit(texts, cells)
    if isinstance(unit, Doubt):
        return unit
    brackets = any(cell.brackets for cell in cells)
    if brackets and all(cell.brackets for cell in cells):
        return Doubt(
            "has numbers written with brackets:", texts[0], "All rows have them; write -5 if minus is meant."
        )
    marks = _marks(texts, cells, name, table)
    return marks if isinstance(marks, Doubt) else Notation(marks.decimal, marks.thousands, unit, brackets)


def _unit(texts: Sequence[str], cells: Sequence[Written]) -> str | Doubt:
    first = next((cell.unit for cell in cells if cell.unit), "")
    other = next((text for text, cell in zip(texts, cells, strict=True) if cell.unit != first), None)
    if other is None:
        return first
    own = next(text for text, cell in zip(texts, cells, strict=True) if cell.unit == first)
    return Doubt(
        "has numbers written with separators or units:",
        other,
        f"Others read {own!r}; write all of them in one way.",
    )


def _marks(
    texts: Sequence[str], cells: Sequence[Written], name: object, table: Surroundings
) -> Marks | Doubt:
    found = possible(cells)
    if len(found) == 1:
        return _believed(found[0], texts, cells, name, table)
    if not found:
        return _contradiction(texts, cells)
    return _settled(found, texts, cells, name, table)


def _believed(
    only: Marks, texts: Sequence[str], cells: Sequence[Written], name: object, table: Surroundings
) -> Marks | Doubt:
    """One reading is enough, but for commas before three digits throughout in a table of points."""
    mark = only.decimal
    others = (
        table.decimals(name) - {mark} if mark and not only.thousands and not sure_of(mark, cells) else set()
    )
    return _question(mark, texts, cells) if others else only


def sure_of(mark: str, cells: Sequence[Written]) -> bool:
    """Whether some cell shows that this mark is the decimal one: no group of three, or 0 before it."""
    for cell in cells:
        before, found, after = cell.body.rpartition(mark)
        if found and (len(after) != 3 or (not before.strip("0") and after.strip("0")) or cell.power):
            return True
    return False


def _settled(
    found: list[Marks], texts: Sequence[str], cells: Sequence[Written], name: object, table: Surroundings
) -> Marks | Doubt:
    """Every separated number ends in one group of three: thousands, or three decimals?"""
    groups = next((marks for marks in found if not marks.decimal and marks.thousands), None)
    decimals = next((marks for marks in found if marks.decimal and not marks.thousands), None)
    if len(found) != 2 or groups is None or decimals is None:
        return _contradiction(texts, cells)
    mark, elsewhere = decimals.decimal, table.decimals(name)
    whole = [int(cell.body) for cell in cells if mark not in cell.body and not cell.power]
    if not whole:
        if elsewhere == {mark} or (not elsewhere and mark == "." and table.delimiter in ("", ",")):
            return decimals
        return groups if len(elsewhere) == 1 and mark not in elsewhere else _question(mark, texts, cells)
    if max(whole) < 1000:
        split = [cell.body for cell in cells if mark in cell.body]
        enough = ENOUGH if any(body.endswith("0") for body in split) else PLENTY
        many = len(split) >= enough or (elsewhere and mark not in elsewhere)
        return groups if many and mark not in elsewhere else _question(mark, texts, cells)
    return decimals if elsewhere == {mark} else _question(mark, texts, cells)


def _question(mark: str, texts: Sequence[str], cells: Sequence[Written]) -> Doubt:
    doubtful = [(t, c) for t, c in zip(texts, cells, strict=True) if mark in c.body]
    text, cell = next((pair for pair in doubtful if len(ways(pair[1].body)) > 1), doubtful[0])
    whole, fraction = cell.body.replace(mark, ""), cell.body.replace(mark, ".") + "0"
    return Doubt(
        "has numbers written with separators or units:",
        text,
        f"It can be read in two ways: write {whole} if it is a whole number, {fraction} if it is a fraction, "
        "and the other rows alike.",
    )


def _contradiction(texts: Sequence[str], cells: Sequence[Written]) -> Doubt:
    """The first cell that cannot be read like those before it."""
    for end in range(2, len(cells) + 1):
        if not possible(cells[:end]) or end == len(cells):
            odd = end - 1
            break
    else:
        odd = 0
    before = next(
        (t for t, c in zip(texts[:odd], cells, strict=False) if not ways(c.body) & ways(cells[odd].body)),
        texts[0],
    )
    return Doubt(
        "has numbers written with separators or units:",
        texts[odd],
        f"Another cell reads {before!r}; write all of them in one way.",
    )


def certain_mark(column: pd.Series) -> str:
    """The decimal mark of a column of text cells, where nothing else can be meant."""
    if column.dtype != TEXT:
        return ""
    texts = pc.unique(pa.array(column.iloc[:SAMPLE])).drop_null().to_pylist()
    cells = [cell for cell in map(parse, texts) if cell is not None]
    if len(cells) < 0.9 * len(texts) or not cells:
        return ""
    found = possible(cells)
    mark = found[0].decimal if len(found) == 1 else ""
    return mark if mark and sure_of(mark, cells) else ""
