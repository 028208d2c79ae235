"""`docs/tables.md`: how every kind of cell is read, found by reading an example of each.

python -m paradigms.datasets.handbook > docs/tables.md
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from .cells import BOOLEANS, MISSING, NAUGHTS
from .csvfile import SPACES, read_text
from .numerals import ENOUGH, PLENTY, Surroundings
from .reading import MEND, Outcome, read_again, read_column
from .schema import MOST_LEVELS
from .sheet import text_column
from .streams.table import SAMPLE
from .words import drop_hint


@dataclass(frozen=True)
class Example:
    """A column's cells and their kind; `beside` is another column of the table, `new` are to be predicted."""

    what: str
    cells: tuple[str, ...]
    beside: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    role: str = "feature"


_MANY = ("12,500", "95", *(f"{k},{k}{k}5" for k in range(1, 10)))

KINDS = (
    Example("numbers", ("1.5", "-2", ".5", "1e-3")),
    Example("Fortran's exponents", ("1.5D+03", "2.5")),
    Example("a true minus sign", ("−1.5", "2.5")),
    Example("brackets for minus", ("(112.81)", "89.33")),
    Example("decimal commas", ("1,5", "-0,25")),
    Example("groups of three, told by a decimal mark", ("1,234.50", "95.00")),
    Example("groups of three, told by a second group", ("1.234.567", "12.500")),
    Example(f"groups of three, {ENOUGH} or {PLENTY} of them beside whole numbers below 1000", _MANY),
    Example("groups of three in a table with decimal points", ("12,500", "95"), beside=("0.5", "1.25")),
    Example("groups apart by spaces or apostrophes", ("12 500", "1 250 000")),
    Example("per cent", ("24%", "7.5 %")),
    Example("currencies", ("$2,300.00", "$100.00")),
    Example("units, the same in every row", ("12.5 kg", "9 kg")),
    Example("words for missing among numbers", ("1.5", "NA", "..", "2.5")),
    Example("true/false or yes/no", ("yes", "No", "")),
    Example("texts", ("red", "Red", "blue")),
    Example("words for missing among texts", ("AS", "NA", "EU", "")),
    Example("the same as a class", ("None", "Apnea", "None"), role="class"),
    Example("question marks among texts", ("a", "?", "b")),
    Example("leading zeros", ("007", "7", "010")),
    Example("whole numbers beyond 2⁵³", ("9007199254740993", "12")),
    Example("numbers with different letters", ("14A", "14B", "3C")),
    Example("dates and times", ("2024-01-31", "2024-02-01")),
)
OPEN = (
    Example("groups of three, few and alone", ("12,500", "950")),
    Example("commas and points for decimals", ("1,5", "2.5")),
    Example("several units", ("12 kg", "500 g")),
    Example("text among numbers", (*map(str, range(20)), "abc")),
    Example("one unknown word among numbers", (*map(str, range(20)), *["closed"] * 8)),
    Example("limits among numbers", ("<5", "7", "8.5", "~9", "12")),
    Example("infinities", ("1.5", "inf")),
)
NEW = (
    Example("the same notation", ("1,5", "2,5"), new=("12,500",)),
    Example("another notation, without a doubt", ("1.5", "2.5"), new=("0,5", "1,5")),
    Example("another notation that may mean two things", ("1500", "12500"), new=("12,500", "950")),
    Example("without the unit", ("24%", "7%"), new=("24",)),
    Example("a missing word", ("1.5", "2.5"), new=("3.5", "n/a")),
)
FILES = (
    ("a delimiter that stands between numbers", "id;height, cm;weight, kg\n1;181,4;78,7\n2;174,6;71,2\n"),
    ("Excel's own first line", '"sep=;"\nx;y\n1;2\n'),
    ("single quotation marks", "'a','b'\n'1','x, y'\n'2','z'\n"),
    ("a title above the table", "State data\nCollected, 2011\n\na,b,c\n1,2,3\n4,5,6\n"),
    ("comments above the table", "# exported today\na,b\n1,2\n3,4\n"),
    ("names in a comment", "# a,b\n1,2\n3,4\n"),
    ("a sentence below the table", "a,b,c\n1,2,3\n4,5,6\nSource: an agency\n"),
    ("columns apart by spaces", "mpg cyl\n28.2   4\n17.4   8\n"),
    ("no header", "7.0,3.3,virginica\n6.3,3.1,virginica\n5.3,2.9,setosa\n"),
    ("rows that are too short", "a,b,c\n1,2,3\n4,5\n7,8,9\n"),
)


_PAGE = """\
# How a table is read

<!-- written by: python -m paradigms.datasets.handbook > docs/tables.md -->

A cell is what a person wrote. All cells are read as text first; then each column is decided on as a whole.
Nothing is left out, merged or read as another number in silence: it is read right and said, or one line
names the column, the cell and its row, and what to type.

## What cells become

{kinds}

Among numbers and booleans these words count as missing, in any case: {missing}.
Among texts they are kept, and where they are one of {naughts}, that is said;
an empty cell is missing everywhere, and so is `?`. True or false are {booleans}.
A text column may have {levels} different values; one that differs in every row is left out.
Classes are named as their cells are written.

## What is asked

{open}

## New rows

`predict` reads cells in the way that training found, which is saved with the model; it says what it did not
know, and asks where training and the new cells differ in meaning. Columns that the model was not trained on
are ignored, whatever they hold. A row without any value gets no answer.

{new}

What is saved for a column such as `12,5 €`:

    {saved}

## Files

Text is UTF-8, UTF-16 with its mark, or else Windows-1252, which is said. Excel's `.xlsx` (with openpyxl:
`pip install "paradigms[excel]"`) and Parquet keep the types of their numbers; their texts are read like all
others. A cell that is merged over several rows is read in each of them. Rows without any cell are left out
and counted.

{files}

## Larger than memory

A table above 1 GB, or any with `--stream`, stays on the disk, and its columns are decided from its first
{sample} rows; in all later ones a cell that is something else is named with its row, never read as something
else. A level that comes late is a level; a number with leading zeros, which would make labels of all the
others, is asked about. Text must be UTF-8 there and its rows of one length. Arrow files (`.arrow`,
`.feather`), NumPy's arrays (`.npy`, whose columns are called `column 1` and so on) and folders of Parquet
files are read in this way alone. Missing numbers take the training part's mean, where a table in memory has
its median ([scale.md](scale.md)).

Commas may stand in column names; what a message says to type works as printed:

    {drop}
"""


def page() -> str:
    """The page, in Markdown."""
    return _PAGE.format(
        kinds=_table(("kind", "cells", "read as", "said"), map(_kind, KINDS)),
        missing=_cells(sorted(MISSING), len(MISSING)),
        naughts=_cells(NAUGHTS, len(NAUGHTS)),
        booleans=_cells(tuple(BOOLEANS)),
        levels=MOST_LEVELS,
        open=_table(("kind", "cells", "the line"), map(_open, OPEN)),
        new=_table(("kind", "trained on", "new cells", "read as", "said"), map(_new, NEW)),
        saved=json.dumps(asdict(read_column(text_column(["12,5 €", "9,25 €"])).reading), ensure_ascii=False),
        files=_table(("kind", "file", "columns", "said"), (_file(what, text) for what, text in FILES)),
        drop=drop_hint(["start, UTC", "x"]),
        sample=f"{SAMPLE:,}",
    )


def _column(cells: Sequence[str], name: str = "x") -> pd.Series:
    return text_column(cells).rename(name)


def _read(example: Example) -> Outcome:
    column = _column(example.cells)
    beside = _column(example.beside or example.cells, "z")
    return read_column(column, Surroundings({"x": column, "z": beside}, ";"), example.role)


def _values(outcome: Outcome) -> str:
    if outcome.kind == "number":
        shown = ", ".join("missing" if pd.isna(value) else f"{value:.15g}" for value in outcome.values[:4])
    elif outcome.kind == "boolean":
        shown = ", ".join(
            "missing" if pd.isna(value) else str(bool(value)).lower() for value in outcome.values
        )
    elif outcome.kind == "category":
        levels = sorted(outcome.values.dropna().unique())
        return f"text: {', '.join(f'`{level}`' for level in levels)}"
    else:
        return "a date, which is not supported"
    return f"{outcome.kind}: {shown}" + (", …" if len(outcome.values) > 4 else "")


def _kind(example: Example) -> tuple[str, ...]:
    outcome = _read(example)
    return example.what, _cells(example.cells), _values(outcome), "; ".join(outcome.notes)


def _open(example: Example) -> tuple[str, ...]:
    outcome = _read(example)
    return example.what, _cells(example.cells), f"column {outcome.trouble}. {outcome.hint or MEND}"


def _new(example: Example) -> tuple[str, ...]:
    outcome = read_again(_column(example.new), _read(example).reading, Surroundings(delimiter=";"))
    read = "" if outcome.trouble else _values(outcome)
    said = (
        f"column {outcome.trouble}. {outcome.hint or MEND}" if outcome.trouble else "; ".join(outcome.notes)
    )
    return example.what, _cells(example.cells), _cells(example.new), read, said


def _file(what: str, text: str) -> tuple[str, ...]:
    sheet = read_text(text, "'t.csv'")
    notes = [note for note in sheet.notes if note]
    cut = "spaces" if sheet.delimiter == SPACES else f"`{sheet.delimiter}`"
    return what, _cells(text.split("\n")[:3]), f"{_cells(sheet.names)}, cut at {cut}", " ".join(notes)


def _cells(cells: Sequence[str], most: int = 4) -> str:
    some = [f"`{cell}`" if cell else "(empty)" for cell in cells[:most]]
    return ", ".join([*some, "…"] if len(cells) > most else some)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    print(page(), end="")
