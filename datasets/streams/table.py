"""A person's own table that is larger than memory, as a data set whose rows stay on the disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os.path import isdir, isfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from paradigms.errors import UsageError

from .. import checks
from ..dataset import Dataset
from ..notation import Notation
from ..numerals import Surroundings
from ..reading import Reading, read_column
from ..schema import read_schema
from ..sheet import Sheet, blank_rows
from ..tables import without
from ..targets import Target, read_target
from ..words import listed, plural, quoted
from .cache import KNOWN, Cache, place, private
from .columns import CLASSES, Empty, Kept
from .ingest import Decided, Look, ingest
from .source import ARROW, NUMPY, Source, holds_parquet, open_source, sampled

LARGE = 1 << 30
"""Bytes of a file from which on it streams, on every machine."""
SAMPLE = 20_000
"""First rows from which types are told."""
SAMPLED, FEWEST = 20_000, 1_000
TOLD = 1_000
"""Test rows of each replica whose answers are written down."""
HELD = 1 << 22
"""Bytes of each part that stay in memory for each replica, as far as that leaves the fewest rows."""


def streaming(path: Path, asked: bool | None) -> bool:
    """Whether a table is read block by block: as asked, else by its size and by what reads it at all.

    Raises:
        UsageError: it cannot be read into memory.
    """
    folder = isdir(path)  # noqa: PTH112 - Path raises for a name too long
    if folder and not holds_parquet(path):
        return False
    only = folder or path.suffix in (*ARROW, NUMPY)
    if asked is False and only:
        raise UsageError(f"{quoted(path.name)} is read block by block alone.", "Leave --no-stream out.")
    if asked is not None:
        return asked
    return only or (isfile(path) and path.stat().st_size > LARGE)  # noqa: PTH113


def sampled_of(features: int) -> int:
    """Rows of each part that stay in memory, at most, where each becomes so many features."""
    return max(FEWEST, min(SAMPLED, HELD // (4 * max(1, features))))


@dataclass(frozen=True, eq=False)
class Streamed(Dataset):
    """A table whose N rows lie in a cache, numbers first, then categories, then the target.

    `frame` and `target` hold the first rows of the file, from which its types were told.
    """

    cache: Cache | None = None

    @property
    def stored(self) -> Cache:
        """Where the rows are."""
        assert self.cache is not None
        return self.cache

    @property
    def streamed(self) -> bool:
        """They do."""
        return True

    @property
    def sampled(self) -> int:
        """Rows of each part that stay in memory, at most, for pictures, curves and measurements."""
        return sampled_of(len(self.features))

    @property
    def held(self) -> int:
        """Samples of three parts."""
        return min(len(self), 3 * self.sampled)

    def __len__(self) -> int:
        return self.stored.rows

    @property
    def counts(self) -> Any:
        """How many rows each class has, [C]."""
        return np.array(self.stored.about["counts"])

    def facts(self) -> dict[str, Any]:
        """The same, and what was streamed."""
        about = self.stored.about
        held = {"blocks": len(self.stored.sizes), "block": about["block"], "sha256": about["sha256"]}
        return super().facts() | {"streamed": held}

    def _target_words(self) -> str:
        if self.target_name is None or self.classes is not None:
            return super()._target_words()
        reason = f" because {self.task_reason}" if self.task_reason else ""
        return f"{quoted(self.target_name)}, a number; task {self.task}{reason}"

    def _pipeline_lines(self) -> list[str]:
        fill = "numbers: missing cells take the training part's mean → StandardScaler()"
        levels = (
            "categories: missing cells take the training part's most frequent level → one feature a level"
        )
        return [fill] * bool(self.numbers) + [levels] * bool(self.categories)


def read_stream(
    path: Path,
    *,
    target: str | None = None,
    task: str | None = None,
    drop: Sequence[str] = (),
    where: str | None = None,
    say: Callable[[str], None] = lambda text: None,
    look: Look = lambda rows, done: None,
) -> Streamed:
    """A table that stays on the disk; the arguments are `read_table`'s, and where its cache lies.

    Types are told from the first rows and said before all is read; every other row is held to them. What was
    read before is found again by the file's checksum.

    Raises:
        DataError: the file cannot be read, a cell is not what the first rows promised, or the disk is full.
        UsageError: an unknown column or task, or a task that the target does not fit.
    """
    if task is not None:
        checks.require_task_name(task)
    source, folder = open_source(path), place(where)
    first = _First.of(source, path.name, target, task, drop)
    sum_ = _checksum(source, folder)
    kind = task if task in checks.SUPERVISED else first.task
    key = {
        "sha256": sum_,
        "target": target,
        "task": kind,
        "columns": [one.name for one in first.decided.kept],
    }
    entry = folder / hashlib.sha256(json.dumps(key).encode()).hexdigest()[:24]
    cache, how = Cache.open(entry), "found again in"
    if cache is None:
        say(first.words(source))
        cache = ingest(source, first.decided, entry, key | {"name": path.name}, look)
        how = "shuffled into"
    say(f"{plural(cache.rows, 'row')} {how} {cache.folder} ({cache.bytes / 1e6:,.1f} MB).")
    return first.dataset(cache, source.notes)


def _told(cache: Cache, features: int, target: str | None) -> list[str]:
    gone, blocks = cache.about["gone"], plural(len(cache.sizes), "block")
    sample = (
        f"Curves and pictures are of up to {sampled_of(features):,} rows of each part, predictions.csv of "
        f"the first {TOLD:,} test rows of each seed, scores of all."
    )
    notes = [f"Rows stream from the disk: {blocks}, each split and shuffled on its own.", sample]
    if gone["target"]:
        notes.append(f"{plural(gone['target'], 'row')} without a value of {quoted(target)} left out.")
    if gone["empty"]:
        notes.append(f"{plural(gone['empty'], 'row')} without any value left out.")
    return notes


def _checksum(source: Source, folder: Path) -> str:
    """Of the file's bytes; known without reading them while size and time of all files are what they were."""
    stats = [(str(file.resolve()), file.stat()) for file in source.files]
    mark = json.dumps([[name, stat.st_size, stat.st_mtime_ns, stat.st_ino] for name, stat in stats])
    known = private(folder) / KNOWN
    try:
        held = json.loads(known.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        held = {}
    if mark not in held:
        held[mark] = source.checksum()
        known.write_text(json.dumps(held), encoding="utf-8")
    return str(held[mark])


@dataclass(frozen=True, eq=False)
class _First:
    """What the first rows say."""

    name: str
    decided: Decided
    frame: pd.DataFrame
    found: Target | None
    target: str | None
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls, source: Source, name: str, target: str | None, task: str | None, drop: Sequence[str]
    ) -> _First:
        held = sampled(source, SAMPLE)
        sheet = Sheet(
            source.name, source.names, tuple(held[one] for one in source.names), (), source.delimiter
        )
        raw = without(sheet, drop, target)
        raw = raw[~blank_rows(raw)]
        table = Surroundings(dict(raw.items()), source.delimiter)
        last: list[Kept] = []
        found = None
        if target is not None:
            outcome = read_column(raw[target], table, role="number" if task == "regression" else "class")
            there = outcome.values.notna() | (raw[target].notna() & (outcome.trouble != ""))
            raw = raw[there]
            checks.require_rows(name, len(raw))
            values = outcome.values[there]
            wanted = task if task in checks.SUPERVISED else None
            found = read_target(raw[target], replace(outcome, values=values), wanted)
            last = [_target(target, outcome.reading, found, bounded=wanted is None)]
            raw = raw.drop(columns=[target])
        schema = read_schema(raw, name, table)
        columns = [one for one in schema.columns if one.levels is None]
        columns += [one for one in schema.columns if one.levels is not None]
        kept = [
            Kept(one.name, one.kind, _pointed(one.reading or Reading(one.kind)), distinct=one.distinct)
            for one in columns
        ]
        known = {one.name for one in kept}
        empty = [Empty(one) for one in raw if one not in known and not raw[one].notna().any()]
        decided = Decided([*kept, *last], empty, len(held))
        return cls(name, decided, schema.frame, found, target, schema.notes)

    @property
    def task(self) -> str | None:
        return self.found.task if self.found else None

    def words(self, source: Source) -> str:
        """What will be read, before it is."""
        kinds = [f"{one.name} {one.kind}" for one in self.decided.kept if not one.target]
        told = f"target {self.target}, task {self.task}" if self.target else "no target"
        rows = plural(self.decided.sampled, "row")
        return (
            f"Reading {source.name} ({source.bytes / 1e6:,.1f} MB) block by block; by its first {rows}: "
            f"{listed(kinds, 12)}; {told}."
        )

    def dataset(self, cache: Cache, notes: Sequence[str]) -> Streamed:
        """With everything that all rows said."""
        about = cache.about
        for one, levels, missing in zip(self.decided.kept, about["levels"], about["missing"], strict=True):
            one.missing = missing
            if one.kind == "category":
                one.levels = {level: k for k, level in enumerate(levels)}
        columns = tuple(one.column() for one in self.decided.kept if not one.target)
        features = sum(len(column.encoded) for column in columns)
        classes = tuple(about["levels"][-1]) if self.task == "classification" else None
        found = Streamed(
            name=self.name,
            kind="file",
            task=self.task,
            frame=self.frame,
            target=self.found.values if self.found else None,
            target_name=self.target,
            classes=classes,
            columns=columns,
            notes=(*notes, *_told(cache, features, self.target), *self.notes),
            task_reason=self.found.reason + f" in the first {self.decided.sampled:,} rows"
            if self.found
            else "",
            cache=cache,
        )
        checks.require_rows(self.name, len(found))
        return found


def _pointed(reading: Reading) -> Reading:
    """Whole numbers in the first rows may have decimal points in the others."""
    known = reading.notation
    if reading.kind == "number" and (known is None or (not known.decimal and known.thousands != ".")):
        return Reading(
            "number", Notation(".", *(() if known is None else (known.thousands, known.unit, known.brackets)))
        )
    return reading


def _target(name: str, reading: Reading, found: Target, *, bounded: bool) -> Kept:
    if found.classes is None:
        return Kept(name, "number", _pointed(reading), target=True)
    kind = CLASSES if reading.kind == "number" else "category"
    reading = _pointed(reading) if kind == CLASSES else Reading("category")
    return Kept(name, kind, reading, target=True, bounded=bounded)
