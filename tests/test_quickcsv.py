"""Arrow's cells are those of Python's `csv`: on tables as people write them, on letters thrown together."""

from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import written
from fuzzing import told

from paradigms.datasets import quickcsv
from paradigms.datasets.csvfile import read_text
from paradigms.datasets.encoding import decode
from paradigms.datasets.notes import table_notes
from paradigms.datasets.quickcsv import read_quickly
from paradigms.datasets.reading import read_column
from paradigms.datasets.sheet import text_column
from paradigms.errors import DataError

LETTERS = (
    "a",
    "b",
    "1",
    "2.5",
    "0",
    ",",
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\n",
    '"',
    '"',
    " ",
    "é",
    "\r\n",
    ";",
    "#",
)


@pytest.mark.parametrize("count", [60, pytest.param(20_000, marks=pytest.mark.slow)], ids=["few", "many"])
def test_tables_of_people(count):
    taken = 0
    for number in range(count):
        with told(f"case {number}"):
            taken += agrees(written.drawn(Random(number)).content)
    assert taken > 0.2 * count


@pytest.mark.parametrize("count", [300, pytest.param(200_000, marks=pytest.mark.slow)], ids=["few", "many"])
def test_letters_thrown_together(count):
    taken = 0
    for number in range(count):
        random = Random(number)
        rows = ["x,y,z", *(thrown(random) for _ in range(random.randint(1, 4)))]
        with told(f"case {number}"):
            taken += agrees("\n".join(rows).encode())
    assert taken > 0.05 * count


def thrown(random: Random) -> str:
    if random.random() < 0.5:
        return ",".join(
            random.choice(("1", "a", '"a"', '"a, b"', '"say ""a"""', '""', '"1\n2"', "", " 5 "))
            for _ in "xyz"
        )
    return "".join(random.choice(LETTERS) for _ in range(random.randint(1, 12)))


def agrees(data: bytes) -> bool:
    """Raises unless the quick reader leaves a text alone, or finds in it what the careful one finds."""
    try:
        quick = read_quickly(data, "'t'")
    except DataError:
        quick = None
    if quick is None:
        return False
    text, notes = decode(data, "'t'")
    careful = read_text(text, "'t'")
    assert (quick.names, quick.notes, quick.delimiter) == (
        careful.names,
        (*notes, *careful.notes),
        careful.delimiter,
    )
    for mine, other in zip(quick.columns, careful.columns, strict=True):
        assert mine.to_list() == other.to_list()
    return True


def test_quotation_marks_are_followed_over_pieces(monkeypatch):
    monkeypatch.setattr(quickcsv, "_PIECE", 3)
    assert agrees(b'x,y\n"a, ""b""",1\n2,"c"\n')
    assert not agrees(b'x,y\n5" pipe,1\n"a",2\n')
    assert not agrees(b'x,y\na, "b, c"\n')


def test_leading_zeros_and_letters_are_told_from_bytes():
    for cells, kind in (
        (["1", "0.5", "-0", "+0.5", "0", ""], "number"),
        (["10", "01"], "category"),
        (["10", "-01"], "category"),
        (["1", "nan"], "number"),
        (["1e5", "2"], "number"),
        (["0x10", "b"], "category"),
    ):
        several = pa.chunked_array([pa.array(cells[:1]), pa.array(cells).slice(1)])
        for column in (text_column(cells), text_column(several)):
            assert read_column(column.rename("c")).kind == kind, cells


def test_copies_are_counted_whatever_the_bits_of_nothing_and_zero():
    odd = np.array([np.nan, 0.0, 1.0]).view(np.uint64)
    odd[0] |= 1
    frame = pd.DataFrame({"a": np.append(odd.view(np.float64), [np.nan, -0.0, 2.0])})
    assert "2 rows repeat" in table_notes(frame, None, None)[0]
    assert not table_notes(frame.iloc[1:4], None, None)
