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

from .notation import parse
from .words import listed, plural, quoted

TEXT = pd.ArrowDtype(pa.string())
HEADER_MISSING = "Is a header missing?"
_SAMPLE = 50


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


def text_column(cells: Sequence[str]) -> pd.Series:
    """Cells as stripped texts, missing where nothing is left."""
    stripped = pc.utf8_trim_whitespace(pa.array(cells, pa.string()))
    return pd.Series(pc.if_else(pc.equal(stripped, ""), None, stripped), dtype=TEXT)


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
    if not above or not _is_header(records[at], records[at + 1 :]):
        return _commented(records)
    titles = all(len(record) < 2 or _is_comment(record) or len(record) < width - 1 for record in above)
    return at if titles or not above[-1] else _commented(records)


def _commented(records: Sequence[Sequence[str]]) -> int:
    """The last of the comments that a table begins with may hold the names; else the first record does."""
    comments = next((k for k, record in enumerate(records) if record and not _is_comment(record)), 0)
    return max(0, comments - 1) if all(map(_is_comment, filter(None, records[:comments]))) else 0


def _is_comment(record: Sequence[str]) -> bool:
    return bool(record) and record[0].startswith("#") and (len(record[0]) == 1 or not record[0][1].isalnum())


def _is_header(record: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a record names the columns below: different texts, none a number, above some numbers."""
    names = [cell.strip() for cell in record]
    if not all(names) or len(set(names)) < len(names) or any(parse(name) for name in names):
        return False
    rows = [row for row in below[:_SAMPLE] if len(row) == len(names)]
    return any(
        sum(parse(row[k].strip()) is not None for row in rows) > len(rows) / 2 for k in range(len(names))
    )


def names_of(record: Sequence[str]) -> tuple[str, ...]:
    """The names in a header; a comment's mark before them is none."""
    cells = [cell.strip() for cell in record]
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
    if parse(name) is not None:
        return len(cells) > 0 and sum(parse(cell) is not None for cell in cells) > len(cells) / 2
    return bool((column == name).any())


def blank_rows(frame: pd.DataFrame) -> Any:
    """Which rows `[N]` hold no cell at all."""
    blank = np.ones(len(frame), dtype=bool)
    for name in frame:
        if not blank.any():
            break
        blank &= frame[name].isna().to_numpy()
    return blank
