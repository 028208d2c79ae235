"""New rows for a trained model: the columns it was trained on, read as they were then."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from paradigms.errors import DataError

from .cells import NAUGHTS
from .numerals import Surroundings
from .photographs import images_in, pixels
from .preprocessing import CategoryColumn, NumberColumn, Preprocessing
from .reading import MEND, Outcome, Reading, read_again
from .schema import grouped
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
    missing = [column for column in preprocessing.columns if column not in sheet.names]
    if missing:
        raise DataError(
            f"{name} lacks {listed(map(quoted, missing))}, which the model was trained on.",
            f"Its columns are {listed(sheet.names)}.",
        )
    raw = sheet.frame(preprocessing.columns)
    table = Surroundings(dict(raw.items()), sheet.delimiter)
    read = {one.name: _numbers(raw[one.name], one, table, name) for one in preprocessing.read}
    read |= {one.name: read_again(_kept(raw[one.name], one), CATEGORY) for one in preprocessing.categories}
    frame = pd.DataFrame({column: outcome.values for column, outcome in read.items()})
    for note in (*sheet.notes, *_notes(preprocessing, read), *_blank(frame, name)):
        if say is not None:
            say(note)
    if preprocessing.series is None:
        return frame
    length = preprocessing.series.length
    if len(frame) < length:
        raise DataError(f"{name} has {plural(len(frame), 'row')}, and a window takes {length}.")
    return preprocessing.series.windows(frame, preprocessing.features)


def _notes(preprocessing: Preprocessing, read: dict[str, Outcome]) -> list[str]:
    """How columns were read, and the words that training did not see."""
    told = grouped({column: outcome.notes for column, outcome in read.items()})
    return told + [note for one in preprocessing.categories for note in _unseen(read[one.name].values, one)]


def _blank(frame: pd.DataFrame, name: str) -> list[str]:
    blank = int(frame.isna().all(axis=1).sum())
    if blank == len(frame):
        raise DataError(f"{name} has no value in the columns that the model was trained on.", "Fill some in.")
    return [f"{plural(blank, 'row')} without any value left unanswered."] if blank else []


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


def _unseen(values: pd.Series, column: CategoryColumn) -> list[str]:
    """A note on the words of a category that training did not see."""
    new = values[values.notna() & ~values.isin(column.levels)]
    if new.empty:
        return []
    words = listed(map(quoted, new.unique()), 5)
    was, count = ("was", "it counts") if new.nunique() == 1 else ("were", "they count")
    return [f"{values.name}: {words} ({plural(len(new), 'row')}) {was} not in training; {count} as no level."]
