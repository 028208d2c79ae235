"""New rows for a trained model: the columns it was trained on, read as they were then."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd

from paradigms.errors import DataError

from .cells import NAUGHTS
from .numerals import Surroundings
from .photographs import images_in, pixels
from .preprocessing import CategoryColumn, NumberColumn, Preprocessing
from .reading import MEND, Outcome, Reading, read_again
from .schema import grouped
from .streams.source import open_source
from .streams.table import streaming
from .tablefile import read_sheet
from .words import listed, plural, quoted

CATEGORY = Reading("category")


def read_new(
    path: str | os.PathLike[str], preprocessing: Preprocessing, say: Callable[[str], None] | None = None
) -> pd.DataFrame:
    """A table's rows as raw features for `Preprocessing.transform`; other columns are ignored.

    Missing cells are filled as in training, and a category that training never saw becomes all zeros. A row
    that has no value in any of these columns holds nothing but NaN. Of a series there is one for each window.
    Where images were learned from, a folder of images or one of them is read, and the rows bear their names.

    Args:
        say: is told what should be known of the rows, a sentence at a time.

    Raises:
        DataError: the file cannot be read, a column is missing, or its cells are of another type.
    """
    if preprocessing.image is not None and (named := images_in(Path(path))):
        rows = pixels(list(named.values()), preprocessing.image)
        return pd.DataFrame(rows, columns=preprocessing.columns, index=pd.Index(named, name="file"))
    sheet = read_sheet(path)
    name = quoted(Path(path).name)
    _check_columns(sheet.names, preprocessing, name)
    heard = _Heard(preprocessing, name)
    frame = heard.read(sheet.frame(preprocessing.columns), sheet.delimiter)
    for note in (*sheet.notes, *heard.notes()):
        if say is not None:
            say(note)
    if preprocessing.series is None:
        return frame
    length = preprocessing.series.length
    if len(frame) < length:
        raise DataError(f"{name} has {plural(len(frame), 'row')}, and a window takes {length}.")
    return preprocessing.series.windows(frame, preprocessing.features)


def new_pieces(
    path: str | os.PathLike[str],
    preprocessing: Preprocessing,
    rows: int,
    say: Callable[[str], None] | None = None,
) -> Iterator[pd.DataFrame]:
    """The same; of a table that is too large for memory so many rows at a time, whose index goes on.

    Notes on a large table are told at its end, when all of it was seen.

    Raises:
        DataError: as `read_new` does; a cell of another type as late as it comes.
    """
    path = Path(path)
    alone = preprocessing.series is not None or preprocessing.image is not None
    if alone or not streaming(path, None):
        yield read_new(path, preprocessing, say)
        return
    source, start = open_source(path), 0
    _check_columns(source.names, preprocessing, source.name)
    heard = _Heard(preprocessing, source.name)
    with closing(source.read()) as batches:
        for batch in batches:
            columns = zip(source.names, batch, strict=True)
            raw = pd.DataFrame({name: one for name, one in columns if name in preprocessing.columns})
            raw.index = pd.RangeIndex(start, start + len(raw))
            frame = heard.read(raw, source.delimiter)
            for first in range(0, len(frame), rows):
                yield frame.iloc[first : first + rows]
            start += len(raw)
    for note in (*source.notes, *heard.notes()):
        if say is not None:
            say(note)


def _check_columns(names: Sequence[str], preprocessing: Preprocessing, name: str) -> None:
    missing = [column for column in preprocessing.columns if column not in names]
    if missing:
        raise DataError(
            f"{name} lacks {listed(map(quoted, missing))}, which the model was trained on.",
            f"Its columns are {listed(names)}.",
        )


class _Heard:
    """What the cells of a table become, and what should be known of them once all are read."""

    def __init__(self, preprocessing: Preprocessing, name: str) -> None:
        self.preprocessing, self.name = preprocessing, name
        self._rows = self._blank = 0
        self._read: dict[str, dict[str, None]] = {}
        self._unseen: dict[str, Counter[str]] = {one.name: Counter() for one in preprocessing.categories}

    def read(self, raw: pd.DataFrame, delimiter: str) -> pd.DataFrame:
        """Some rows of the table as raw features.

        Raises:
            DataError: cells of another type than in training.
        """
        table, known = Surroundings(dict(raw.items()), delimiter), self.preprocessing
        read = {one.name: _numbers(raw[one.name], one, table, self.name) for one in known.read}
        read |= {one.name: read_again(_kept(raw[one.name], one), CATEGORY) for one in known.categories}
        for column, outcome in read.items():
            self._read.setdefault(column, {}).update(dict.fromkeys(outcome.notes))
        for one in known.categories:
            values = read[one.name].values
            self._unseen[one.name].update(values[values.notna() & ~values.isin(one.levels)])
        frame = pd.DataFrame({column: outcome.values for column, outcome in read.items()})
        self._rows, self._blank = self._rows + len(frame), self._blank + int(frame.isna().all(axis=1).sum())
        return frame

    def notes(self) -> list[str]:
        """How columns were read, the words that training did not see, and the rows without any value.

        Raises:
            DataError: all rows are.
        """
        if self._blank == self._rows:
            raise DataError(
                f"{self.name} has no value in the columns that the model was trained on.", "Fill some in."
            )
        told = grouped({column: list(notes) for column, notes in self._read.items()})
        told += [_unseen(column, words) for column, words in self._unseen.items() if words]
        blank = f"{plural(self._blank, 'row')} without any value left unanswered."
        return [*told, *([blank] if self._blank else [])]


def _numbers(cells: pd.Series, column: NumberColumn, table: Surroundings, name: str) -> Outcome:
    outcome = read_again(cells, column.reading or Reading(column.kind), table)
    if outcome.trouble:
        raise DataError(f"column {outcome.trouble} of {name}.", outcome.hint or MEND)
    return outcome


def _kept(cells: pd.Series, column: CategoryColumn) -> pd.Series:
    """For a model of old, which took words such as NA for missing, without them."""
    if column.reading is not None:
        return cells
    return cells.mask(
        cells.astype(object).map(lambda cell: str(cell).lower() in NAUGHTS and cell not in column.levels)
    )


def _unseen(name: str, words: Counter[str]) -> str:
    """A note on the words of a category that training did not see."""
    was, count = ("was", "it counts") if len(words) == 1 else ("were", "they count")
    return (
        f"{name}: {listed(map(quoted, words), 5)} ({plural(words.total(), 'row')}) {was} not in training; "
        f"{count} as no level."
    )
