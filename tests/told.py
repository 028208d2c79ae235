"""Everything that the page says of made-up runs, as one text: told.txt, read in a review as the page is.

python tests/told.py        writes it anew; the difference is what a change makes the page say
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pictured
import states
import teachers_run
import views
from matplotlib.text import Text

from paradigms.reports import kinds, price
from paradigms.reports.drawing import theme
from paradigms.reports.drawing.plate import Plate, Table
from paradigms.reports.kinds import stills
from paradigms.reports.page.page import ends_of
from paradigms.reports.page.plates import plates_of
from paradigms.reports.page.summary import summary_of
from paradigms.reports.panels import through, told, why
from paradigms.reports.reading.comparison import Comparison, Shown, compare
from paradigms.reports.together import anatomy, differences, gradients, own, tables, terminal, vocabulary
from paradigms.reports.together.conventions import CONVENTIONS, conventions

FILE = Path(__file__).parent / "told.txt"
WHOLE = ("five", "same data", "same data, loud", "rivals")
"""States of which tables are told too, not the sentences alone."""
MOST = 14
"""Rows of a table that are told; of a longer one its two ends."""


def lines() -> Iterator[str]:
    """Of every state, one after the other, what was not said of those before; runs by their names alone."""
    with tempfile.TemporaryDirectory() as home:
        here = re.compile(re.escape(str(Path(home))) + r"\S*[\\/]")
        yield from (here.sub("", line) for line in _lines(Path(home)))


def _lines(home: Path) -> Iterator[str]:
    said: set[str] = set()
    first: dict[str, Plate] = {}
    runs = {name: states.written(home / name, name) for name in states.STATES}
    runs |= {name: teachers_run.written(home / name, name) for name in teachers_run.STATES}
    for name, run in runs.items():
        yield f"=== {name}"
        new = [line for line in _state(name, run, first) if line not in said]
        said |= set(new)
        yield from new
    (home / "views").mkdir()
    make = pictured.maker(home / "views")
    for name, view in views.ALL.items():
        yield f"=== pictures: {name}"
        yield from _view(make, view(), first)
    yield "=== all conventions and words"
    yield from _rows("convention", [[*whose, *words] for whose, *words in CONVENTIONS])
    yield from _rows("term", [[*whose, *words] for *words, whose in vocabulary._TERMS])
    yield from (f"value: {name} {known}" for name, known in vocabulary._VALUES.items())
    yield "=== words in the figures themselves"
    yield from _drawn(first)


def _view(make: pictured.Make, view: views.View, first: dict[str, Plate]) -> Iterator[str]:
    """Figures and question of what was recorded, with one array less, and as a person's own."""
    signals = {"loss": [0, 3.0, 2.0, 1.0], **view.signals}
    learner = make(view.kind, view.arrays, view.data, view.paradigm, view.final, **signals)
    learner.spec.update(view.spec)
    pictures = learner.pictures
    assert pictures is not None
    back = through.plate(learner)
    for plate in [*kinds.plates(learner), *([] if back is None else [back])]:
        yield from _plate(plate)
        yield f"caption: {plate.caption}"
        first.setdefault(f"{view.kind} {plate.name} {plate.caption}", plate)  # another caption, another way
    yield f"question: {kinds.question(learner)}"
    yield f"stills: {stills.of(learner) is not None}"
    yield from _rows("facts", told.facts(learner))
    yield from (*told.sentences(learner), why.loss_words(learner))
    kind = kinds.kind_of(learner)
    if kind is None:
        return
    for name in view.arrays:
        left = {key: entry for key, entry in pictures._arrays.items() if key != name}
        plates = kind.plates(learner, replace(pictures, _arrays=left))
        yield f"without {name}: {' '.join(plate.title for plate in plates)}"
    learner.spec["data"]["private"] = True
    yield from _rows("facts of a person's own", told.facts(learner))
    for plate in kind.plates(learner, pictures):
        yield f"of a person's own: {plate.text}"
    learner.spec["data"]["private"] = False


def _state(name: str, run: Path, first: dict[str, Plate]) -> Iterator[str]:
    comparison = compare([run])
    plates = plates_of(comparison)
    yield from _leaves(summary_of(comparison)["words"], "")
    yield terminal.table(comparison.summary)
    for plate in plates:
        yield f"[{plate.name}] {plate.caption}"
        yield f"[{plate.name}] {plate.text.removeprefix(plate.title)}"
    if name in WHOLE:
        yield from _page(comparison)
        for plate in plates:
            yield from _plate(plate)
        own = [plate for learner in plates.learners for plate in (*learner.change, *learner.gradient)]
        for plate in (*plates.side, *plates.price, *own):
            first.setdefault(plate.name.rsplit("-", 1)[-1], plate)


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
    yield f"again: {tables.reproduction(comparison)}"
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


def _drawn(plates: Mapping[str, Plate]) -> Iterator[str]:
    """All words that stand in each figure itself, and from where to where its axes go."""
    with theme.style():
        for plate in plates.values():
            name = plate.name
            figure = theme.blank()
            plate.paint(figure)
            shown = (text.get_text() for text in figure.findobj(Text) if text.get_visible())
            yield f"{name}: " + " · ".join(dict.fromkeys(" ".join(text.split()) for text in shown if text))
            ends = [
                f"{low:.3g} to {high:.3g}"
                for ax in figure.axes
                for low, high in (ax.get_xlim(), ax.get_ylim())
            ]
            yield f"{name} goes from " + ", ".join(dict.fromkeys(ends))


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
