"""A data set: a table with its schema, its target, its form, and how it is to be scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import checks
from .forms.form import Form
from .forms.rows import ROWS
from .words import listed, plural, quoted, shown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from .reading import Reading

SCHEMA_COLUMNS_SHOWN = 24
MAKERS = {"answer": "who made the data", "chances": "the grammar that wrote the text"}
"""Whose answers nobody betters, where the generator knows this of each row."""


@dataclass(frozen=True)
class Column:
    """What the whole table says about one feature.

    `kind` is `number`, `boolean` or `category`; `levels` are a category's values in order, else None;
    `missing` counts empty cells, `distinct` different values; `reading` says how its cells were read, if it
    had any.
    """

    name: str
    kind: str
    levels: tuple[str, ...] | None
    missing: int
    distinct: int
    reading: Reading | None = None

    @property
    def encoded(self) -> tuple[str, ...]:
        """The names of the features this column becomes: itself, or one for each level."""
        if self.levels is None:
            return (self.name,)
        return tuple(f"{self.name}={level}" for level in self.levels)

    @property
    def words(self) -> str:
        """The inferred type in a few words."""
        kind = self.kind if self.levels is None else f"category, {plural(len(self.levels), 'level')}"
        return kind + (f", {self.missing} missing" if self.missing else "")


@dataclass(frozen=True, eq=False)
class Dataset:
    """N rows of raw features, with or without a target.

    Attributes:
        name: the catalogue's name, `openml:NAME` or the file's name.
        kind: `bundled`, `generated`, `fetched` or `file`.
        task: `regression`, `classification`, or None without a target.
        frame: raw features, N rows. Numbers and booleans (0, 1) are float64 with NaN where missing,
            categories have pandas' category type with the levels of the whole table.
        target: `[N]` or `[N, ...]`, float64 values in their own unit, or int64 codes; None without a target.
        classes: the class names in the order of their codes, or None.
        form: what one row is, rows of features or more: shapes, storage and split.
        scaling: `range` (divide by `value_range`) or `standard` (mean 0, deviation 1 on the training part).
        notes: warnings as sentences.
        columns: the schema, in the table's order.
        task_reason: why this task was inferred, for people.
        known: name → `[N, ...]`, what the generator knows of each row: the best `answer` there is, say.
    """

    name: str
    kind: str
    task: str | None
    frame: pd.DataFrame
    target: np.ndarray[Any, Any] | None
    target_name: str | None
    classes: tuple[str, ...] | None
    columns: tuple[Column, ...]
    form: Form = ROWS
    scaling: str = "standard"
    value_range: float = 1.0
    notes: tuple[str, ...] = field(default=())
    task_reason: str = ""
    known: Mapping[str, np.ndarray[Any, Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def streamed(self) -> bool:
        """Whether its rows stay on the disk."""
        return False

    @property
    def held(self) -> int:
        """Rows that are in memory."""
        return len(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one example, after encoding."""
        return self.form.shape or (len(self.features),)

    @property
    def private(self) -> bool:
        """Whether these are a person's own rows."""
        return self.kind == "file"

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """(height, width) where a row is an image that can be drawn."""
        return self.form.picture

    @property
    def numbers(self) -> tuple[Column, ...]:
        """The columns that are numbers, booleans among them."""
        return tuple(column for column in self.columns if column.levels is None)

    @property
    def categories(self) -> tuple[Column, ...]:
        """The columns that become one feature for each level."""
        return tuple(column for column in self.columns if column.levels is not None)

    @property
    def features(self) -> tuple[str, ...]:
        """The d feature names after encoding, in the order of `Part.x`: numbers, then levels."""
        return tuple(name for column in self.numbers + self.categories for name in column.encoded)

    @property
    def counts(self) -> np.ndarray[Any, Any]:
        """How many rows each class has, [C]."""
        import numpy as np

        assert self.target is not None
        return np.bincount(self.target, minlength=len(self.classes or ()))

    @property
    def scaling_words(self) -> str:
        """How the features are scaled, in words."""
        if self.form.coded:
            return "codes, not scaled"
        if self.scaling == "range":
            return f"divided by their range ({self.value_range:g})"
        return "standardised on the training part"

    def require(self, task: str, learners: Mapping[str, str] | None = None) -> Dataset:
        """This data set, if it fits a task (`regression`, `classification`, `kmeans`, `pca`, `anomaly` …).

        Args:
            learners: those there are and their tasks, so that an error can say who takes this form.

        Raises:
            UsageError: the target is missing or of the other kind, or the form is not what the task takes.
            DataError: a class is too small to be split, or there is only one.
        """
        like = checks.LIKE.get(task, task)
        if like in self.form.own_tasks:
            return self
        self.form.require(self.name, like, learners or {})
        if like in checks.UNSUPERVISED:
            return self
        where = f"{quoted(self.target_name)} of {quoted(self.name)}"
        checks.require_target(self.name, self.target_name, task, (column.name for column in self.columns))
        checks.require_kind(where, self.task, task, own=self.kind == "file")
        if like == "classification" and self.target is not None:
            checks.require_classes(where, self.classes or (), self.counts)
        return self

    def facts(self) -> dict[str, Any]:
        """The `data` object of `config.json`, but for the sizes of the split."""
        return {
            "kind": self.kind,
            "rows": len(self),
            "features": list(self.features),
            "classes": None if self.classes is None else list(self.classes),
            "target": self.target_name,
            "form": self.form.name,
            "shape": list(self.shape),
            "target_shape": list(self.form.target_shape),
            "image_shape": None if self.image_shape is None else list(self.image_shape),
            "scaling": self.scaling_words,
            "notes": list(self.notes),
            "private": self.private,
            **self._maker(),
        }

    def _maker(self) -> dict[str, str]:
        """Who knows the best answers, if anybody does."""
        known = [who for what, who in MAKERS.items() if what in self.known]
        return {"maximum_from": known[0]} if known else {}

    def describe(self) -> str:
        """What a person should see before training: schema, target, notes and the pipeline."""
        head = f"{shown(self.name)}: {plural(len(self), 'row')}, {plural(len(self.columns), 'column')}"
        lines = [f"{head}, {plural(len(self.features), 'feature')} after encoding"]
        lines += self._schema_lines()
        lines.append(f"  target: {self._target_words()}")
        lines += [f"  note: {note}" for note in self.notes]
        lines += [f"  pipeline: {step}" for step in self._pipeline_lines()]
        return "\n".join(lines)

    def _pipeline_lines(self) -> list[str]:
        from .pipeline import explain

        return explain(self)

    def _schema_lines(self) -> list[str]:
        if self.form.coded:
            return [f"  {self.form.words}"]
        if self.kind != "file" and not self.categories:
            return [f"  numbers: {listed(column.name for column in self.columns)}"]
        some = self.columns[:SCHEMA_COLUMNS_SHOWN]
        width = max(len(shown(column.name)) for column in some)
        lines = [f"  {shown(column.name):<{width}}  {column.words}" for column in some]
        more = len(self.columns) - len(some)
        return [*lines, f"  … and {plural(more, 'more column')}"] if more else lines

    def _target_words(self) -> str:
        if self.target is None or self.target_name is None:
            return "none (usable for kmeans and pca)"
        if self.classes is None:
            what = f"a number from {self.target.min():g} to {self.target.max():g}"
        else:
            what = f"{len(self.classes)} classes ({listed(self.classes)})"
        reason = f" because {self.task_reason}" if self.task_reason else ""
        return f"{shown(self.target_name)}, {what}; task {self.task}{reason}"
