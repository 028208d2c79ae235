"""Tables written down from known values: a grammar of the ways in which people write them.

A case is drawn from its number alone, so that it can be had again.
"""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import openpyxl
import pandas as pd

DELIMITERS = (",", ",", ";", ";", "\t", "|", " ")
MINUS = ("-", "-", "-", "\u2212", "–", "()", "outside", "after")
AROUND = (
    *[("", "")] * 4,
    *[("$", ""), ("€ ", ""), ("", " €"), ("", "%"), ("", " kg"), ("", "km/h"), ("£", ""), ("", " ‰")],
)
MISSING = ("", "", "", "NA", "n/a", "None", "null", "..", "*", "-", "\\N", "?", "NaN", "#N/A", "—", "missing")
LABELS = (
    *("red", "Red", "None", "NA", "null", "007", "7", "14A", "9007199254740993", "9007199254740992"),
    *("é", "a, b", "n.a.", "São; Tomé", '5" pipe', "NaN", "-", "0x10", "1-2", "+", "yes!"),
)
STATES = tuple(f"{a}{b}" for a in "AKMNOW" for b in "ACDEIKLNR")  # fifty-four
NAMES = ("größe", "x, in", "n°", "x", "height (cm)", "a;b", "price €", "Ünit", "col 2")
CODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")
ABOVE = ("", "", "", "", "sep", "# exported today\n", "A title\n\n", "State data\nCollected in spring\n")
BELOW = ("", "", "", "", "\n", "\n\n", "\nSource: an agency of the state\n")
PADS = ("", "", "", " ", "  ", "\u00a0")


@dataclass(frozen=True)
class Convention:
    """How one column writes its numbers."""

    decimal: str
    thousands: str
    minus: str
    front: str
    back: str
    fixed: int | None
    missing: str

    def write(self, value: Decimal | None) -> str:
        if value is None:
            return self.missing
        digits = f"{abs(value):.{self.fixed}f}" if self.fixed is not None else f"{abs(value).normalize():f}"
        whole, _, fraction = digits.partition(".")
        whole = f"{int(whole):,}".replace(",", self.thousands)
        body = self.front + whole + (self.decimal + fraction if fraction else "") + self.back
        sign = self.minus if value < 0 else ""
        if sign == "outside":
            return f"{self.front}({body.removeprefix(self.front)})"
        return f"({body})" if sign == "()" else body + "-" if sign == "after" else sign + body

    def value(self, value: Decimal | None) -> float:
        digits = self.fixed if self.fixed is not None else 6
        return float("nan") if value is None else float(f"{value:.{digits}f}")


@dataclass(frozen=True)
class Written:
    """A file, and each column's values (floats, or labels as written) and cells."""

    content: bytes
    columns: dict[str, list[float] | list[str]]
    cells: dict[str, list[str]]
    headless: bool

    @property
    def rows(self) -> int:
        return len(next(iter(self.cells.values())))


def drawn(random: Random) -> Written:
    """One table in one manner of writing."""
    delimiter = random.choice(DELIMITERS)
    comma = delimiter not in ", " and random.random() < 0.5  # the same in all of a table
    width = random.choice((1, 2, 2, 3, 3, 4) if delimiter != " " else (2, 3, 4))
    names = NAMES if delimiter != " " else ("name",)
    if width == 1:  # nothing else says what a delimiter or a point before three digits means
        comma, names = False, tuple(name for name in NAMES if not set(name) & set(",;"))
    rows, columns, cells = random.randint(16, 30), {}, {}
    if fifty := random.random() < 0.05:
        rows = 2 * len(STATES)
    for k in range(width):
        name = random.choice(names) + str(k)
        if random.random() < 0.25:
            some = STATES if fifty else random.sample(LABELS, random.randint(2, 6))
            columns[name] = cells[name] = [random.choice(some) for _ in range(rows)]
            continue
        own = convention(random, comma)
        columns[name], cells[name] = numbers(random, own, rows)
    if delimiter == " ":
        columns, cells = unspaced(columns, cells)
    elif width == 1:
        columns, cells = one_word(columns, cells)
    form = random.random()
    if form < 0.03:
        return Written(workbook(columns, cells, random), columns, cells, False)
    if form < 0.06:
        return Written(parquet(cells), columns, cells, False)
    headless = random.random() < 0.03
    return Written(encoded(text(random, cells, delimiter, headless), random), columns, cells, headless)


def convention(random: Random, comma: bool) -> Convention:
    """One in which a person may write numbers, with a decimal comma or a point."""
    front, back = random.choice(AROUND)
    return Convention(
        "," if comma else ".",
        random.choice(("", "", "." if comma else ",", " ", "\u202f", "'", "’")),
        random.choice(MINUS),
        front,
        back,
        random.choice((None, None, 0, 1, 2, 3, 4)),
        random.choice(MISSING),
    )


def numbers(random: Random, own: Convention, rows: int) -> tuple[list[float], list[str]]:
    top, scale = random.choice((9, 999, 99_999, 9_999_999)), Decimal(10) ** random.randint(0, 4)
    values = [
        None if random.random() < 0.15 else Decimal(random.randint(-top, top)) / scale for _ in range(rows)
    ]
    return [own.value(value) for value in values], [own.write(value) for value in values]


def unspaced(columns: dict, cells: dict) -> tuple[dict, dict]:
    """Only what can stand between spaces, numbers among it, and no empty cell."""
    kept = [n for n, own in cells.items() if all(cell and not set(cell) & set(" \u202f\"'") for cell in own)]
    if len(kept) < 2 or all(isinstance(columns[name][0], str) for name in kept):  # two words may be one name
        values = [float(n % 7) for n in range(20)]
        return {"p": values, "q": ["k", "l"] * 10}, {"p": [f"{v:g}" for v in values], "q": ["k", "l"] * 10}
    return {name: columns[name] for name in kept}, {name: cells[name] for name in kept}


def one_word(columns: dict, cells: dict) -> tuple[dict, dict]:
    """A name of two words above numbers in two groups could as well be two columns of numbers."""
    ((name, own),) = cells.items()
    parts = [cell.split() for cell in own if cell]
    digits = all(any(map(str.isdigit, part)) for cell in parts for part in cell)
    plain = name.replace(" ", "_") if digits and {len(cell) for cell in parts} == {2} else name
    return {plain: columns[name]}, {plain: own}


def text(random: Random, cells: dict, delimiter: str, headless: bool) -> str:
    told, end = io.StringIO(), random.choice(("\n", "\n", "\r\n"))
    if delimiter == " ":
        lines = [list(cells), *zip(*cells.values(), strict=True)]
        return end.join((" " * random.randint(1, 4)).join(line) for line in lines) + end
    quoting = random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(told, delimiter=delimiter, lineterminator=end, quoting=quoting)
    above = random.choice(ABOVE)
    if above == "sep":
        told.write(random.choice((f"sep={delimiter}", f'"sep={delimiter}"')) + end)
    elif len(cells) > 2 and not headless:
        told.write(above.replace("\n", end))
    pad, after = random.choice(PADS), random.choice(PADS)
    if not headless:
        writer.writerow(cells)
    for row in zip(*cells.values(), strict=True):
        writer.writerow([pad + cell + after for cell in row] if pad or after else row)
        if random.random() < 0.02:
            told.write(end)
    if len(cells) > 2:
        told.write(random.choice(BELOW).replace("\n", end))
    return told.getvalue()


def encoded(text: str, random: Random) -> bytes:
    try:
        return text.encode(random.choice(CODINGS))
    except UnicodeEncodeError:
        return text.encode()


def workbook(columns: dict, cells: dict, random: Random) -> bytes:
    """Columns of numbers as numbers, or as their texts."""
    typed = {name for name, own in columns.items() if not isinstance(own[0], str) and random.random() < 0.5}
    held = {n: [None if v != v else v for v in columns[n]] if n in typed else own for n, own in cells.items()}
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(held))
    for row in zip(*held.values(), strict=True):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def parquet(cells: dict) -> bytes:
    file = io.BytesIO()
    pd.DataFrame(cells).to_parquet(file)
    return file.getvalue()
