"""A person's own table, from a CSV file to a data set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from paradigms.errors import UsageError

from . import checks
from .csvfile import read_cells
from .dataset import Dataset
from .notes import table_notes
from .schema import read_schema
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
    raw, notes = read_cells(path)
    raw = _without(raw, drop, target)
    return assemble(raw, name=Path(path).name, kind="file", target=target, task=task, notes=notes)


def assemble(
    raw: pd.DataFrame,
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
        raw, missing = _with_target(raw, target)
        notes += (
            [f"{plural(missing, 'row')} without a value of {quoted(target)} left out."] if missing else []
        )
    checks.require_rows(name, len(raw))
    if target is not None:
        found = read_target(raw[target], task if task in checks.SUPERVISED else None)
        raw = raw.drop(columns=[target])
    table = read_schema(raw, name, forgiving=kind != "file")
    values, inferred = (found.values, found.task) if found else (None, None)
    dataset = Dataset(
        name=name,
        kind=kind,
        task=inferred,
        frame=table.frame,
        target=values,
        target_name=target,
        classes=found.classes if found else None,
        columns=table.columns,
        notes=(*notes, *table.notes, *table_notes(table.frame, values, inferred)),
        task_reason=found.reason if found else "",
    )
    return dataset.require(_task_to_check(task, inferred))


def _task_to_check(asked: str | None, inferred: str | None) -> str:
    return asked or inferred or "kmeans"


def _without(raw: pd.DataFrame, drop: Sequence[str], target: str | None) -> pd.DataFrame:
    for column in [*drop, *([target] if target is not None else [])]:
        if column not in raw:
            raise unknown_column(
                column, list(raw), "Options --target and --drop take names of the first line."
            )
    if target in drop:
        raise UsageError(f"--drop names the target {quoted(target)}.", "Choose another --target or keep it.")
    return raw.drop(columns=list(drop))


def _with_target(raw: pd.DataFrame, target: str) -> tuple[pd.DataFrame, int]:
    """The rows that have a target (row numbers kept for messages), and how many have none."""
    present = raw[target].notna()
    return raw[present], int((~present).sum())
