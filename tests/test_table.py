"""A person's own CSV: what is understood, what is noted, and what is refused in one line."""

import re

import numpy as np
import pandas as pd
import pytest

from paradigms.datasets import load, read_new, read_table, split
from paradigms.errors import DataError, UsageError

ROWS = 20


def table(sep=",", **columns):
    """CSV text with x, y columns of numbers unless replaced; a value of None leaves a column out."""
    wave = [f"{np.sin(k):.4f}" for k in range(ROWS)]
    all_columns = {"x": wave, "y": [f"{np.cos(3 * k):.4f}" for k in range(ROWS)]} | columns
    kept = {name: cells for name, cells in all_columns.items() if cells is not None}
    lines = [sep.join(kept)] + [sep.join(map(str, row)) for row in zip(*kept.values(), strict=True)]
    return "\n".join(lines) + "\n"


def wave_with(**cells):
    """The x column with some cells replaced, by row (`r3="abc"`)."""
    values = [f"{np.sin(k):.4f}" for k in range(ROWS)]
    for row, cell in cells.items():
        values[int(row[1:])] = cell
    return values


LABELS = ["a", "b"] * (ROWS // 2)


# ---- what is understood


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
def test_delimiters(write, sep):
    dataset = read_table(write(table(sep, z=LABELS)), target="y")
    assert [column.name for column in dataset.columns] == ["x", "z"]
    assert dataset.task == "regression"
    assert dataset.frame["x"].iloc[1] == 0.8415


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(write, ending):
    assert len(read_table(write(table().replace("\n", ending)), target="y")) == ROWS


def test_a_single_column(write):
    dataset = read_table(write(table(y=None)))
    assert dataset.features == ("x",)
    assert dataset.target is None


def test_decimal_commas(write):
    text = table(";", z=list(range(100, 100 + ROWS))).replace(".", ",")
    dataset = read_table(write(text), target="y")
    assert dataset.frame["x"].iloc[1] == 0.8415
    assert any("decimal commas" in note for note in dataset.notes)


def test_one_column_of_decimal_commas_beside_points(write):
    dataset = read_table(write(table(";", z=["1,2", "2,3"] * (ROWS // 2))), target="y")
    assert dataset.frame["z"].iloc[0] == 1.2
    assert dataset.notes[0] == "z: decimal commas were read as decimal points."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(write, encoding):
    dataset = read_table(write(table(größe=wave_with()).encode(encoding)), target="y")
    assert [column.name for column in dataset.columns] == ["x", "größe"]


def test_latin_1_is_noted(write):
    dataset = read_table(write(table(größe=wave_with()).encode("latin-1")), target="y")
    assert "größe" in dataset.features
    assert any("Latin-1" in note for note in dataset.notes)


def test_quotes_newlines_and_spaces(write):
    cells = ['"a, ""b"""', '"two\nlines"'] * (ROWS // 2)
    dataset = read_table(write(table(z=cells, w=[" left ", "right"] * (ROWS // 2))), target="y")
    assert dataset.columns[1].levels == ('a, "b"', "two\nlines")
    assert dataset.columns[2].levels == ("left", "right")


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        (LABELS, "classification", ("a", "b")),
        (["True", "False"] * (ROWS // 2), "classification", ("False", "True")),
        ([1, 10] * (ROWS // 2), "classification", ("1", "10")),
        (["1.0", "2.0"] * (ROWS // 2), "classification", ("1", "2")),
        ([1.5, 2.5] * (ROWS // 2), "regression", None),
        (wave_with(), "regression", None),
    ],
)
def test_the_task_is_inferred(write, cells, task, classes):
    dataset = read_table(write(table(y=cells)), target="y")
    assert (dataset.task, dataset.classes) == (task, classes)
    assert f"task {task} because" in dataset.describe()


def test_integers_with_many_values_are_numbers(write):
    text = "x,y\n" + "\n".join(f"{np.sin(k)},{k % 21}" for k in range(210))
    assert read_table(write(text), target="y").task == "regression"
    assert len(read_table(write(text), target="y", task="classification").classes) == 21


def test_the_task_can_be_overridden(write):
    whole = table(y=[1, 2] * (ROWS // 2))
    assert read_table(write(whole), target="y", task="regression").target.dtype == np.float64
    halves = table(y=[1.5, 2.5] * (ROWS // 2))
    assert read_table(write(halves), target="y", task="classification").classes == ("1.5", "2.5")


def test_types_and_gaps(write):
    text = table(z=["yes", "no", ""] + ["yes"] * (ROWS - 3), w=["NA", "?", "c"] + ["d"] * (ROWS - 3))
    x, z, w = read_table(write(text), target="y").columns
    assert (x.kind, z.kind, w.kind) == ("number", "boolean", "category")
    assert (x.missing, z.missing, w.missing) == (0, 1, 1)
    assert (w.levels, z.distinct) == (("NA", "c", "d"), 2)


def test_drop(write):
    assert read_table(write(table(z=LABELS, w=LABELS)), target="y", drop=["z", "w"]).features == ("x",)


def test_small_classes_are_fine_for_colouring(write):
    path = write(table(y=["rare"] * 2 + ["a"] * (ROWS - 2)))
    dataset = read_table(path, target="y", task="kmeans")
    assert split(dataset, study_seed=0, seeds=[0]).train.y.dtype == np.int64


# ---- what is noted


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"id": list(range(ROWS))}, r"^id: .*identifier.*--drop id"),
        ({"name": [f"n{k}" for k in range(ROWS)]}, r"^name: a different text in every row.*left out"),
        ({"empty": [""] * ROWS}, r"^empty: without any value; left out"),
        ({"y": LABELS, "z": ["p", "q"] * (ROWS // 2)}, r"^z: says the same as the target.*--drop z"),
        ({"z": [2 * round(np.cos(3 * k), 4) + 1 for k in range(ROWS)]}, r"^z: says the same as the target"),
        ({"y": wave_with(), "z": wave_with()}, r"^x, z: says the same as the target"),
        ({"x": [1] * ROWS, "y": [1.5, 2.5] * (ROWS // 2)}, r"^18 rows repeat an earlier one"),
        ({"y": wave_with(r3="", r7="")}, r"2 rows without a value of 'y' left out"),
    ],
)
def test_notes(write, columns, words):
    dataset = read_table(write(table(**columns)), target="y")
    assert any(re.search(words, note) for note in dataset.notes), dataset.notes


def test_a_clean_table_has_no_notes(write):
    near_copy = [f"{np.cos(3 * k) + 0.05 * np.sin(k):.4f}" for k in range(ROWS)]
    assert read_table(write(table(z=near_copy)), target="y").notes == ()


@pytest.mark.parametrize("cells", [[k + 0.5 for k in range(ROWS)], [*range(ROWS - 1), 0]])
def test_fractions_and_repeats_are_no_identifier(write, cells):
    assert read_table(write(table(z=cells)), target="y").notes == ()


# ---- what is refused

BAD_FILES = [
    (b"", "is empty"),
    (b"\xef\xbb\xbf\n", "is empty"),
    ("x,y\n", "header but no rows"),
    ("x,y\n1,2\n", "has one row.*at least 10"),
    ("x,y\n1,2\n2,3\n", "has 2 rows"),
    (table(y=["a"] * ROWS), r"one class only \(a\)"),
    (table(y=[1] * ROWS), "one class only"),
    (table(y=["rare"] * 4 + ["a"] * (ROWS - 4)), r"a class with fewer than 5 rows: 'rare' \(4\)"),
    (table().replace("x,y", "x,x").replace("x,x", "y,y"), "more than one column named 'y'"),
    (table(x=wave_with(r3="inf")), "'x' has an infinite value: 'inf' in row 4"),
    (table(x=wave_with(r5="-Infinity")), "'x' has an infinite value: '-Infinity' in row 6"),
    (table(y=wave_with(r5="inf")), "target 'y' has an infinite value: 'inf' in row 6"),
    (table(x=wave_with(r3="1e200")), "number too large: '1e200' in row 4"),
    (table(x=wave_with(r3="abc")), "'x' has text where numbers are needed: 'abc' in row 4.*--drop x"),
    (table(y=wave_with(r3="abc")), "target 'y' has text where numbers are needed: 'abc' in row 4"),
    (
        table(when=[f"2024-01-{k + 1:02d}" for k in range(ROWS)]),
        "'when'.*dates are not supported.*--drop when",
    ),
    (table(a=["1/2/2024"] * ROWS, b=["12:30"] * ROWS), "'a', 'b'.*dates are not supported.*--drop a,b"),
    (table(y=["2024-01-01"] * ROWS), "target 'y' holds dates"),
    (
        table(z=[f'"{k},000"' for k in range(ROWS)]),
        "'z' has numbers written with separators or units: '1,000' in row 2",
    ),
    (table(x=None, z=[f"n{k}" for k in range(ROWS)]), "no column to learn from.*z: a different text"),
    (table().replace("\n", ",\n").replace("y,\n", "y\n", 1), "row 1 has 3 cells in 't.csv'.*2 columns"),
    (table() + "1,2,3\n", "row 21 has 3 cells in 't.csv'.*2 columns"),
    ("x\n\t\n,1\n", "row 1 has 2 cells in 't.csv'.*1 column"),
    (table() + '"open,2\n', "cannot be read as CSV: .*quotation mark"),
    (b"PK\x03\x04rest", "not a text file.*save it as CSV"),
    (b"x,y\n1,\x00\n", "not a text file"),
    (table().encode("utf-16-le"), "not a text file.*UTF-16 without its mark"),
    ('{"x": [1, 2], "y": [3, 4]}', "is JSON.*Save its rows as CSV"),
    ("\n<html><body><table>\n<tr><td>1</td></tr>", "is a web page or XML"),
    ("@relation t\n@attribute x numeric\n@data\n1\n", "is an ARFF file"),
    (table(x=wave_with(r3="<0.01", r9="> 5")), "'x' has text where numbers are needed: '<0.01' in row 4"),
    (
        table(x=["<2", "7", "8.5", "≥ 9", "11"] * (ROWS // 5)),
        "'x' has a limit where a number is needed: '<2' in row 1",
    ),
]


@pytest.mark.parametrize(("content", "words"), BAD_FILES, ids=[words for _, words in BAD_FILES])
def test_bad_files(write, content, words):
    with pytest.raises(DataError, match=words) as caught:
        read_table(write(content), target="y")
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_crowded_text_names_all_columns(write):
    lines = [f"{np.sin(k)},t{k % 101},u{k % 120},{np.cos(k)}" for k in range(240)]
    with pytest.raises(DataError, match=r"100 different values in 't.csv': 't' 101, 'u' 120.*--drop t,u"):
        read_table(write("x,t,u,y\n" + "\n".join(lines)), target="y")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": "yy"}, "unknown column 'yy': did you mean 'y'"),
        ({"target": "quite another"}, "unknown column 'quite another': known: x, y"),
        ({"target": "y", "drop": ["q"]}, "unknown column 'q'"),
        ({"target": "y", "drop": ["y"]}, "--drop names the target 'y'"),
        (
            {"target": "y", "task": "classification"},
            "classification needs classes.*fractions.*--task regression",
        ),
        ({"target": "y", "task": "regresion"}, "unknown task 'regresion': did you mean 'regression'"),
        ({"task": "regression"}, "regression needs a target.*--target; columns: x, y"),
        ({"target": "y\nz"}, r"unknown column"),
    ],
)
def test_bad_options(write, options, words):
    with pytest.raises(UsageError, match=words) as caught:
        read_table(write(table()), **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("cells", "words"), [(LABELS, r"text \('a'\)"), (["true", "false"] * 10, "true/false")]
)
def test_regression_needs_numbers(write, cells, words):
    with pytest.raises(UsageError, match=f"--task regression needs numbers.*'y' holds {words}"):
        read_table(write(table(y=cells)), target="y", task="regression")


def test_missing_files_and_folders(write, tmp_path):
    write(table(), "people.csv")
    with pytest.raises(DataError, match=r"no file .*peple\.csv'.*Did you mean --data .*people\.csv"):
        read_table(tmp_path / "peple.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(DataError, match="There is no folder"):
        read_table(tmp_path / "no" / "t.csv")
    with pytest.raises(DataError, match="cannot be read"):
        read_table("a\0b.csv")


def test_wild_names_stay_on_one_line(write):
    wild = '"<b>two\nlines</b>"'
    dataset = read_table(write(table(**{wild: LABELS, "y": list(LABELS)})), target="y")
    assert all("\n" not in note for note in dataset.notes)
    assert len(dataset.describe().splitlines()) == 1 + 2 + 1 + len(dataset.notes) + 2
    with pytest.raises(DataError, match=r"<b>two\\nlines</b>") as caught:
        read_table(write(table(**{wild: wave_with(r3="abc")})), target="y")
    assert "\n" not in str(caught.value)


# ---- new rows


@pytest.fixture
def trained(write):
    dataset = read_table(
        write(table(z=["red", "blue"] * (ROWS // 2), w=["yes", "no"] * (ROWS // 2))), target="y"
    )
    return split(dataset, study_seed=0, seeds=[0]).preprocessing[0]


def test_new_rows_are_read_as_in_training(write, trained):
    frame = read_new(write("w;extra;x;z\nyes;1;0,5;red\nno;2;;mauve\n;3;1,5;\n", "new.csv"), trained)
    x, w = trained.numbers
    z = trained.categories[0]
    common = [float(level == z.fill) for level in z.levels]
    expected = [
        [(0.5 - x.mean) / x.scale, (1 - w.mean) / w.scale, 0, 1],
        [(x.fill - x.mean) / x.scale, (0 - w.mean) / w.scale, 0, 0],
        [(1.5 - x.mean) / x.scale, (w.fill - w.mean) / w.scale, *common],
    ]
    np.testing.assert_allclose(trained.transform(frame), expected)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("x,w\n1,yes\n", "'new.csv' lacks 'z', which the model was trained on. Its columns are x, w"),
        ("a\n1\n", "lacks 'x', 'w', 'z'"),
        ("x,z,w\n1,red,yes\nbig,red,no\n", "'x' has text where numbers are needed: 'big' in row 2"),
        ("x,z,w\ninf,red,yes\n", "'x' has an infinite value"),
        ("x,z,w\n1,red,maybe\n", "'w' has something else than true/false or yes/no: 'maybe' in row 1"),
        ("x,z,w\n", "header but no rows"),
    ],
)
def test_new_rows_that_do_not_fit(write, trained, content, words):
    with pytest.raises(DataError, match=words):
        read_new(write(content, "new.csv"), trained)


def test_a_bundled_set_goes_round_through_csv(tmp_path):
    dataset = load("diabetes")
    dataset.frame.to_csv(tmp_path / "new.csv", index=False)
    parts = split(dataset, study_seed=0, seeds=[0], dtype=np.float64)
    new = parts.preprocessing[0].transform(read_new(tmp_path / "new.csv", parts.preprocessing[0]))
    np.testing.assert_allclose(new[parts.test.rows[0]], parts.test.x[0], rtol=1e-9)


def test_a_hundred_thousand_rows(tmp_path):
    rng = np.random.default_rng(0)
    n = 100_000
    frame = pd.DataFrame({f"x{k}": rng.integers(0, 1000, n) / 8 for k in range(4)})
    frame["kind"] = rng.choice(list("abcdef"), n)
    frame["y"] = frame["x0"] + rng.normal(size=n).round(3)
    frame.to_csv(tmp_path / "big.csv", index=False)
    dataset = read_table(tmp_path / "big.csv", target="y")
    parts = split(dataset, study_seed=0, seeds=[0, 1])
    assert parts.train.x.shape == (2, 60_000, 10)
