"""A table as its file holds it: names, columns of cells, and what stood above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from paradigms.errors import DataError

from .cells import MOSTLY
from .notation import parse
from .words import listed, plural, quoted

TEXT = pd.ArrowDtype(pa.string())
HEADER_MISSING = "Is a header missing?"
_SAMPLE = 50
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00a0"
"""Letters without a width, which programs leave at the ends of cells."""
_PRINTED = bytes(range(33, 127))
"""Letters that leave nothing to strip."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """N rows under names, which may repeat until a column is asked for.

    Attributes:
        columns: N cells each: texts of type `TEXT`, missing where empty, or typed where the file types them.
        notes: how it was read, as sentences.
        delimiter: what stood between the cells, "" where the file knows columns.
    """

    name: str
    names: tuple[str, ...]
    columns: tuple[pd.Series, ...]
    notes: tuple[str, ...] = ()
    delimiter: str = ""

    def frame(self, only: Sequence[str] | None = None) -> pd.DataFrame:
        """The columns of these names, or all.

        Raises:
            DataError: a name that stands twice.
        """
        wanted = set(self.names if only is None else only)
        twice = [name for name, count in Counter(self.names).items() if count > 1 and name in wanted]
        if twice:
            number = " " + HEADER_MISSING if all(parse(name) for name in twice) else ""
            raise DataError(
                f"{self.name} has more than one column named {listed(map(quoted, twice))}.",
                f"Give every column its own name in the first line.{number}",
            )
        pairs = zip(self.names, self.columns, strict=True)
        return pd.DataFrame({name: column.rename(name) for name, column in pairs if name in wanted})


def text_column(cells: Sequence[str] | pa.ChunkedArray) -> pd.Series:
    """Cells as stripped texts, missing where nothing is left."""
    return stripped(cells if isinstance(cells, pa.ChunkedArray) else pa.array(cells, pa.string()))


def stripped(text: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Texts of Arrow without what pads them, missing where nothing is left."""
    if not letters_among(text, _PRINTED):
        text = pc.utf8_trim_whitespace(text)
        if not pc.all(pc.string_is_ascii(text)).as_py():
            text = pc.utf8_trim_whitespace(pc.utf8_trim(text, UNSEEN))
    empty = pc.equal(text, "")
    return pd.Series(pc.if_else(empty, None, text) if pc.any(empty).as_py() else text, dtype=TEXT)


def letters_among(text: pa.Array | pa.ChunkedArray, known: bytes) -> bool:
    """Whether texts are made of these letters alone, told from their bytes and not one by one."""
    return all(not letters_of(chunk).translate(None, known) for chunk in chunks_of(text))


def letters_of(chunk: pa.StringArray) -> bytes:
    """The letters of all texts on end."""
    start, end = (chunk.offset + at for at in (0, len(chunk)))
    _, places, letters = chunk.buffers()
    offsets = np.frombuffer(places, np.int32) if places else np.zeros(end + 1, np.int32)
    held = b"" if letters is None else memoryview(letters)[offsets[start] : offsets[end]]
    return bytes(held)


def chunks_of(text: pa.Array | pa.ChunkedArray) -> list[pa.StringArray]:
    """The pieces that lie in one place each."""
    return text.chunks if isinstance(text, pa.ChunkedArray) else [text]


def header_place(records: Sequence[Sequence[str]]) -> int:
    """Where the names stand: the first record, or that below titles and comments.

    >>> header_place([["A title"], ["a", "b"], ["1", "2"]])
    1
    """
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return _commented(records)
    width = widths.most_common(1)[0][0]
    at = next((k for k, record in enumerate(records) if len(record) == width and not _is_comment(record)), 0)
    above = records[:at]
    if not above or not _is_header(records[at], records[at + 1 :], _stand_apart(above)):
        return _commented(records, width)
    titles = all(len(record) < 2 or _is_comment(record) or len(record) < width - 1 for record in above)
    return at if titles or not above[-1] else _commented(records, width)


def _commented(records: Sequence[Sequence[str]], width: int = 1) -> int:
    """The last of the comments that a table begins with may hold the names; else the first record does."""
    below = next((k for k, record in enumerate(records) if record and not _is_comment(record)), 0)
    if not below:
        return 0
    return below - 1 if len(records[below - 1]) == width else below


def _is_comment(record: Sequence[str]) -> bool:
    return bool(record) and record[0].startswith("#") and (len(record[0]) == 1 or not record[0][1].isalnum())


def _stand_apart(above: Sequence[Sequence[str]]) -> bool:
    """Whether lines are titles whatever stands below: of one cell, ended by a blank line or a sentence."""
    return all(len(record) < 2 for record in above) and (not above[-1] or _is_sentence(above[-1]))


def _is_header(record: Sequence[str], below: Sequence[Sequence[str]], apart: bool) -> bool:
    """Whether a record names the columns below: different texts, none a number, above some numbers.

    Below titles that stand `apart` there need not be numbers, but as many cells in nearly all rows.
    """
    names = [cell.strip() for cell in record]
    if not all(names) or len(set(names)) < len(names) or any(parse(name) for name in names):
        return False
    rows = [row for row in below[:_SAMPLE] if len(row) == len(names)]
    if apart and len(rows) > MOSTLY * sum(map(bool, below[:_SAMPLE])):
        return True
    return any(
        sum(parse(row[k].strip()) is not None for row in rows) > len(rows) / 2 for k in range(len(names))
    )


def names_of(record: Sequence[str]) -> tuple[str, ...]:
    """The names in a header; a comment's mark before them is none."""
    cells = [cell.strip().strip(UNSEEN).strip() for cell in record]
    if cells and _is_comment(cells):
        cells[0] = cells[0][1:].strip()
    return tuple(cell or f"column {k + 1}" for k, cell in enumerate(cells))


def footer_place(records: Sequence[Sequence[str]], header: int, width: int) -> int:
    """Where the rows end: before sentences that stand alone in their line, below three columns or more."""
    end = len(records)
    while width > 2 and end > header + 2 and (not records[end - 1] or _is_sentence(records[end - 1])):
        end -= 1
    return end


def _is_sentence(record: Sequence[str]) -> bool:
    return len(record) == 1 and " " in record[0].strip() and parse(record[0].strip()) is None


def header_notes(
    above: Sequence[Sequence[str]],
    below: Sequence[Sequence[str]],
    names: Sequence[str],
    columns: Sequence[pd.Series],
) -> list[str]:
    """What was left out above and below the table, and whether the names look like a row of values."""
    notes = []
    for where, records in (("above", above), ("below", below)):
        left = [" ".join(filter(None, record)) for record in records if any(record)]
        verb = "was" if len(left) == 1 else "were"
        lines = f"{plural(len(left), 'line')} {where} the table {verb} left out"
        notes += [f"{lines}: {listed(map(quoted, left), 3)}."] if left else []
    odd = [name for name, column in zip(names, columns, strict=True) if _is_value(name, column)]
    if all(parse(name) for name in names):
        notes.append(f"The first line holds only numbers; it was taken as the column names. {HEADER_MISSING}")
    elif odd:
        taken = "looks like a row of values; it was taken as the column names"
        notes.append(f"The first line ({listed(map(quoted, odd), 4)}) {taken}. {HEADER_MISSING}")
    return notes


def _is_value(name: str, column: pd.Series) -> bool:
    """Whether a name is a value of its own column, or a number above numbers."""
    cells = column.iloc[:1000].dropna()
    if not pd.api.types.is_string_dtype(column.dtype):
        return False
    numbers = parse(name) is not None and sum(parse(cell) is not None for cell in cells) > len(cells) / 2
    return numbers or bool((column == name).any())


def blank_rows(frame: pd.DataFrame) -> Any:
    """Which rows `[N]` hold no cell at all."""
    blank = np.ones(len(frame), dtype=bool)
    for name in frame:
        if not blank.any():
            break
        blank &= frame[name].isna().to_numpy()
    return blank
