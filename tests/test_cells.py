"""Every kind of cell: read right and said, or one line that names column, cell and row."""

import decimal
import json
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from paradigms.datasets import Preprocessing, handbook, read_new, read_table
from paradigms.datasets.preprocessing import fit
from paradigms.errors import DataError, UsageError

ROWS = 24
Y = [f"{np.cos(3 * k):.4f}" for k in range(ROWS)]


def file_of(columns: dict, sep: str = "\t") -> str:
    rows = zip(*columns.values(), strict=True)
    return "\n".join([sep.join(columns), *(sep.join(map(str, row)) for row in rows)]) + "\n"


@pytest.fixture
def read(write):
    """A column of cells, repeated, beside a target."""

    def read(cells, sep="\t", **options):
        column = [cells[k % len(cells)] for k in range(ROWS)]
        return read_table(write(file_of({"x": column, "y": Y}, sep)), target="y", **options)

    return read


def values(dataset, count):
    return dataset.frame["x"].iloc[:count].tolist()


GROUPS = [f"{k},{100 + 37 * k}" for k in range(1, 12)] + ["640", "7,990"]


@pytest.mark.parametrize(
    ("cells", "numbers", "said"),
    [
        (["−3.25", "1.5", "–2"], [-3.25, 1.5, -2], ""),
        (["(40.5)", "12"], [-40.5, 12], "brackets were read as minus"),
        (["40.5-", "12"], [-40.5, 12], ""),
        (["$(1,250.50)", "$300.00"], [-1250.5, 300], "'$(1,250.50)' is read as -1250.5"),
        (["12.5%", "3 %"], [12.5, 3], "'%' was left out"),
        (["£1,250.75", "£3.10"], [1250.75, 3.1], "'£1,250.75' is read as 1250.75"),
        (["1.250,75 €", "3,10 €"], [1250.75, 3.1], "decimal commas"),
        (["7.5 mm", "12 mm"], [7.5, 12], "'mm' was left out ('7.5 mm' is read as 7.5)"),
        (["2 450,5", "17"], [2450.5, 17], "' ' between groups"),
        (["2\u202f450", "17"], [2450, 17], "' ' between groups"),
        (["9'800", "12'400.5"], [9800, 12400.5], "between groups"),
        (["3.456.789", "1.200"], [3456789, 1200], "'.' between groups"),
        (["12,34,567", "89"], [1234567, 89], "',' between groups"),
        (GROUPS, [1137, 2174], "',' between groups of three digits was left out ('1,137' is read as 1137)"),
        (["2,125", "17"], [2125, 17], "'2,125' is read as 2125"),
        (["1.5e3", "2E-1", "+4"], [1500, 0.2, 4], ""),
        (["1,5e3", "2"], [1500, 2], "decimal commas"),
        (["٣٤", "12"], [34, 12], ""),
        (["1.5D+03", "25d-1", "7"], [1500, 2.5, 7], ""),
        (["0.1", "123456789.123456789"], [0.1, 123456789.123456789], ""),
    ],
)
def test_numbers_as_people_write_them(read, cells, numbers, said):
    dataset = read(cells)
    assert values(dataset, len(numbers)) == numbers
    assert any(note.startswith("x: ") and said in note for note in dataset.notes) or not said, dataset.notes
    if not said:
        assert not [note for note in dataset.notes if note.startswith("x: ")], dataset.notes


@pytest.mark.parametrize(
    "word", ["NA", "n/a ", "..", "*", "\\N", ".", "-", "NULL", "#DIV/0!", "-1.#IND", "None"]
)
def test_words_for_missing_among_numbers(read, word):
    dataset = read([word, "1.5", "2.25"])
    assert dataset.columns[0].missing == 8
    counted = f"8 of 24 cells are '{word.strip()}' and the rest numbers; they count as missing"
    assert f"x: {counted}." in dataset.notes


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["12,500", "950", "8,250"], r"'x' has numbers written with separators or units: '12,500' in row 1"),
        (["1,5", "2.5"], r"'x' has numbers written with .*: '2.5' in row 2.*'1,5'"),
        (["12 kg", "500 g"], r"'x' has numbers written with .*: '500 g' in row 2"),
        (["24%", "0.2"], r"'x' has numbers written with .*: '0.2' in row 2"),
        (["$5.50", "€4.10"], r"'x' has numbers written with .*: '€4.10' in row 2"),
        (["(3)", "(4)"], r"'x' has numbers written with brackets: '\(3\)' in row 1"),
        ([*map(str, range(15)), *["shut"] * 9], r"9 of 24 cells are 'shut' and the rest numbers.*row 16"),
    ],
)
def test_what_is_asked(write, cells, words):
    cells = [cells[k % len(cells)] for k in range(ROWS)]
    for target in ("k", "x"):
        text = file_of({"x": cells, "k": ["a", "b"] * (ROWS // 2)})
        with pytest.raises(DataError, match=words) as caught:
            read_table(write(text), target=target)
        assert "\n" not in str(caught.value)
        assert "--drop x" in caught.value.hint or target == "x"


def test_three_decimals_are_asked_about_where_nothing_tells(write):
    """`12.345` alone is a fraction between commas, and a question between semicolons."""
    cells = [f"{12.345 + k:.3f}" for k in range(ROWS)]
    assert read_table(write(file_of({"x": cells, "n": range(ROWS)}, ","))).frame["x"].iloc[0] == 12.345
    with pytest.raises(DataError, match=r"two ways: write 12345 if it is a whole number, 12\.3450 if"):
        read_table(write(file_of({"x": cells, "n": range(ROWS)}, ";")))
    decimals = {"x": cells, "n": [f"{k}.5" for k in range(ROWS)]}
    assert read_table(write(file_of(decimals, ";"))).frame["x"].iloc[0] == 12.345
    commas = {"x": cells, "n": [f"{k},5" for k in range(ROWS)]}
    assert read_table(write(file_of(commas, ";"))).frame["x"].iloc[0] == 12345


# ---- classes, labels and identifiers


def test_words_for_missing_are_classes_and_levels(write):
    text = file_of({"x": Y, "zone": ["null", "EU", ""] * 8, "y": ["NA", "None", "mild", "nan"] * 6})
    dataset = read_table(write(text), target="y")
    assert dataset.classes == ("NA", "None", "mild", "nan")
    assert dataset.columns[1].levels == ("EU", "null")
    assert (len(dataset), dataset.columns[1].missing) == (ROWS, 8)
    assert (
        "zone: 8 cells are 'null', kept as a level of its own; empty them if missing is meant."
        in dataset.notes
    )
    assert any(note.startswith("y: 6 cells are 'NA', kept as a class") for note in dataset.notes)


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (["01", "1", "10"], ("01", "1", "10")),
        (["0042", "0420"], ("0042", "0420")),
        (["18014398509481985", "18014398509481984"], ("18014398509481984", "18014398509481985")),
        (["1", "1.0"], ("1", "1.0")),
        (["2.0", "10.0"], ("2", "10")),
        (["10 mg", "5 mg"], ("5 mg", "10 mg")),
        (["1,000", "900"], ("900", "1,000")),
        (["12A", "12B"], ("12A", "12B")),
    ],
)
def test_classes_are_named_as_written(write, cells, classes):
    y = [cells[k % len(cells)] for k in range(ROWS)]
    dataset = read_table(write(file_of({"x": Y, "y": y})), target="y", task="classification")
    assert dataset.classes == classes
    assert [dataset.classes[code] for code in dataset.target] == [
        cell.removesuffix(".0") if "1" not in y else cell for cell in y
    ]


def test_labels_of_digits_are_no_numbers(write):
    long = [str(36028797018963969 + 3 * k) for k in range(ROWS)]
    text = file_of({"id": long, "zip": ["01067", "20095", "01067"] * 8, "y": Y})
    dataset = read_table(write(text), target="y")
    assert dataset.columns[0].levels == ("01067", "20095")
    assert any(
        re.match(r"id: identifiers and not numbers, because '360287970189639\d\d'", n) for n in dataset.notes
    )
    assert any(note.startswith("id: a different text in every row") for note in dataset.notes)
    assert "zip: labels and not numbers, because of the leading zeros ('01067')." in dataset.notes


@pytest.mark.parametrize(
    ("cells", "levels"), [(["0x10", "NA"], ("0x10",)), (["0b1", "0X1F"], ("0X1F", "0b1"))]
)
def test_numbers_of_programs_are_no_numbers_with_units(read, cells, levels):
    column = read(cells).columns[0]
    assert column.kind == "category"
    assert set(column.levels) >= set(levels)


def test_spaces_cut_columns_but_no_number_from_its_unit(write):
    """Words for missing stand among the numbers of a table; a unit belongs to its number."""
    lines = [f"{'missing' if k % 2 else f'£{k}.250'}   {'NA' if k % 3 else 'Red'}" for k in range(20)]
    dataset = read_table(write("\n".join(["price  kind", *lines])), target="price")
    assert dataset.columns[0].levels == ("NA", "Red")
    assert dataset.target.tolist() == [k + 0.25 for k in range(0, 20, 2)]
    lines = ["" if k == 5 else f"€ {k}.25" for k in range(20)]
    dataset = read_table(write("\n".join(["col 1", *lines])))
    assert dataset.frame["col 1"].tolist() == [k + 0.25 for k in range(20) if k != 5]
    lines = ["120.5" if k == 5 else f"{k} 023.8" for k in range(1, 21)]
    dataset = read_table(write("\n".join(["height (cm)", *lines])))
    assert dataset.frame["height (cm)"].tolist() == [
        120.5 if k == 5 else k * 1000 + 23.8 for k in range(1, 21)
    ]
    lines = ["-" if k == 5 else f"{k} 023.8" for k in range(1, 21)]
    dataset = read_table(write("\n".join(["col 1", *lines])))
    assert dataset.frame["col 1"].dropna().tolist() == [k * 1000 + 23.8 for k in range(1, 21) if k != 5]
    lines = [f"{k} {100 + k}" for k in range(1, 21)]
    assert len(read_table(write("\n".join(["a b", *lines]))).columns) == 2


def test_fifty_one_levels(write):
    states = [f"state {k % 51}" for k in range(204)]
    rows = file_of({"s": states, "y": [f"{np.sin(k):.4f}" for k in range(204)]})
    assert len(read_table(write(rows), target="y").columns[0].levels) == 51


# ---- files


def test_what_stands_above_and_below(write):
    text = "Report 2020, final\nby us\n\nn,m,k\n" + "1,2.5,a\n2,3.5,b\n" * 6 + "\nSource: our own counts\n"
    dataset = read_table(write(text))
    assert (len(dataset), dataset.features) == (12, ("n", "m", "k=a", "k=b"))
    assert dataset.notes[0] == "2 lines above the table were left out: 'Report 2020 final', 'by us'."
    assert dataset.notes[1] == "1 line below the table was left out: 'Source: our own counts'."


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("# made by x\n# unit: s\nt,v\n" + "1,2\n2,5\n" * 6, ("t", "v")),
        ("# t,v\n" + "1,2\n2,5\n" * 6, ("t", "v")),
        ("#t,v\n" + "1,2\n2,5\n" * 6, ("#t", "v")),
        ("t  v   w\n" + "1   2.5  3\n 2 3.5   4 \n" * 6, ("t", "v", "w")),
        ('"sep=|"\r\nt|v\r\n' + "1|2\r\n2|5\r\n" * 6, ("t", "v")),
        ("no;size, m;price, k\n" + "1;2,5;3,5\n2;3,5;4,5\n" * 6, ("no", "size, m", "price, k")),
        ("v\n" + "1,5\n2,5\n" * 6, ("v",)),
        ("v, m\n" + '1,5\n""\n2,5\n' * 6, ("v, m",)),
        ("v, m\n" + "1\n2\n" * 6, ("v, m",)),
    ],
)
def test_where_the_table_begins(write, text, names):
    dataset = read_table(write(text))
    assert dataset.features == names
    assert len(dataset) == 12


def test_blank_rows_are_left_out(write):
    text = "a;b;id\n" + "1,5;2;3\n;;\n2,5;4;\n" * 8 + "NA;NA;\n"
    dataset = read_table(write(text), drop=["id"])
    assert len(dataset) == 16
    assert "8 empty rows left out." in dataset.notes
    assert "1 row without any value left out." in dataset.notes


@pytest.mark.parametrize("first", ["2.5,setosa", "2.5,new"])
def test_a_missing_header(write, first):
    text = f"{first}\n" + "1.5,setosa\n3.5,other\n" * 8
    assert any("Is a header missing?" in note for note in read_table(write(text)).notes)


@pytest.mark.parametrize("name", ["a, b", "it's", 'say "x"', "-x", "two  words", "$HOME", "größe"])
def test_the_hint_works_as_printed(write, name):
    import shlex

    quoted = '"' + name.replace('"', '""') + '"'
    path = write(file_of({quoted: [f"2020-01-{k + 1:02d}" for k in range(ROWS)], "x": Y, "y": Y[::-1]}, ","))
    with pytest.raises(DataError) as caught:
        read_table(path, target="y")
    typed = shlex.split(caught.value.hint.split("with ")[1].split(". Or write")[0])
    given = [word.removeprefix("--drop=") for word in typed if word != "--drop"]
    assert read_table(path, target="y", drop=given).features == ("x",)


def test_several_columns_in_one_argument(write):
    path = write(file_of({'"a, b"': Y, "c": Y, "d": Y, "y": Y}, ","))
    assert read_table(path, target="y", drop=["c,a, b"]).features == ("d",)
    assert read_table(path, target="y", drop=["a, b", "d"]).features == ("c",)
    with pytest.raises(UsageError, match="unknown column 'e'"):
        read_table(path, target="y", drop=["c,e"])


def test_encodings(write):
    text = file_of({"Straße": ["Köln – Süd", "“Mitte”"] * (ROWS // 2), "Miete €": Y})
    for coding in ("utf-8", "utf-8-sig", "utf-16-le", "utf-16", "cp1252"):
        data = (b"\xff\xfe" if coding == "utf-16-le" else b"") + text.encode(coding)
        dataset = read_table(write(data), target="Miete €")
        assert dataset.columns[0].levels == ("Köln – Süd", "“Mitte”")
    decomposed = text.replace("ö", "o\u0308").encode()
    assert read_table(write(decomposed), target="Miete €").columns[0].levels[0] == "Köln – Süd"
    with pytest.raises(DataError, match="is UTF-8, but for 1 bytes, the first of them in line 26"):
        read_table(write(text.encode() + b"\xfcber\t1\n"), target="Miete €")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_file_in_two_encodings(write, share):
    """As when two files were put together; a few lines that are both by chance are none."""
    lines = [f"Grüße {k % 4}\t{k}" for k in range(20)]
    cut = int(share * len(lines))
    data = ["x\tn", *lines[:cut]], lines[cut:]
    mixed = b"".join(
        ("\n".join(part) + "\n").encode(code) for part, code in zip(data, ("utf-8", "cp1252"), strict=True)
    )
    with pytest.raises(DataError, match=r"is in two encodings: line 2|is UTF-8, but for"):
        read_table(write(mixed))
    lines[7] = "„Spaß“ 3\t7"
    (column, _) = read_table(write(("\n".join(["x\tn", *lines]) + "\n").encode("cp1252"))).columns
    assert column.levels == ("Grüße 0", "Grüße 1", "Grüße 2", "Grüße 3", "„Spaß“ 3")


def test_letters_without_width_are_padding(write):
    path = write(
        file_of(
            {
                "\ufeffzone\u200b": ["red", "red\u200b", "\u2060blue "] * 4,
                "n\u200e": ["1.5", "\ufeff2.5", "3"] * 4,
            }
        )
    )
    dataset = read_table(path)
    assert [(column.name, column.levels) for column in dataset.columns] == [
        ("zone", ("blue", "red")),
        ("n", None),
    ]


def test_merged_cells_are_read_in_each_of_their_rows(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Our table", None, None], ["zone", "first", "second"]):
        sheet.append(row)
    for k in range(12):
        sheet.append([f"zone {k}" if k % 3 == 0 else None, k / 8, k % 5])
    for area in ("A1:C1", *(f"A{3 + k}:A{5 + k}" for k in range(0, 12, 3))):
        sheet.merge_cells(area)
    book.save(tmp_path / "t.xlsx")
    dataset = read_table(tmp_path / "t.xlsx")
    assert dataset.frame["zone"].tolist() == [f"zone {k - k % 3}" for k in range(12)]
    assert list(dataset.frame) == ["zone", "first", "second"]
    assert "4 merged cells stand over several rows and were read in each of them." in dataset.notes


def test_a_workbook_whose_table_is_on_another_sheet(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.create_sheet("Data").append(["x", "y"])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match=r"no rows\. Of 2 sheets the first was read, 'Sheet'; not Data. Move"):
        read_table(tmp_path / "t.xlsx")


def test_whole_numbers_stay_whole_in_parquets_decimals(tmp_path):
    codes = [decimal.Decimal(2**60 + k % 3) for k in range(15)]
    table = pa.table({"code": pa.array(codes), "n": pa.array([k / 8 for k in range(15)])})
    pq.write_table(table, tmp_path / "t.parquet")
    levels = tuple(str(2**60 + k) for k in range(3))
    assert read_table(tmp_path / "t.parquet").columns[0].levels == levels
    assert read_table(tmp_path / "t.parquet", target="code").classes == levels


def test_identifiers_that_excel_has_rounded_are_spoken_of(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (("code", "n"), *((2**60 + k, k / 8) for k in range(12))):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert any(
        "code: numbers of more than 15 digits" in note for note in read_table(tmp_path / "t.xlsx").notes
    )


def test_parquet_says_what_it_leaves_out(tmp_path):
    frame = pd.DataFrame({"x": np.arange(12) / 8}, index=[f"row {k}" for k in range(12)])
    frame.to_parquet(tmp_path / "t.parquet")
    assert "The index that pandas wrote was left out." in read_table(tmp_path / "t.parquet").notes
    same = pa.table([pa.array(range(12)), pa.array(range(12))], names=["x", "x"])
    pq.write_table(same, tmp_path / "t.parquet")
    with pytest.raises(DataError, match="more than one column named 'x'"):
        read_table(tmp_path / "t.parquet")


def test_dates_as_numbers_are_spoken_of(write):
    path = write(
        file_of(
            {"day": [f"2024{1 + k % 12:02d}{1 + k:02d}" for k in range(20)], "n": [k / 8 for k in range(20)]}
        )
    )
    assert any("day: numbers that are dates (20240101)" in note for note in read_table(path).notes)
    path = write(
        file_of({"day": [str(20240000 + 7 * k) for k in range(20)], "n": [k / 8 for k in range(20)]})
    )
    assert not any("dates" in note for note in read_table(path).notes)


def test_excel_keeps_types_and_its_texts_are_read(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Our table"], [], ["n", "size", "code", "ok", "zone"]):
        sheet.append(row)
    for k in range(12):
        sheet.append([k + 0.125, f"{k},5 m", f"{k % 3:03d}", k % 2 == 0, "NA" if k % 4 else None])
    book.save(tmp_path / "t.xlsx")
    dataset = read_table(tmp_path / "t.xlsx")
    kinds = {column.name: column.kind for column in dataset.columns}
    assert kinds == {"n": "number", "size": "number", "code": "category", "ok": "boolean"}
    assert dataset.frame[["n", "size"]].iloc[3].tolist() == [3.125, 3.5]
    assert dataset.columns[2].levels == ("000", "001", "002")
    assert "1 line above the table was left out: 'Our table'." in dataset.notes
    sheet["A9"] = "=A8+1"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match="formula without a value in line 9: '=A8"):
        read_table(tmp_path / "t.xlsx")


@pytest.mark.parametrize("above", ["# from a colleague\n", "Our survey\n\n", "All answers of spring\n"])
def test_titles_and_comments_above_a_table_of_texts(write, above):
    lines = [f"{'abc'[k % 3]}\t{'NA' if k % 2 else 'yes!'}\tword {k % 4}" for k in range(20)]
    dataset = read_table(write(above + "\n".join(["p\tq\tr", *lines]) + "\n"))
    assert [column.levels for column in dataset.columns][:2] == [("a", "b", "c"), ("NA", "yes!")]
    assert dataset.notes[0].startswith("1 line above the table was left out")
    assert len(dataset) == 20


def test_blank_rows_keep_their_place(tmp_path, write):
    """Of a workbook, and of one column of text, where a blank line is an empty cell."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for k in range(-1, 14):
        book.active.append(["n", "size"] if k < 0 else [None, None] if k in (3, 7) else [k / 8, k % 5])
    book.save(tmp_path / "t.xlsx")
    dataset = read_table(tmp_path / "t.xlsx")
    assert dataset.notes == ("2 empty rows left out.",)
    assert (8 * dataset.frame["n"]).tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 13]
    notes = []
    frame = read_new(tmp_path / "t.xlsx", fit(dataset, np.arange(12)), notes.append)
    assert np.flatnonzero(frame["n"].isna()).tolist() == [3, 7]
    assert "2 rows without any value left unanswered." in notes
    path = write("n\n" + "\n".join("" if k == 4 else str(k / 8) for k in range(13)) + "\n\n\n")
    assert read_table(path).notes == ("1 empty row left out.",)
    assert len(read_new(path, fit(read_table(path), np.arange(12)))) == 13


def test_excel_without_openpyxl(tmp_path, monkeypatch):
    pytest.importorskip("openpyxl").Workbook().save(tmp_path / "t.xlsx")
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(DataError, match=r"openpyxl is not installed to read it\. Type: pip install"):
        read_table(tmp_path / "t.xlsx")


def test_parquet_keeps_types_and_its_texts_are_read(tmp_path):
    frame = pd.DataFrame({"n": np.arange(12) / 8, "part": [f"{k},5%" for k in range(12)]})
    frame["user"] = 2**60 + np.arange(12) % 3
    frame["day"] = pd.Timestamp("2020-05-05")
    frame["list"] = [[1, 2]] * 12
    frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(DataError, match="'list' holds no numbers and no text"):
        read_table(tmp_path / "t.parquet")
    with pytest.raises(DataError, match=r"'day' of .*dates are not supported"):
        read_table(tmp_path / "t.parquet", drop=["list"])
    dataset = read_table(tmp_path / "t.parquet", drop=["list,day"])
    assert dataset.frame["part"].iloc[2] == 2.5
    assert dataset.columns[2].levels == tuple(str(2**60 + k) for k in range(3))


# ---- new rows


def trained(path, **options) -> Preprocessing:
    dataset = read_table(path, **options)
    kept = json.loads(json.dumps(fit(dataset, np.arange(len(dataset))).to_json()))
    return Preprocessing.from_json(kept)


@pytest.mark.parametrize(
    ("cells", "new", "numbers"),
    [
        (["1,5", "2,25"], ["12,500", "3"], [12.5, 3]),
        (["1,5", "2.345,5"], ["12.500", "3"], [12500, 3]),
        (["1.5", "2.25"], ["0,5", "1,25"], [0.5, 1.25]),
        (["1,234.5", "7"], ["1,500", "2"], [1500, 2]),
        (["3 %", "4.5 %"], ["7%"], [7]),
        (["5.5", "6.5"], ["12.345"], [12.345]),
        (["1.5", "2.5"], ["NA", "3.5"], [np.nan, 3.5]),
        (["1.5", "2.5"], ["007", "3.5"], [7, 3.5]),
    ],
)
def test_new_cells_are_read_as_in_training(write, cells, new, numbers):
    known = trained(write(file_of({"x": cells * 12, "y": Y}, ";")))
    text = file_of(
        {"x": new, "y": ["0.5"] * len(new), "y2": ["1,234"] * len(new), "z": ["?!"] * len(new)}, ";"
    )
    frame = read_new(write(text.replace("y2", "z"), "new.csv"), known)
    np.testing.assert_array_equal(frame["x"], numbers)


@pytest.mark.parametrize(
    ("cells", "new", "words"),
    [
        (["1500", "12"], ["12,500", "950"], "'x' has numbers written with .*'12,500' in row 1 of 'new.csv'"),
        (["3%", "4.5%"], ["0.07"], "'x' had numbers with '%' in training, not: '0.07' in row 1"),
        (["3", "4.5"], ["7", "7 kg"], "'x' has numbers written with .*'7' in row 1 of 'new.csv'.*'7 kg'"),
        (["1.5", "2.25"], ["1.234", "0,5"], "'x' has text where numbers are needed: '0,5' in row 2"),
        (["1,5", "2,25"], ["1.234"], "'x' has "),
    ],
)
def test_new_cells_that_may_mean_something_else(write, cells, new, words):
    known = trained(write(file_of({"x": cells * 12, "y": Y}, "\t")))
    with pytest.raises(DataError, match=words):
        read_new(write(file_of({"x": new, "y": ["1"] * len(new)}), "new.csv"), known)


def test_what_new_rows_hold_is_told(write):
    known = trained(write(file_of({"x": ["1.5", "2.5"] * 12, "kind": ["oak", "fir"] * 12})))
    told = []
    text = file_of({"x": ["3.5", "..", "", "4.5"], "kind": ["Oak", "fir", "", "elm"], "größe": [1, 2, "", 4]})
    frame = read_new(write(text.encode("cp1252"), "new.csv"), known, told.append)
    assert told == [
        "The file is not UTF-8; it was read as Windows-1252 (Latin-1).",
        "x: 1 of 4 cells is '..' and the rest numbers; it counts as missing.",
        "kind: 'Oak', 'elm' (2 rows) were not in training; they count as no level.",
        "1 row without any value left unanswered.",
    ]
    assert frame.isna().all(axis=1).tolist() == [False, False, True, False]


def test_models_of_old_still_read(write):
    """Their preprocessing says nothing of cells; words such as NA were missing then."""
    known = trained(write(file_of({"x": ["1.5", "2.5"] * 12, "kind": ["oak", "fir"] * 12}))).to_json()
    for column in known["numbers"] + known["categories"]:
        del column["reading"]
    told = []
    text = file_of({"x": ["0,5", "1,5"], "kind": ["NA", "fir"]})
    frame = read_new(write(text, "new.csv"), Preprocessing.from_json(known), told.append)
    assert frame["x"].tolist() == [0.5, 1.5]
    assert frame["kind"].isna().tolist() == [True, False]
    assert told == ["x: decimal commas were read as decimal points."]


# ---- the page


def test_the_page_says_what_the_reader_does(pytestconfig):
    """Written anew by: python -m paradigms.datasets.handbook > docs/tables.md"""
    path = pytestconfig.rootpath / "docs/tables.md"
    assert path.read_text(encoding="utf-8") == handbook.page()


def test_a_unit_after_a_space_cuts_no_column_though_cells_are_empty(write):
    found = read_table(write("height (cm)\n" + '0.5 ‰\n1.5 ‰\n""\n' * 6))
    assert list(found.frame) == ["height (cm)"]
    assert found.frame.iloc[:, 0].dropna().tolist() == [0.5, 1.5] * 6


def test_a_name_that_stands_among_the_labels_below_it_is_spoken_of(write):
    found = read_table(write("007,\n" + "+,1\n007,2\n+,3\n" * 5))
    assert any("'007'" in note and "header" in note for note in found.notes)
