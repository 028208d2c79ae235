"""Generated data that are more than rows: what a generator hands over, and the data set it makes."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .catalogue import Entry
from .dataset import Column, Dataset
from .forms.form import Form

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Examples `x` `[N, *shape]` and answers `y` `[N, *target_shape]` in the shapes that `form` declares.

    `features` name the numbers of one example laid flat; `classes` name the codes of `y`, where it holds
    codes. Numbers are standardised, unless they are `plain`: of a size that is meant as it is. `known` is
    what is known of each row, as the best `answer` that it could be given, `[N, ...]`.
    """

    x: Array
    y: Array
    form: Form
    features: list[str]
    target_name: str
    classes: tuple[str, ...] | None = None
    plain: bool = False
    known: dict[str, Array] = field(default_factory=dict)


def drawn(entry: Entry, key: np.random.SeedSequence) -> Dataset:
    """The data set that `generated/NAME.py` draws from `key`.

    Raises:
        DataError: examples or answers of another shape than the form declares.
    """
    module = importlib.import_module(f".generated.{entry.name}", __package__)
    made: Drawn = module.draw(np.random.default_rng(key))
    made.form.check(entry.name, made.x, made.y)
    flat = made.x.reshape(len(made.x), -1).astype(made.form.storage)
    frame = pd.DataFrame(flat, columns=made.features)
    return Dataset(
        name=entry.name,
        kind=entry.kind,
        task=entry.task,
        frame=frame,
        target=made.y.astype(np.int64 if made.classes else np.float64),
        target_name=made.target_name,
        classes=made.classes,
        columns=tuple(Column(c, "number", None, 0, int(frame[c].nunique())) for c in frame),
        form=made.form,
        scaling="range" if made.plain else "standard",
        task_reason="the data set declares it",
        known=made.known,
    )
