"""An Excel workbook as a sheet: its numbers are typed, its texts are read like a CSV's."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from paradigms.errors import DataError

from .reading import EXACT, written
from .sheet import Sheet, footer_place, header_notes, header_place, names_of, text_column
from .words import listed, plural, quoted, shown

LARGEST_WHOLE = 1e25
"""Beyond this nobody writes identifiers."""
FEW = "Give --data a table with at least ten rows."


def is_workbook(data: bytes) -> bool:
    """Whether these bytes are an .xlsx file (a zip archive with a workbook in it)."""
    if data[:4] != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def read_workbook(data: bytes, name: str) -> Sheet:
    """The first sheet of a workbook, its formulas by the values that were saved with them.

    Raises:
        DataError: openpyxl is not installed, the workbook is damaged, or formulas have no values.
    """
    rows, notes, others = _rows(data, name)
    records = [_trimmed(row) for row in rows]
    shown_records = [[_text(cell) for cell in record] for record in records]
    at = header_place(shown_records[:100])
    names = names_of(shown_records[at]) if shown_records else ()
    end = footer_place(shown_records, at, len(names))
    body = rows[at + 1 : end]
    while body and not _trimmed(body[-1]):
        body.pop()
    if not body:
        hint = f"{notes[0]} Move the sheet that is meant to the front." if others else FEW
        raise DataError(f"{name} has a header but no rows.", hint)
    width = max(len(names), *(len(_trimmed(row)) for row in body))
    names += tuple(f"column {k + 1}" for k in range(len(names), width))
    columns = tuple(_column([row[k] if k < len(row) else None for row in body]) for k in range(width))
    notes += header_notes(shown_records[:at], shown_records[end:], names, columns) + _long(names, columns)
    return Sheet(name, names, columns, tuple(notes))


def _long(names: Sequence[str], columns: Sequence[pd.Series]) -> list[str]:
    """A note on identifiers that a spreadsheet program has made numbers of."""
    floats = [
        (name, one.abs().max()) for name, one in zip(names, columns, strict=True) if one.dtype == np.float64
    ]
    found = [name for name, most in floats if EXACT < most < LARGEST_WHOLE]
    what = "numbers of more than 15 digits, of which Excel keeps 15; write identifiers as text"
    return [f"{listed(found)}: {what}."] if found else []


def _rows(data: bytes, name: str) -> tuple[list[list[Any]], list[str], list[str]]:
    """The cells of the first sheet, how they were read, and the names of other sheets."""
    try:
        import openpyxl
    except ImportError as error:
        raise DataError(
            f"{name} is an Excel file, and openpyxl is not installed to read it.",
            "Type: pip install openpyxl (or save the file as CSV).",
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = book.worksheets
            rows = [list(row) for row in sheets[0].iter_rows(values_only=True)]
            _require_values(openpyxl, data, rows, name)
            merged = _spread(openpyxl, data, rows) if _has_merged(data) else 0
    except DataError:
        raise
    except Exception as error:
        raise DataError(
            f"{name} cannot be read as Excel: {shown(error, 100)}.", "Save it anew, or as CSV."
        ) from error
    others = [sheet.title for sheet in sheets[1:]]
    first = f"Of {plural(len(sheets), 'sheet')} the first was read, {quoted(sheets[0].title)}"
    notes = [f"{first}; not {listed(others, 4)}."] if others else []
    if merged:
        stand = "stands over several rows and was" if merged == 1 else "stand over several rows and were"
        notes.append(f"{plural(merged, 'merged cell')} {stand} read in each of them.")
    return rows, notes, others


def _has_merged(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [one for one in archive.namelist() if one.startswith("xl/worksheets/")]
        return any(b"<mergeCell " in archive.read(one) for one in sheets)


def _spread(openpyxl: Any, data: bytes, rows: list[list[Any]]) -> int:
    """Puts what cells merged over several rows say into each of these; returns how many there are."""
    book, found = openpyxl.load_workbook(io.BytesIO(data), data_only=True), 0
    for area in book.worksheets[0].merged_cells.ranges:
        first, *others = [_wide(row, area.min_col) for row in rows[area.min_row - 1 : area.max_row]] or [
            [None]
        ]
        if others and first[area.min_col - 1] is not None:
            found += 1
            for row in others:
                row[area.min_col - 1] = first[area.min_col - 1]
    return found


def _wide(row: list[Any], columns: int) -> list[Any]:
    """The row itself, with so many cells at least."""
    row += [None] * (columns - len(row))
    return row


def _require_values(openpyxl: Any, data: bytes, rows: list[list[Any]], name: str) -> None:
    """Raise DataError where a formula was saved without its value; its cell looks empty."""
    if all(cell is not None for row in rows for cell in row):
        return
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    for at, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
        for k, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("=") and rows[at][k] is None:
                raise DataError(
                    f"{name} has a formula without a value in line {at + 1}: {quoted(cell)}.",
                    "Open it in a spreadsheet program and save it there, or save it as CSV.",
                )


def _trimmed(row: list[Any]) -> list[Any]:
    """A row without the empty cells at its end."""
    end = next((k for k in range(len(row), 0, -1) if _text(row[k - 1])), 0)
    return row[:end]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    return written(float(cell) if isinstance(cell, float) else cell).strip()


def _is_float(cell: Any) -> bool:
    """Whether a cell is a number that a float keeps."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return isinstance(cell, float) or abs(cell) <= EXACT


def _column(cells: list[Any]) -> pd.Series:
    """Typed where every cell is a number, or true/false; else texts."""
    present = [cell for cell in cells if cell is not None and cell != ""]
    if present and all(isinstance(cell, bool) for cell in present):
        return pd.Series([cell if isinstance(cell, bool) else np.nan for cell in cells], dtype=object)
    if present and all(_is_float(cell) for cell in present):
        numbers = [cell if isinstance(cell, int | float) else np.nan for cell in cells]
        return pd.Series(np.array(numbers, dtype=np.float64))
    return text_column([_text(cell) for cell in cells])
