"""Everything that the page says of made-up runs, as one text: told.txt, read in a review as the page is.

python tests/told.py        writes it anew; the difference is what a change makes the page say
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import states
import teachers_run

from paradigms.reports import price
from paradigms.reports.drawing.plate import Plate, Table
from paradigms.reports.page.page import ends_of
from paradigms.reports.page.plates import plates_of
from paradigms.reports.page.summary import summary_of
from paradigms.reports.panels import told
from paradigms.reports.reading.comparison import Comparison, Shown, compare
from paradigms.reports.together import anatomy, differences, gradients, own, tables, terminal, vocabulary
from paradigms.reports.together.conventions import conventions

FILE = Path(__file__).parent / "told.txt"
WHOLE = ("five", "same data")
"""States of which tables are told too, not the sentences alone."""
MOST = 14
"""Rows of a table that are told; of a longer one its two ends."""


def lines() -> Iterator[str]:
    """Of every state, one after the other, what was not said of those before."""
    said: set[str] = set()
    with tempfile.TemporaryDirectory() as home:
        runs = {name: states.written(Path(home) / name, name) for name in states.STATES}
        runs |= {name: teachers_run.written(Path(home) / name, name) for name in teachers_run.STATES}
        for name, run in runs.items():
            yield f"=== {name}"
            new = [line for line in _state(name, run) if line not in said]
            said |= set(new)
            yield from new


def _state(name: str, run: Path) -> Iterator[str]:
    comparison = compare([run])
    plates = list(plates_of(comparison))
    yield from _leaves(summary_of(comparison)["words"], "")
    yield terminal.table(comparison.summary)
    for plate in plates:
        yield f"[{plate.name}] {plate.caption}"
    if name in WHOLE:
        yield from _page(comparison)
        for plate in plates:
            yield from _plate(plate)


def _leaves(value: Any, path: str) -> Iterator[str]:
    """Every text inside, with the way to it."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{path}/{key}")
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, path)
    elif value not in ("", None):
        yield f"{path}: {value}"


def _page(comparison: Comparison) -> Iterator[str]:
    """Tables that belong to no figure."""
    learners = comparison.learners
    yield f"ends: {ends_of(learners)}"
    yield from _table("differences", differences.table(differences.differences(learners)))
    yield from _rows("settings", tables.settings(learners))
    yield from _rows("vocabulary", vocabulary.entries(learners))
    yield from _rows("own data", own.commands(learners))
    yield from _rows("conventions", conventions(learners))
    if price.applies(comparison):
        yield from _rows("price", [[f"{a} [{b}]" for a, b in row] for row in price.table(comparison)["rows"]])
    for learner in learners:
        yield from _learner(learner)


def _learner(learner: Shown) -> Iterator[str]:
    yield f"--- {learner.label}"
    yield f"headline: {tables.headline(learner)}"
    yield f"anatomy: {anatomy.row(learner)}"
    yield from _rows("gradient", [list(cell.values()) for cell in gradients.row(learner)])
    yield from _rows("facts", told.facts(learner))
    yield from _rows("seeds", tables.seeds(learner))


def _plate(plate: Plate) -> Iterator[str]:
    yield f"--- {plate.name}: {plate.text}"
    yield from _table(plate.name, plate.table)


def _table(name: str, table: Table) -> Iterator[str]:
    rows = table.rows if len(table.rows) <= MOST else [*table.rows[: MOST // 2], *table.rows[-MOST // 2 :]]
    yield from _rows(name, [table.head, *rows, [table.note]])


def _rows(name: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        yield f"{name}: " + " | ".join(map(str, row))


def text() -> str:
    """As it stands in the file."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
