"""The one place where a column of written cells becomes a column of values.

What a column is gets decided from all of its cells; the decision, a `Reading`, is saved with the model, so
that new rows are read in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .cells import BOOLEANS, MISSING, MOSTLY, Cells, digits_only, told_missing
from .notation import UNITS, Notation, parse
from .numerals import SAMPLE, Doubt, Surroundings, decide, sure_of
from .sheet import TEXT, chunks_of, letters_among, letters_of
from .words import either, quoted

LARGEST = 1e150
"""Beyond this a variance overflows."""
EXACT = 2**53
"""Beyond this not every whole number is a float."""
MANY_NUMBERS, FEW_WORDS = 10, 2
"""So many different numbers beside so few words are numbers with words among them."""
COMMAS = "decimal commas were read as decimal points"
MEND = "Correct it or empty the cell."
LIMIT = "Write the number that stands for it, or empty the cell."
PLUS, MINUS, ZERO, NINE = b"+-09"
_ALONE = Surroundings()


@dataclass(frozen=True)
class Reading:
    """How a column's cells become values: `number`, `boolean` or `category`, and how numbers are written."""

    kind: str
    notation: Notation | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> Reading | None:
        """The object behind `asdict`'s dict."""
        if data is None:
            return None
        return cls(data["kind"], Notation(**data["notation"]) if data["notation"] else None)


@dataclass(frozen=True, eq=False)
class Outcome:
    """One column read: its kind, its values, and what is wrong with it or worth telling.

    `kind` is `number`, `boolean`, `category`, `date` or `empty`. `values` (N) are float64 for numbers and
    booleans, else text with NaN. `trouble` is a sentence on the first cell that cannot be used, `hint` what
    to do about it, `notes` are predicates of the column.
    """

    kind: str
    values: pd.Series
    notation: Notation | None = None
    trouble: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()

    @property
    def reading(self) -> Reading:
        """What new rows are read by."""
        return Reading(self.kind, self.notation)


def read_column(column: pd.Series, table: Surroundings = _ALONE, role: str = "feature") -> Outcome:
    """Decide what a column is from all of its cells, and read it. Typed columns keep their type.

    Args:
        table: where the column stands, for what its own cells leave open.
        role: `feature`; `class`, whose words are kept whatever they say; or `number`, which has to be one.
    """
    if not is_text(column):
        return _typed(column)
    if not column.notna().any():
        return Outcome("empty", column)
    quick = plain_numbers(column)
    return quick if quick is not None else _decided(Cells(column), table, role)


def read_again(column: pd.Series, reading: Reading, table: Surroundings = _ALONE) -> Outcome:
    """Read new cells as those of training were read; another notation only where no doubt is left."""
    if not is_text(column):
        return _typed_again(column, reading)
    if reading.kind == "category":
        return Outcome("category", Cells(column).as_text())
    if reading.kind == "boolean":
        return _booleans(Cells(column))
    notation = reading.notation or Notation(".")
    quick = plain_numbers(column) if notation == Notation(notation.decimal) else None
    return quick if quick is not None else _renewed(Cells(column), notation, table)


def is_text(column: pd.Series) -> bool:
    """Whether a column holds written cells, as files give them."""
    return column.dtype == TEXT


def _decided(cells: Cells, table: Surroundings, role: str) -> Outcome:
    present, numeric = ~cells.missing, cells.number | cells.infinite
    if cells.date.sum() > MOSTLY * present.sum():
        return Outcome("date", cells.column)
    if not present.any() and role == "feature":
        return Outcome("empty", cells.as_text(), notes=cells.told_missing("empty"))
    if (cells.boolean | (cells.missing & (role == "feature"))).all():
        return _booleans(cells)
    labels = _labels(cells) if role != "number" else None
    if labels is not None or not numeric.any():
        return _category(cells, role, labels or "")
    if cells.count(numeric) >= MOSTLY * cells.count(present):
        return _numbers(cells, table)
    limit = cells.limit
    both = cells.count(numeric) + cells.count(limit)
    if cells.count(numeric) >= cells.count(limit) > 0 and both >= MOSTLY * cells.count(present):
        trouble = cells.first("has a limit where a number is needed:", cells.rows(limit))
        return replace(_unread(cells), trouble=trouble, hint=LIMIT)
    few = cells.other.sum() <= FEW_WORDS and cells.count(numeric) >= cells.count(cells.other)
    return _odd_words(cells) if few and numeric.sum() >= MANY_NUMBERS else _category(cells, role, "")


def plain_numbers(column: pd.Series) -> Outcome | None:
    """Numbers with a decimal point or comma and nothing else, read at once; None: look at every cell."""
    text = pa.array(column)
    found = _cast(column, text, ".")
    if found is not None:
        return found
    gone = pc.is_in(pc.utf8_lower(text), value_set=pa.array(sorted(MISSING)))
    words = text.filter(gone)
    text = pc.if_else(gone, None, text)
    if text.null_count == len(text):
        return None
    found = _cast(column, text, ".") or _cast(column, text, ",")
    if found is None:
        return None
    told = told_missing(pc.unique(words).to_pylist(), len(words), len(column), "numbers")
    return replace(found, notes=(*found.notes, *told))


def _cast(column: pd.Series, text: Any, mark: str) -> Outcome | None:
    """The texts as numbers, if no other mark than this one stands in them, and it is beyond doubt."""
    if not letters_among(text, b"0123456789eE+-" + mark.encode()) or any(map(_zeros_lead, chunks_of(text))):
        return None  # also where a word is a number to others, as nan or inf
    marked = pc.any(pc.match_substring(text, mark)).as_py()
    try:
        numbers = pc.cast(pc.replace_substring(text, mark, ".") if mark == "," else text, pa.float64())
    except pa.ArrowInvalid:
        return None
    values = pd.Series(numbers.to_numpy(zero_copy_only=False), index=column.index, name=column.name)
    if not values.abs().max() < EXACT or (marked and not _shown(text[:SAMPLE], mark)):
        return None
    notes = (COMMAS,) if marked and mark == "," else ()
    return Outcome("number", values, Notation(mark if marked else ""), notes=notes)


def _shown(texts: Any, mark: str) -> bool:
    """Whether some of these numbers, which have this one mark, shows that it is the decimal one."""
    cells = map(parse, filter(None, pc.unique(texts).to_pylist()))
    return any(cell is not None and sure_of(mark, [cell]) for cell in cells)


def _zeros_lead(chunk: Any) -> bool:
    """Whether a text begins with a 0 before another digit, as labels do."""
    letters = np.frombuffer(letters_of(chunk) + b"   ", np.uint8)
    _, places, _ = chunk.buffers()
    if places is None:
        return False
    offsets = np.frombuffer(places, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    starts, lengths = (offsets - offsets[0])[:-1], np.diff(offsets)
    first, second, third = (letters[starts + k] for k in range(3))
    signed = (first == PLUS) | (first == MINUS)
    begun = np.where(signed, second, first) == ZERO
    after = np.where(signed, third, second)
    return bool((begun & (after >= ZERO) & (after <= NINE) & (lengths > 1 + signed)).any())


def _numbers(cells: Cells, table: Surroundings) -> Outcome:
    decided = decide(cells.numerals, cells.written, cells.column.name, table) if cells.written else Notation()
    if isinstance(decided, Doubt):
        return replace(
            _unread(cells), trouble=cells.first_text(decided.words, decided.text), hint=decided.hint
        )
    return written_so(cells, decided)


def written_so(cells: Cells, notation: Notation) -> Outcome:
    """The column read in one notation; a cell that is not written so is trouble."""
    values = cells.spread(_values(cells, notation))
    wrong = values.isna().to_numpy() & cells.rows(~cells.missing)
    trouble = cells.first("has text where numbers are needed:", wrong) if wrong.any() else ""
    if not trouble and np.isinf(values).any():
        trouble = cells.first("has an infinite value:", np.isinf(values))
    if not trouble and (values.abs() > LARGEST).any():
        trouble = cells.first("has a number too large:", values.abs() > LARGEST)
    notes = (*_notation_notes(cells, notation), *cells.told_missing("numbers"))
    return Outcome("number" if values.notna().any() else "empty", values, notation, trouble, "", notes)


def _values(cells: Cells, notation: Notation) -> list[float]:
    found = [np.inf if infinite else np.nan for infinite in cells.infinite]
    for k, one in zip(np.flatnonzero(cells.number), cells.written, strict=True):
        value = notation.value(one)
        found[k] = np.nan if value is None else value
    return found


def _renewed(cells: Cells, notation: Notation, table: Surroundings) -> Outcome:
    """New cells by the notation of training, or all of them by their own, if the two never disagree."""
    known = written_so(cells, notation)
    if not known.trouble or not cells.written:
        return known
    own = _numbers(cells, table)
    if own.notation is None or own.trouble:
        return own
    if own.notation.unit != notation.unit:
        had = f"numbers with {quoted(notation.unit)}" if notation.unit else "numbers without a unit"
        return replace(
            own,
            trouble=known.trouble.replace("has text where numbers are needed", f"had {had} in training, not"),
        )
    marks = {notation.decimal, own.notation.decimal} - {""}
    if len(marks) > 1 and not sure_of(own.notation.decimal, cells.written):
        return known
    both = known.values.notna() & own.values.notna()
    if (known.values[both] != own.values[both]).any():
        return replace(known, hint="Write all cells as those that the model was trained on.")
    return own


def _notation_notes(cells: Cells, notation: Notation) -> tuple[str, ...]:
    """How numbers were read that are not written as programs write them, each with the first such cell."""
    thousands, unit = notation.thousands, notation.unit
    first = {"thousands": "", "unit": "", "brackets": ""}
    for text, one in zip(reversed(cells.numerals), reversed(cells.written), strict=True):
        held = {"thousands": thousands and thousands in one.body, "unit": unit, "brackets": one.brackets}
        value = notation.value(one)
        if value is not None:
            first |= {what: f"({quoted(text)} is read as {value:.15g})" for what in held if held[what]}
    notes = [COMMAS] if notation.decimal == "," else []
    if first["thousands"]:
        notes.append(f"{quoted(thousands)} between groups of three digits was left out {first['thousands']}")
    if first["unit"]:
        notes.append(f"{quoted(unit)} was left out {first['unit']}")
    if first["brackets"]:
        notes.append(f"brackets were read as minus {first['brackets']}")
    return tuple(notes)


def _odd_words(cells: Cells) -> Outcome:
    """Numbers with one or two words among them that nobody can tell to be missing."""
    words = either([text for text, odd in zip(cells.texts, cells.other, strict=True) if odd])
    counted = f"{cells.count(cells.other):,} of {len(cells.column):,} cells are {words} and the rest numbers,"
    trouble = cells.first(f"has text where numbers are needed ({counted} from", cells.rows(cells.other)) + ")"
    return replace(_unread(cells), trouble=trouble)


def _unread(cells: Cells) -> Outcome:
    """A column of numbers that cannot be used as it is."""
    return Outcome("number", cells.spread([np.nan] * len(cells.texts)))


def _booleans(cells: Cells) -> Outcome:
    values = cells.spread([BOOLEANS.get(text.lower(), np.nan) for text in cells.texts])
    wrong = values.isna().to_numpy() & cells.rows(~cells.missing)
    trouble = cells.first("has something else than true/false or yes/no:", wrong) if wrong.any() else ""
    return Outcome("boolean", values, trouble=trouble, notes=cells.told_missing("true/false or yes/no"))


def _category(cells: Cells, role: str, why: str) -> Outcome:
    values = cells.as_text()
    notes = (*cells.told_kept("class" if role == "class" else "level"), *([why] if why else []))
    return Outcome("category" if values.notna().any() else "empty", values, notes=notes)


def _labels(cells: Cells) -> str | None:
    """Why numbers are labels (leading zeros, too long for a float, `14A` beside `14B`); None if not."""
    if not cells.written or cells.other.any():
        return None
    units = {one.unit for one in cells.written}
    letters = all(len(unit) < 2 and unit.isalpha() for unit in units - {""})
    if len(units) > 1 and (
        (letters and all(one.body.isdigit() for one in cells.written)) or units - UNITS - {""}
    ):
        return ""
    if not digits_only(cells.written):
        return None
    for text, one in zip(cells.numerals, cells.written, strict=True):
        if len(one.body) > 1 and one.body[0] == "0":
            return f"labels and not numbers, because of the leading zeros ({quoted(text)})"
        if len(one.body) > 15 and int(float(one.body)) != int(one.body):
            return f"identifiers and not numbers, because {quoted(text)} has more digits than a number keeps"
    return None


def _typed(column: pd.Series) -> Outcome:
    """A column whose cells are no texts: OpenML's, a workbook's or Parquet's."""
    kind = column.dtype
    if isinstance(kind, pd.ArrowDtype):
        nothing = pd.Series(np.nan, column.index, name=column.name)
        return Outcome(
            "number", nothing, None, f"{quoted(column.name)} holds no numbers and no text but {kind}"
        )
    if pd.api.types.is_datetime64_any_dtype(kind) or pd.api.types.is_timedelta64_dtype(kind):
        return Outcome("date", column)
    if not column.notna().any():
        return Outcome("empty", column)
    if pd.api.types.is_bool_dtype(kind) or _holds_booleans(column):
        return Outcome("boolean", column.astype(np.float64))
    if pd.api.types.is_numeric_dtype(kind):
        return _typed_numbers(column)
    return Outcome("category", as_text(column))


def _holds_booleans(column: pd.Series) -> bool:
    return all(isinstance(cell, bool) for cell in column.dropna().unique())


def _typed_again(column: pd.Series, reading: Reading) -> Outcome:
    if reading.kind == "category":
        return Outcome("category", as_text(column))
    outcome = _typed(column)
    if outcome.kind == "empty":
        return Outcome(reading.kind, column.astype(np.float64))
    unit = reading.notation.unit if reading.notation else ""
    if outcome.kind in ("date", "category") or unit in ("%", "‰"):
        words = f"has no numbers with {quoted(unit)}:" if unit else "has something else than numbers:"
        return replace(outcome, trouble=_first(column, column.notna(), words))
    return outcome


def _typed_numbers(column: pd.Series) -> Outcome:
    values = column.astype(np.float64)
    trouble = ""
    for bad, words in (
        (np.isinf(values), "has an infinite value:"),
        (values.abs() > LARGEST, "has a number too large:"),
    ):
        if bad.any() and not trouble:
            trouble = _first(column, bad, words)
    return Outcome("number", values, Notation("."), trouble)


def as_text(column: pd.Series) -> pd.Series:
    """Cells as text; whole numbers without a point."""
    return column.astype(object).map(written, na_action="ignore").where(column.notna(), np.nan).astype(object)


def written(cell: object) -> str:
    """A typed cell as a person would write it: a whole number without a point."""
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)


def _first(column: pd.Series, rows: Any, words: str) -> str:
    at = int(np.flatnonzero(rows)[0])
    return f"{quoted(column.name)} {words} {quoted(column.iloc[at])} in row {column.index[at] + 1}"
