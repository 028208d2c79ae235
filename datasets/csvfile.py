"""A CSV file as a table of text cells: encoding, delimiter, header and decimal commas sorted out."""

from __future__ import annotations

import csv
import difflib
import io
import itertools
import os
import re
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from paradigms.errors import DataError

from .words import listed, plural, quoted, shown

DELIMITERS = ",;\t|"
SAMPLE_CHARACTERS = 1 << 18
SAMPLE_RECORDS = 100
LONGEST_PATH = 400
MOSTLY = 0.9
_COMMA_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+([eE][+-]?\d+)?|[+-]?\d+")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")


def read_cells(path: str | os.PathLike[str]) -> tuple[pd.DataFrame, list[str]]:
    """All cells of a CSV file as stripped text, NaN where empty; and notes on how it was read.

    Raises:
        DataError: no such file, no text, no rows, a duplicate header, or rows longer than the header.
    """
    name = quoted(Path(path).name or path)
    text, notes = _decode(_read_bytes(path), name)
    delimiter, text = find_delimiter(text, name)
    buffer = io.StringIO(text, newline="")
    header = _header(_records(buffer, delimiter, name), name)
    frame = _body(buffer, delimiter, header, name)
    if frame.empty:
        raise DataError(f"{name} has a header but no rows.", "Give --data a table with at least ten rows.")
    frame = frame.apply(_strip)
    if delimiter != ",":
        notes += _read_decimal_commas(frame)
    if all(_is_number(column) for column in header):
        notes.append(
            "The first line holds only numbers; it was taken as the column names. Is a header missing?"
        )
    return frame, notes


def find_delimiter(text: str, name: str = "the file") -> tuple[str, str]:
    """The delimiter that cuts most records as often as the header, and the text to be read with it.

    >>> find_delimiter("a;b\\n1,5;2,5\\n")[0]
    ';'
    """
    if re.match(r"sep=.\r?\n", text):  # Excel's own first line
        return text[4], text.split("\n", 1)[1]
    scores = {d: _fit(text[:SAMPLE_CHARACTERS], d, name) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: scores[d]), text


def _fit(sample: str, delimiter: str, name: str) -> tuple[float, int]:
    records = _records(io.StringIO(sample, newline=""), delimiter, name)
    widths = [len(record) for record in itertools.islice(records, SAMPLE_RECORDS) if record]
    if not widths or widths[0] < 2:
        return 0.0, 0
    whole = widths[1:-1] or widths[1:]  # the sample may end inside the last record
    return round(sum(width == widths[0] for width in whole) / max(1, len(whole)), 1), widths[0]


def _records(buffer: io.StringIO, delimiter: str, name: str) -> Any:
    try:
        yield from csv.reader(buffer, delimiter=delimiter, skipinitialspace=True)
    except csv.Error as error:
        raise DataError(
            f"{name} cannot be read as CSV: {error}.", "Is a quotation mark left open?"
        ) from error


def _read_bytes(path: str | os.PathLike[str]) -> bytes:
    where = Path(path)
    name = quoted(path, LONGEST_PATH)
    try:
        if where.is_dir():
            raise DataError(f"{name} is a folder.", "Give --data a CSV file in it.")
        return where.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"there is no file {name}.", _nearest_file(where)) from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise DataError(
            f"{name} cannot be read: {shown(cause)}.", "Check the path and its permissions."
        ) from error


def _nearest_file(path: Path) -> str:
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


def _decode(data: bytes, name: str) -> tuple[str, list[str]]:
    if not data.strip(b"\xef\xbb\xbf\r\n\t "):
        raise DataError(f"{name} is empty.", "Give --data a CSV file with a header and rows.")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = data.decode("utf-16", errors="replace") if wide else ""
    if data[:4] == b"PK\x03\x04" or (b"\x00" in data and not wide) or "\0" in text:
        raise DataError(f"{name} is not a text file.", "If it is a spreadsheet, save it as CSV first.")
    if wide:
        return _start(text), []
    try:
        return _start(data.decode("utf-8-sig")), []
    except UnicodeDecodeError:
        return _start(data.decode("latin-1")), ["The file is not UTF-8; it was read as Latin-1."]


def _start(text: str) -> str:
    return text.lstrip("\r\n")


def _header(records: Any, name: str) -> list[str]:
    names = [cell.strip() or f"column {k + 1}" for k, cell in enumerate(next(records, []))]
    twice = [column for column, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"{name} has more than one column named {listed(map(quoted, twice))}.",
            "Give every column its own name in the first line.",
        )
    return names


def _body(buffer: io.StringIO, delimiter: str, header: list[str], name: str) -> pd.DataFrame:
    start = buffer.tell()
    first: list[str] = next((record for record in _records(buffer, delimiter, name) if record), [])
    if len(first) > len(header):
        raise _too_long(name, f"row 1 has {len(first)} cells", len(header))
    buffer.seek(start)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = _parse(buffer, delimiter, len(header))
    except pd.errors.EmptyDataError:
        return pd.DataFrame(columns=header)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _unreadable(error, name, len(header)) from error
    return frame.set_axis(header, axis=1)


def _parse(buffer: io.StringIO, delimiter: str, columns: int) -> pd.DataFrame:
    return pd.read_csv(
        buffer,
        sep=delimiter,
        header=None,
        names=range(columns),
        index_col=False,
        dtype=object,
        na_values=["?"],
        skipinitialspace=True,
    )


def _unreadable(error: Exception, name: str, columns: int) -> DataError:
    found = re.search(r"in line (\d+), saw (\d+)", str(error))
    if found:
        return _too_long(name, f"row {found[1]} has {found[2]} cells", columns)
    if isinstance(error, pd.errors.ParserWarning):
        return _too_long(name, "a row has more cells", columns)
    cause = "a quotation mark is left open" if "EOF inside string" in str(error) else shown(error, 100)
    return DataError(f"{name} cannot be read as CSV: {cause}.", "Open it in an editor and mend it.")


def _too_long(name: str, what: str, columns: int) -> DataError:
    return DataError(
        f"{what} in {name}, but the header names {plural(columns, 'column')}.",
        "Is a delimiter inside a cell that is not quoted, or at the line's end?",
    )


def _strip(column: pd.Series) -> pd.Series:
    codes, texts = pd.factorize(column)
    stripped = np.array([text.strip() or np.nan for text in texts] + [np.nan], dtype=object)
    return pd.Series(stripped[codes], index=column.index, dtype=object)


def _read_decimal_commas(frame: pd.DataFrame) -> list[str]:
    """Turn decimal commas into points, in place, unless another column uses decimal points."""
    texts = {name: frame[name].dropna().unique() for name in frame}
    columns = [
        name for name in frame if any("," in t for t in texts[name]) and _mostly(_COMMA_NUMBER, texts[name])
    ]
    points = [name for name in frame if name not in columns and _mostly(_POINT_NUMBER, texts[name])]
    if not columns or points:
        return []
    for name in columns:
        table = {t: t.replace(".", "").replace(",", ".") for t in texts[name] if _COMMA_NUMBER.fullmatch(t)}
        frame[name] = frame[name].map(lambda text, table=table: table.get(text, text)).astype(object)
    return [f"{listed(columns)}: decimal commas were read as decimal points."]


def _mostly(pattern: re.Pattern[str], texts: Any) -> bool:
    return len(texts) > 0 and sum(pattern.fullmatch(t) is not None for t in texts) >= MOSTLY * len(texts)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
