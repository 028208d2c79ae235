"""A person's own table, from a CSV file to a data set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from paradigms.errors import UsageError

from . import checks
from .dataset import Dataset
from .notes import table_notes
from .numerals import Surroundings
from .reading import Outcome, read_column
from .schema import grouped, read_schema
from .sheet import Sheet, blank_rows
from .tablefile import read_sheet
from .targets import Target, read_target
from .words import plural, quoted, unknown_column


def read_table(
    path: str | os.PathLike[str],
    *,
    target: str | None = None,
    task: str | None = None,
    drop: Sequence[str] = (),
) -> Dataset:
    """A CSV file with a header as a data set named after the file.

    Args:
        target: the column to predict; None for k-means and PCA.
        task: `regression` or `classification` override what the target's values suggest; `kmeans` and `pca`
            do not need the target and accept one with small classes; None infers.
        drop: columns to leave out.

    Raises:
        DataError: the file cannot be read, or cannot be learned from.
        UsageError: an unknown column or task, or a task that the target does not fit.
    """
    if task is not None:
        checks.require_task_name(task)
    sheet = read_sheet(path)
    try:
        return _of_sheet(sheet, Path(path).name, target, task, drop)
    except UsageError as error:  # what was found in the file may be the reason
        raise type(error)(error.what, " ".join(filter(None, [error.hint, *sheet.notes]))) from error


def _of_sheet(sheet: Sheet, name: str, target: str | None, task: str | None, drop: Sequence[str]) -> Dataset:
    raw = without(sheet, drop, target)
    blank = blank_rows(raw)
    notes = [*sheet.notes, *([f"{plural(int(blank.sum()), 'empty row')} left out."] if blank.any() else [])]
    table = Surroundings(dict(raw.items()), sheet.delimiter)
    return assemble(raw[~blank], table, name=name, kind="file", target=target, task=task, notes=notes)


def assemble(
    raw: pd.DataFrame,
    table: Surroundings,
    *,
    name: str,
    kind: str,
    target: str | None,
    task: str | None,
    notes: Sequence[str] = (),
) -> Dataset:
    """A raw table, its target column among the others, as a data set; `read_table` says what is refused."""
    notes = list(notes)
    found: Target | None = None
    if target is not None:
        raw, outcome, told = _with_target(raw, target, table, task)
        notes += told
    checks.require_rows(name, len(raw))
    if target is not None:
        found = read_target(raw[target], outcome, task if task in checks.SUPERVISED else None)
        raw = raw.drop(columns=[target])
    schema = read_schema(raw, name, table, forgiving=kind != "file")
    frame = schema.frame
    if target is None and frame.isna().all(axis=1).any():
        gone = frame.isna().all(axis=1)
        notes.append(f"{plural(int(gone.sum()), 'row')} without any value left out.")
        frame = frame[~gone].reset_index(drop=True)
        checks.require_rows(name, len(frame))
    values, inferred = (found.values, found.task) if found else (None, None)
    dataset = Dataset(
        name=name,
        kind=kind,
        task=inferred,
        frame=frame,
        target=values,
        target_name=target,
        classes=found.classes if found else None,
        columns=schema.columns,
        notes=(*notes, *schema.notes, *table_notes(frame, values, inferred)),
        task_reason=found.reason if found else "",
    )
    return dataset.require(_task_to_check(task, inferred))


def _task_to_check(asked: str | None, inferred: str | None) -> str:
    return asked or inferred or "kmeans"


def without(sheet: Sheet, drop: Sequence[str], target: str | None) -> pd.DataFrame:
    """The columns of a sheet but for those that `drop` names, alone or with commas between them."""
    where = "Options --target and --drop take names of the first line."
    named = [name for text in drop for name in columns_named(text, sheet.names)]
    for column in [*named, *([target] if target is not None else [])]:
        if column not in sheet.names:
            raise unknown_column(column, list(sheet.names), where)
    if target in named:
        raise UsageError(f"--drop names the target {quoted(target)}.", "Choose another --target or keep it.")
    return sheet.frame([name for name in sheet.names if name not in named])


def columns_named(text: str, names: Sequence[str]) -> list[str]:
    """The columns behind one argument: a name, or several with commas between them.

    >>> columns_named("start, UTC,x", ["start, UTC", "x"])
    ['start, UTC', 'x']
    """
    parts = text.split(",")
    for end in range(len(parts), 0, -1):
        name, rest = ",".join(parts[:end]).strip(), ",".join(parts[end:])
        if name in names or end == 1:
            return ([name] if name else []) + (columns_named(rest, names) if rest else [])
    return []


def _with_target(
    raw: pd.DataFrame, target: str, table: Surroundings, task: str | None
) -> tuple[pd.DataFrame, Outcome, list[str]]:
    """The rows that have a target (row numbers kept for messages), how it was read, and notes."""
    outcome = read_column(raw[target], table, role="number" if task == "regression" else "class")
    present = outcome.values.notna() | (raw[target].notna() & (outcome.trouble != ""))
    missing = int((~present).sum())
    told = grouped({target: outcome.notes})
    told += [f"{plural(missing, 'row')} without a value of {quoted(target)} left out."] if missing else []
    return raw[present], replace(outcome, values=outcome.values[present]), told
