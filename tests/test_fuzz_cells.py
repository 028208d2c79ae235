"""What a cell says: known values, written as people write them, are read back; or one line asks.

A few hundred cases here; 20,000: pytest -m slow tests/test_fuzz_cells.py
"""

import csv
from pathlib import Path
from random import Random

import numpy as np
import pytest
import written
from fuzzing import told

from paradigms.datasets import read_new, read_table
from paradigms.datasets.preprocessing import fit
from paradigms.errors import UsageError

AGAIN = 0.25
"""The share of tables whose model reads new rows as well, which costs more than all the rest."""


@pytest.mark.parametrize("count", [100, pytest.param(20_000, marks=pytest.mark.slow)], ids=["few", "many"])
def test_a_cell_is_what_was_written(tmp_path, count):
    read = 0
    for number in range(count):
        with told(f"case {number}"):
            read += holds(tmp_path, Random(number))
    assert read > 0.5 * count  # the rest was asked about


def holds(home: Path, random: Random) -> bool:
    """Whether the table was read, and rightly; False where a line asks about it."""
    case = written.drawn(random)
    (home / "t").write_bytes(case.content)
    try:
        dataset = read_table(home / "t")
    except UsageError as error:
        one_line(error)
        return False
    if case.headless:  # where all cells are texts, nobody could know
        numbers = [name for name in dataset.frame if name.isdecimal()]
        assert not numbers or any("header" in note for note in dataset.notes), (numbers, dataset.notes)
        return True
    agrees(dataset, case)
    if random.random() < AGAIN:
        again(home, dataset, case, random)
    return True


def one_line(error: UsageError) -> None:
    assert "\n" not in str(error)
    assert error.hint


def agrees(dataset, case: written.Written) -> None:
    """Raises unless every column that was read says what was written, and every other is spoken of."""
    for name, values in case.columns.items():
        if name not in dataset.frame:
            assert any("left out" in note and name in note for note in dataset.notes), (name, dataset.notes)
        elif isinstance(values[0], str):
            labels(name, values, dataset.frame[name])
        else:
            assert dataset.frame[name].dtype == float, (name, case.cells[name])
            numbers(dataset, dataset.frame[name], values, case.cells[name])


def numbers(dataset, found, values: list[float], cells: list[str]) -> None:
    """All of them; rows of nothing are left out, and that is said but for those after the last row."""
    wanted = np.array(values)
    if len(found) < len(values):
        said = any("row" in note and "left out" in note for note in dataset.notes)
        assert said or len(found) == 1 + np.flatnonzero(~np.isnan(wanted))[-1], dataset.notes
        found, wanted = found.dropna(), wanted[~np.isnan(wanted)]
    np.testing.assert_array_equal(found.to_numpy(), wanted, err_msg=str(cells))


def labels(name: str, values: list[str], found) -> None:
    """Labels are kept as written; a column of numbers with words for missing is one of numbers."""
    if found.dtype == float:
        gone = {word.lower() for word in written.MISSING} | {"n.a."}
        left = {value for value in values if value.lower() not in gone}
        assert left == {"14A"} or all(value.isdigit() for value in left), (name, values)
        assert not {"007", "9007199254740993"} & set(values), values
    else:
        assert set(found.cat.categories) == {value for value in values if value}, (name, values)


def again(home: Path, dataset, case: written.Written, random: Random) -> None:
    """New rows in the convention of training are read alike, one at a time too; new levels are counted."""
    known = fit(dataset, np.arange(len(dataset)))
    end = random.choice((1, case.rows))
    held = {name: own[:end] for name, own in case.cells.items()}
    new = {one.name for one in known.categories if random.random() < 0.3}
    held = {name: ["brand-new"] * end if name in new else own for name, own in held.items()}
    with (home / "new.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["other", *held])
        writer.writerows(zip(["1.234", "x", "1,5"] * (end // 3 + 1), *held.values(), strict=False))
    notes: list[str] = []
    try:
        frame = read_new(home / "new.csv", known, notes.append)
    except UsageError as error:
        one_line(error)
        return
    for name in new:
        assert any(note.startswith(f"{name}: 'brand-new' ({end:,} row") for note in notes), (name, notes)
    for column in known.numbers:
        if not isinstance(case.columns[column.name][0], str):
            found = frame[column.name].to_numpy()
            np.testing.assert_array_equal(found, np.array(case.columns[column.name][:end]), err_msg=str(held))
