"""The scikit-learn pipeline that fills gaps, encodes and scales: built from the schema, fitted on a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from .words import plural

if TYPE_CHECKING:
    from .dataset import Dataset


def divide(x: np.ndarray[Any, Any], by: float) -> np.ndarray[Any, Any]:
    """Scale by a known range; no statistic of the data enters."""
    return x / by


def build(dataset: Dataset) -> ColumnTransformer:
    """The unfitted pipeline of a data set; its output columns are `dataset.features`."""
    steps = []
    if dataset.numbers:
        steps.append(("numbers", _numbers(dataset), [column.name for column in dataset.numbers]))
    if dataset.categories:
        steps.append(("categories", _categories(dataset), [column.name for column in dataset.categories]))
    return ColumnTransformer(steps, verbose_feature_names_out=False)


def explain(dataset: Dataset) -> list[str]:
    """The pipeline's steps, a line for each kind of column, as scikit-learn prints them; codes have none."""
    if dataset.form.coded:
        return []
    lines = []
    for name, steps, columns in build(dataset).transformers:
        printed = " → ".join(_printed(step) for _, step in steps.steps)
        lines.append(f"{name} ({plural(len(columns), 'column')}): {printed}")
    return lines


def _numbers(dataset: Dataset) -> Pipeline:
    # Columns that are empty in a part are kept, so that every replica has the same width.
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    by_range = FunctionTransformer(divide, kw_args={"by": dataset.value_range})
    return Pipeline([("fill", fill), ("scale", by_range if dataset.scaling == "range" else StandardScaler())])


def _categories(dataset: Dataset) -> Pipeline:
    fill = SimpleImputer(strategy="most_frequent", keep_empty_features=True)
    levels = [np.array(column.levels, dtype=object) for column in dataset.categories]
    encode = OneHotEncoder(categories=levels, handle_unknown="ignore", sparse_output=False)
    return Pipeline([("fill", fill), ("encode", encode)])


def _printed(step: Any) -> str:
    if isinstance(step, OneHotEncoder):  # its levels stand in the schema already
        step = clone(step).set_params(categories="auto")
    if isinstance(step, FunctionTransformer):
        return f"divide(by={step.kw_args['by']:g})"
    return " ".join(repr(step).split())
