"""What a form of data has to declare; a data set of any form is a table of examples laid flat."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from paradigms.errors import DataError, UsageError

from .. import checks
from ..preprocessing import Preprocessing
from ..words import listed, quoted

Array = np.ndarray[Any, Any]
Indices = tuple[Array, Array, Array]


class Form(ABC):
    """How one kind of data is kept, what an example and its answer look like, and how it is split.

    A row of the table holds one example of `shape`, laid flat: what takes rows of numbers takes it as it
    stands, and a learner that knows the shape views it without a copy (`Problem.shaped`).

    Attributes:
        name: what the catalogue and `config.json` call it.
        own_tasks: tasks that this form alone can serve.
        plane: whether the last two sides of an example are those of a picture.
        filler: the code that goes on where an example is over before its row is.
        storage: what the table holds: float64 measurements, or int64 codes that nothing may scale.
    """

    name: ClassVar[str]
    storage: ClassVar[type[np.generic]] = np.float64
    own_tasks: ClassVar[tuple[str, ...]] = ()
    plane: ClassVar[bool] = False
    filler: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one example; empty where it is no more than a row of features."""
        return ()

    @property
    def target_shape(self) -> tuple[int, ...]:
        """Of one answer; empty for one number or one class."""
        return ()

    @property
    def picture(self) -> tuple[int, int] | None:
        """(height, width) where an example can be drawn as a grey image."""
        return None

    @property
    @abstractmethod
    def words(self) -> str:
        """What an example is, for people."""

    @abstractmethod
    def divided(self, count: int, strata: Array | None, seeds: tuple[int, int]) -> Indices:
        """Which of `count` examples train, validate and test, so that nothing leaks from part to part.

        Args:
            strata: `[N]` class codes to be shared out evenly, or None.
            seeds: the replica's own, from which chance is drawn. Sizes must not hang on them.

        Raises:
            DataError: too few examples for three parts.
        """

    def fitted(self, plain: Preprocessing, frame: pd.DataFrame) -> Preprocessing:
        """What the training part `frame` says: `plain`, column by column, as this form needs it.

        Codes are not scaled.
        """
        return replace(plain, numbers=()) if self.coded else plain

    def examples(self, frame: pd.DataFrame, fitted: Preprocessing, dtype: Any) -> Array:
        """Raw examples as a learner reads them: `[N, d]` of `dtype`, or int64 codes."""
        if self.coded:
            return frame.to_numpy(dtype=np.int64)
        return fitted.transform(frame).astype(dtype)

    @property
    def coded(self) -> bool:
        """Whether examples are codes, not numbers that could be compared."""
        return bool(np.issubdtype(self.storage, np.integer))

    @property
    def tasks(self) -> tuple[str, ...]:
        """What can be learned from it: of rows of numbers, where it is such; with answers, if one to each."""
        rows = () if self.coded else checks.UNSUPERVISED
        return self.own_tasks + rows + (() if self.coded or self.target_shape else checks.SUPERVISED)

    def require(self, name: str, task: str, learners: Mapping[str, str]) -> None:
        """Raise UsageError unless this form serves a task; `learners` are those known, and their tasks."""
        checks.require_task_name(task)
        if task in self.tasks:
            return
        takes = "rows of numbers" + (", and one answer to each" if task in checks.SUPERVISED else "")
        takes = checks.OF_ONE_FORM.get(task, takes)
        takers = [learner for learner, served in learners.items() if served in self.tasks]
        raise UsageError(
            f"{task} takes {takes}; {quoted(name)} is {self.words}. Learners that take it: "
            f"{listed(takers) if takers else 'none yet'}.",
            "Choose another --dataset (`paradigms list datasets`).",
        )

    def check(self, name: str, x: Array, y: Array) -> None:
        """Raise DataError unless `x` is `[N, *shape]` and `y` is `[N, *target_shape]`."""
        for what, array, shape in (("examples", x, self.shape), ("answers", y, self.target_shape)):
            if array.dtype == object or array.shape != (len(x), *shape):
                raise DataError(f"{name}: {what} {array.shape} where its form has {(len(x), *shape)}.")
