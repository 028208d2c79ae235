"""A person's file as a sheet, whatever kind of file it is: delimited text, Excel or Parquet."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from paradigms.errors import DataError

from .csvfile import read_text
from .encoding import decode
from .parquetfile import is_parquet, read_parquet
from .quickcsv import read_quickly
from .sheet import Sheet
from .words import quoted, shown
from .workbook import is_workbook, read_workbook

LONGEST_PATH = 400
OTHERS = (
    (
        ("<!doctype", "<html", "<table", "<?xml", "<workbook"),
        "a web page or XML",
        "Open it in a spreadsheet program and save it as CSV or .xlsx.",
    ),
    (('{"', "[{", "[["), "JSON", "Save its rows as CSV first."),
    (("@relation",), "an ARFF file", "Save it as CSV first."),
)
"""How other files begin, what they are, and what to do."""


def read_sheet(path: str | os.PathLike[str]) -> Sheet:
    """All cells of a table's file, and notes on how it was read.

    Raises:
        DataError: no such file, none that holds a table, or one that cannot be read as what it is.
    """
    name = quoted(Path(path).name or path)
    data = _read_bytes(path)
    if is_parquet(data):
        return read_parquet(data, name)
    if is_workbook(data):
        return read_workbook(data, name)
    quick = read_quickly(data, name)
    if quick is not None:
        return quick
    text, notes = decode(data, name)
    _require_table(text, name)
    sheet = read_text(text, name)
    return Sheet(name, sheet.names, sheet.columns, (*notes, *sheet.notes), sheet.delimiter)


def _require_table(text: str, name: str) -> None:
    """Raise DataError where a text begins as what is no table of cells."""
    begins = text[:200].lstrip().lower()
    for starts, what, hint in OTHERS:
        if begins.startswith(starts):
            raise DataError(f"{name} is {what}, not a table of cells.", hint)


def _read_bytes(path: str | os.PathLike[str]) -> bytes:
    where = Path(path)
    name = quoted(path, LONGEST_PATH)
    try:
        if where.is_dir():
            raise DataError(f"{name} is a folder.", "Give --data a CSV file in it.")
        return where.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"there is no file {name}.", nearest_file(where)) from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise DataError(
            f"{name} cannot be read: {shown(cause)}.", "Check the path and its permissions."
        ) from error


def nearest_file(path: Path) -> str:
    """What to try where there is no such file."""
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except (OSError, ValueError):
        return (
            f"There is no folder {quoted(path.parent, LONGEST_PATH)} either; check the path given to --data."
        )
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    if not near:
        return "Check the path given to --data."
    return f"Did you mean --data {quoted(path.parent / near[0], LONGEST_PATH)}?"
