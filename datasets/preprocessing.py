"""A fitted pipeline as plain numbers, so that a saved model needs no pickle to meet new rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .pipeline import build
from .reading import Reading

if TYPE_CHECKING:
    from .dataset import Dataset

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class NumberColumn:
    """x → (x − mean) / scale, missing cells taking `fill`. Booleans are the numbers 0 and 1.

    `reading` says how cells become x; None in models of old, and where no cells were read.
    """

    name: str
    kind: str
    fill: float
    mean: float
    scale: float
    reading: Reading | None = None


@dataclass(frozen=True)
class CategoryColumn:
    """x → one 0/1 feature for each level, missing cells taking `fill` (None: all zeros)."""

    name: str
    levels: tuple[str, ...]
    fill: str | None
    reading: Reading | None = None


@dataclass(frozen=True)
class Series:
    """Windows of `length` rows of a table, in order; the answer lies in `columns[0]`, `horizon` rows on."""

    columns: tuple[str, ...]
    length: int
    horizon: int

    @property
    def first(self) -> int:
        """The row that the first window foresees."""
        return self.length + self.horizon - 1

    def windows(self, rows: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
        """Every window of the table's rows, laid flat under `features`; the last ends with the last row."""
        wide = rows[list(self.columns)].to_numpy(dtype=np.float64)
        cut = np.lib.stride_tricks.sliding_window_view(wide, self.length, axis=0)  # [N, channels, length]
        return pd.DataFrame(cut.transpose(0, 2, 1).reshape(len(cut), -1), columns=list(features))


@dataclass(frozen=True)
class Preprocessing:
    """What one replica's training part says about how rows become features.

    `target_mean` and `target_scale` (in the target's unit; scale 1 for a constant target) belong to
    regression, `classes` to classification; the others are None. `series` says of which rows a row is made,
    `image` into what shape a file of a picture is brought.
    """

    numbers: tuple[NumberColumn, ...]
    categories: tuple[CategoryColumn, ...]
    target_name: str | None = None
    target_mean: float | None = None
    target_scale: float | None = None
    classes: tuple[str, ...] | None = None
    series: Series | None = None
    image: tuple[int, ...] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The raw columns that a table must have."""
        return tuple(column.name for column in self.read + self.categories)

    @property
    def read(self) -> tuple[NumberColumn, ...]:
        """The columns of numbers as they stand in a table: of a series, one for all its lags."""
        if self.series is None:
            return self.numbers
        pairs = zip(self.series.columns, self.numbers, strict=False)
        return tuple(replace(column, name=name) for name, column in pairs)

    @property
    def features(self) -> tuple[str, ...]:
        """The d feature names, in the order of `transform`'s columns."""
        levels = (f"{column.name}={level}" for column in self.categories for level in column.levels)
        return (*(column.name for column in self.numbers), *levels)

    def transform(self, frame: pd.DataFrame) -> Array:
        """Raw features (as in `Dataset.frame`) to the learner's: float64 `[N, d]`."""
        parts = [self._scaled(frame)] + [_one_hot(frame[column.name], column) for column in self.categories]
        return np.concatenate(parts, axis=1)

    def to_json(self) -> dict[str, Any]:
        """Plain lists, strings and numbers; `from_json` brings back an equal object."""
        kept = asdict(self)
        if self.image is None:
            del kept["image"]
        return {"version": 2, **kept}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Preprocessing:
        """The object behind `to_json`'s dict, also after a trip through a JSON file."""
        read = [Reading.from_json(column.get("reading")) for column in data["numbers"] + data["categories"]]
        numbers = [{**column, "reading": one} for column, one in zip(data["numbers"], read, strict=False)]
        levels = [
            {**column, "levels": tuple(column["levels"]), "reading": one}
            for column, one in zip(data["categories"], read[len(numbers) :], strict=True)
        ]
        return cls(
            numbers=tuple(NumberColumn(**column) for column in numbers),
            categories=tuple(CategoryColumn(**column) for column in levels),
            target_name=data["target_name"],
            target_mean=data["target_mean"],
            target_scale=data["target_scale"],
            classes=None if data["classes"] is None else tuple(data["classes"]),
            series=_series(data.get("series")),
            image=None if data.get("image") is None else tuple(data["image"]),
        )

    def _scaled(self, frame: pd.DataFrame) -> Array:
        x = frame[[column.name for column in self.numbers]].to_numpy(dtype=np.float64)
        if not self.numbers:
            return x
        fill, mean, scale = np.array([[c.fill, c.mean, c.scale] for c in self.numbers]).T
        return (np.where(np.isnan(x), fill, x) - mean) / scale  # [N, numbers]


def _series(data: dict[str, Any] | None) -> Series | None:
    return None if data is None else Series(tuple(data["columns"]), data["length"], data["horizon"])


def fit(dataset: Dataset, rows: Array) -> Preprocessing:
    """Fit the data set's pipeline on some rows and keep its statistics.

    Args:
        rows: `[n]` indices of the training part; nothing else of the table is looked at.
    """
    fitted = build(dataset).fit(dataset.frame.iloc[rows])
    mean, scale = _target_statistics(dataset, rows)
    return Preprocessing(
        numbers=_number_columns(dataset, fitted),
        categories=_category_columns(dataset, fitted),
        target_name=dataset.target_name,
        target_mean=mean,
        target_scale=scale,
        classes=dataset.classes,
    )


def _number_columns(dataset: Dataset, fitted: Any) -> tuple[NumberColumn, ...]:
    if not dataset.numbers:
        return ()
    steps = fitted.named_transformers_["numbers"]
    d = len(dataset.numbers)
    by_range = dataset.scaling == "range"
    mean = np.zeros(d) if by_range else steps["scale"].mean_
    scale = np.full(d, dataset.value_range) if by_range else steps["scale"].scale_
    return tuple(
        NumberColumn(column.name, column.kind, float(f), float(m), float(s), column.reading)
        for column, f, m, s in zip(dataset.numbers, steps["fill"].statistics_, mean, scale, strict=True)
    )


def _category_columns(dataset: Dataset, fitted: Any) -> tuple[CategoryColumn, ...]:
    if not dataset.categories:
        return ()
    fills = fitted.named_transformers_["categories"]["fill"].statistics_
    return tuple(  # the fill of a column that is empty in this part is no string: it has no level
        CategoryColumn(
            column.name, column.levels or (), fill if isinstance(fill, str) else None, column.reading
        )
        for column, fill in zip(dataset.categories, fills, strict=True)
    )


def _target_statistics(dataset: Dataset, rows: Array) -> tuple[float | None, float | None]:
    if dataset.target is None or dataset.task != "regression":
        return None, None
    y = dataset.target[rows]
    deviation = float(y.std())
    constant = deviation <= 1e-12 * max(1.0, abs(float(y.mean())))
    return float(y.mean()), 1.0 if constant else deviation


def _one_hot(values: pd.Series, column: CategoryColumn) -> Array:
    levels = list(column.levels)
    codes = pd.Index(levels, dtype=object).get_indexer(values.astype(object))  # −1: missing or unknown
    if column.fill is not None:
        codes = np.where(values.isna(), levels.index(column.fill), codes)
    return (codes[:, None] == np.arange(len(levels))).astype(np.float64)  # [N, levels]
