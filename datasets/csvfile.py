"""A text file as a sheet: delimiter, lines above the table, header and rows."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Collection, Iterator, Sequence

from paradigms.errors import DataError

from .cells import MISSING, MOSTLY
from .notation import UNITS, parse
from .sheet import Sheet, footer_place, header_notes, header_place, names_of, text_column
from .words import plural

DELIMITERS = ("\t", ";", "|", ",")
"""In this order where nothing else tells; commas also stand in numbers and in texts."""
SPACES = " "
SAMPLE_CHARACTERS = 1 << 18
SAMPLE_RECORDS = 100
_END = "\ue000end\ue000"
_SINGLE = re.compile(r"'[^']*'(?:\s*[\t;|,]\s*'[^']*')+[\t;|, ]*")
_SEP = re.compile(r'"?sep=(.)"?[ \t;,]*(\r\n|\n|\r)')


def read_text(text: str, name: str) -> Sheet:
    """All cells of a delimited text as stripped texts.

    Raises:
        DataError: no rows, a row longer than the header, or a quotation mark that is left open.
    """
    delimiter, text = find_delimiter(text, name)
    records = list(records_of(text, delimiter, name))
    at = header_place(records[:SAMPLE_RECORDS])
    names = names_of(records[at]) if records else ()
    end = footer_place(records, at, len(names))
    rows = _rows(records[at + 1 : end], len(names))
    if not rows:
        raise DataError(f"{name} has a header but no rows.", "Give --data a table with at least ten rows.")
    short = _check_lengths(rows, len(names), name)
    columns = tuple(text_column(cells) for cells in itertools.zip_longest(*rows, fillvalue=""))
    columns += tuple(text_column([""] * len(rows)) for _ in names[len(columns) :])
    notes = header_notes(records[:at], records[end:], names, columns)
    if delimiter == SPACES:
        notes.insert(0, "Columns were cut at spaces.")
    return Sheet(name, names, columns, (*notes, *short), delimiter)


def _rows(records: list[list[str]], columns: int) -> list[list[str]]:
    """The records without blank lines; of one column, a blank line between others is an empty cell."""
    last = max((k for k, record in enumerate(records) if record), default=-1)
    return [record or [""] for record in records[: last + 1] if record or columns == 1]


def find_delimiter(text: str, name: str = "the file") -> tuple[str, str]:
    """The delimiter that cuts most records as often as the header, and the text to be read with it.

    Where two do, it is the one between numbers. Spaces count where nothing else is found.

    >>> find_delimiter("a;b\\n1,5;2,5\\n")[0]
    ';'
    """
    said = _SEP.match(text)  # Excel's own first line
    if said:
        return said[1], text[said.end() :]
    sample = text[:SAMPLE_CHARACTERS]
    scores = {mark: _fit(sample, mark, name) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: scores[mark])
    lines = [line.strip() for line in sample.splitlines()[:SAMPLE_RECORDS] if line.strip()]
    if scores[best][0] >= (0.9 if _are_numbers(lines[1:]) else 0.5):
        return best, text
    share, numbers, width = _fit(sample, SPACES, name, MISSING)
    cut = share >= 0.9 and numbers * width >= 0.9 and not _hold_spaces(lines[1:])
    return SPACES if cut else _of_one_column(lines), text


def _of_one_column(lines: Sequence[str]) -> str:
    """A comma, unless commas stand in the one name there is, or in the numbers below it."""
    bare = not any(mark in line for line in lines[1:] for mark in DELIMITERS)
    held = lines if _are_numbers(lines[1:]) else lines[:1] if bare else []
    return next((mark for mark in (",", *DELIMITERS) if not any(mark in line for line in held)), ",")


def _are_numbers(lines: Sequence[str]) -> bool:
    """Whether whole lines are numbers, with words for missing and empty quotations among them."""
    cells = [line.strip('"') for line in lines]
    found = sum(not cell or parse(cell) is not None or cell.lower() in MISSING for cell in cells)
    return found > MOSTLY * len(cells) and any(map(parse, cells))


def _hold_spaces(lines: Sequence[str]) -> bool:
    """Whether lines are numbers and spaces are theirs: before a known unit, or in groups some lines lack."""
    bare = [line.strip('"') for line in lines]
    cells = [cell for cell in bare if cell and cell.lower() not in MISSING]
    found = [one for one in map(parse, cells) if one is not None]
    if len(found) <= MOSTLY * len(cells):
        return False
    units = {one.unit for one in found}
    return (len(units) == 1 and units < UNITS) or (units == {""} and any(" " not in line for line in lines))


def _fit(sample: str, delimiter: str, name: str, words: Collection[str] = ()) -> tuple[float, float, int]:
    """The share of records as wide as the header, that of numbers (or `words`) in them, and the width."""
    records = list(itertools.islice(records_of(sample, delimiter, name, whole=False), SAMPLE_RECORDS))
    at = header_place(records)
    below = [record for record in records[at + 1 :] if record]
    below = below[:-1] or below  # the sample may end inside the last record
    width = len(records[at]) if records else 0
    if width < 2 or not below:
        return float(width > 1), 0.0, width
    fit = [record for record in below if len(record) == width]
    cells = [cell for record in fit for cell in record]
    found = sum(cell.lower() in words or parse(cell.strip()) is not None for cell in cells)
    return round(len(fit) / len(below), 1), round(found / max(1, len(cells)), 1), width


def records_of(text: str, delimiter: str, name: str, whole: bool = True) -> Iterator[list[str]]:
    """The records, an empty one for each blank line; at the end a mark that no open quotation may swallow."""
    lines = io.StringIO(text, newline="")
    source = itertools.chain(_ended(lines), [_END] if whole else [])
    if delimiter == SPACES:
        source = (" ".join(line.split()) for line in source)  # type: ignore[assignment]
    count, last = 0, [_END]
    try:
        for last in csv.reader(source, delimiter=delimiter, quotechar=_mark(text), skipinitialspace=True):
            if last == [_END]:
                return
            count += bool(last)
            yield last
    except csv.Error as error:
        raise DataError(
            f"{name} cannot be read as CSV: {error}.", "Is a quotation mark left open?"
        ) from error
    if whole:
        raise DataError(
            f"{name} cannot be read as CSV: a quotation mark is left open in row {count - 1}.",
            "Open it in an editor and mend it.",
        )


def _mark(text: str) -> str:
    """What texts stand in: single quotation marks where every name does and there are no double ones."""
    first = text[:SAMPLE_CHARACTERS].lstrip().partition("\n")[0].strip()
    return "'" if _SINGLE.fullmatch(first) and '"' not in text[:SAMPLE_CHARACTERS] else '"'


def _ended(lines: io.StringIO) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith(("\n", "\r")) else line + "\n"


def _check_lengths(rows: Sequence[Sequence[str]], columns: int, name: str) -> list[str]:
    """A note on rows that are too short.

    Raises:
        DataError: a row that is too long.
    """
    lengths = list(map(len, rows))
    if max(lengths) > columns:
        at = next(k for k, length in enumerate(lengths) if length > columns)
        raise DataError(
            f"row {at + 1} has {plural(lengths[at], 'cell')} in {name}, "
            f"but the header names {plural(columns, 'column')}.",
            "Is a delimiter inside a cell that is not quoted, or at the line's end? "
            "Or are there lines above the table? Remove them.",
        )
    short = [k for k, length in enumerate(lengths) if length < columns]
    if not short:
        return []
    first = f"row {short[0] + 1} has {lengths[short[0]]} of {columns}"
    if len(short) > len(rows) / 2:
        raise DataError(
            f"{len(short):,} of {len(rows):,} rows of {name} have fewer cells than the header ({first}).",
            "Is a delimiter inside a name that is not quoted? Put it in quotation marks.",
        )
    return [
        f"{plural(len(short), 'row')} with fewer cells than the header ({first}); the rest count as empty."
    ]
