"""Delimited text that Arrow cuts into the very cells that Python's `csv` would, a hundred times as fast.

What a column is gets decided elsewhere, from the same cells. Text that the two might cut differently is told
from its bytes alone, and left to the careful reader: rows of other lengths, quotation marks inside a cell,
odd line ends.
"""

from __future__ import annotations

import csv
import itertools
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow

from .csvfile import SAMPLE_CHARACTERS, SAMPLE_RECORDS, SPACES, find_delimiter, records_of
from .sheet import Sheet, header_notes, header_place, names_of, text_column

HEAD = 1 << 20
"""Characters in which a table's first records are looked for."""
MARK = b"\xef\xbb\xbf"
BLOCK = 1 << 23
"""Bytes that Arrow cuts at once: as many pieces of a column are looked at one after another."""
_PIECE = 1 << 24


class Head(NamedTuple):
    """Where a table begins: its delimiter, its names, the records above them, and the first row's place."""

    delimiter: str
    names: tuple[str, ...]
    above: list[list[str]]
    start: int


def read_quickly(data: bytes, name: str) -> Sheet | None:
    """All cells as stripped texts; None where Python's `csv` might find others, or something to say."""
    if not _is_plain(data):
        return None
    head = head_of(data[: 4 * HEAD], name, whole=len(data) <= 4 * HEAD)
    if head is None or (quotes := quoting(data, head)) is None:
        return None
    body = pa.BufferReader(pa.py_buffer(memoryview(data)[head.start :]))
    try:
        table = arrow.read_csv(body, **as_text(head, quotes))
    except pa.ArrowInvalid:  # rows of other lengths: which, is said by the careful reader
        return None
    if not table.num_rows or any(_longest(column) > csv.field_size_limit() for column in table.columns):
        return None
    columns = tuple(text_column(column) for column in table.columns)
    return Sheet(
        name, head.names, columns, tuple(header_notes(head.above, [], head.names, columns)), head.delimiter
    )


def as_text(head: Head, quotes: bool, checked: bool = False) -> dict[str, Any]:
    """What Arrow is told, so that every cell stays the text that it is.

    `checked`, it also says where one is no UTF-8, and which row has another length: one thread knows that.
    """
    places = [str(k) for k in range(len(head.names))]
    return {
        "read_options": arrow.ReadOptions(column_names=places, block_size=BLOCK, use_threads=not checked),
        "parse_options": arrow.ParseOptions(
            delimiter=head.delimiter, quote_char='"' if quotes else False, newlines_in_values=quotes
        ),
        "convert_options": arrow.ConvertOptions(
            column_types=dict.fromkeys(places, pa.string()), strings_can_be_null=False, check_utf8=checked
        ),
    }


def head_of(data: bytes, name: str, *, whole: bool) -> Head | None:
    """Where the table in these first bytes of a file begins; None where that is not plain from them."""
    mark = len(MARK) if data.startswith(MARK) else 0
    full = data[mark:].decode("utf-8", errors="ignore")  # a letter may be cut in two
    text = full.lstrip("\r\n")
    delimiter, rest = find_delimiter(text[:SAMPLE_CHARACTERS], name)
    rest = text[len(text[:SAMPLE_CHARACTERS]) - len(rest) :]
    if delimiter == SPACES:
        return None
    records = list(itertools.islice(records_of(rest, delimiter, name, whole=False), SAMPLE_RECORDS + 1))
    if len(records) <= SAMPLE_RECORDS and not whole:
        return None
    at = header_place(records[:SAMPLE_RECORDS])
    if any("\n" in cell for record in records[: at + 1] for cell in record):
        return None
    names = names_of(records[at]) if records else ()
    if len(names) < 2:  # a blank line is a row then
        return None
    lines = rest.split("\n", at + 1)
    if len(lines) < at + 2:
        return None
    above = full[: len(full) - len(lines[-1])]
    return Head(delimiter, names, records[:at], mark + len(above.encode()))


def _is_plain(data: bytes) -> bool:
    """Whether this is UTF-8 in composed letters, each of its lines ended in the same way."""
    if b"\0" in data or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return False
    if data.isascii():
        return True
    try:
        return unicodedata.is_normalized("NFC", data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def quoting(data: bytes, head: Head) -> bool | None:
    """Whether cells are quoted; None if marks stand where only the careful reader knows what they mean."""
    if data.find(b'"', head.start) < 0:
        return False
    if not head.delimiter.isascii():
        return None
    after = np.frombuffer(data, np.uint8)
    around = np.zeros(256, bool)
    around[[ord(head.delimiter), 10, 13]] = True
    opens = True
    for places in _places(after, head.start, ord('"')):
        # Every other mark opens a cell or is the second of a pair within one; the rest close one.
        first = places[0 if opens else 1 :: 2]
        second = places[1 if opens else 0 :: 2]
        before = after[np.maximum(first - 1, 0)]
        behind = after[np.minimum(second + 1, len(after) - 1)]
        begun = around[before] | (before == 34) | (first == head.start)
        ended = around[behind] | (behind == 34) | (second == len(after) - 1)
        if not (begun.all() and ended.all()):
            return None
        opens ^= len(places) % 2 == 1
    return True if opens else None


def _places(data: np.ndarray, start: int, letter: int) -> Iterator[np.ndarray]:
    for begin in range(start, len(data), _PIECE):
        places = np.flatnonzero(data[begin : begin + _PIECE] == letter)
        if len(places):
            yield places + begin


def _longest(column: pa.ChunkedArray) -> int:
    return int(pc.max(pc.binary_length(column)).as_py() or 0)
