"""Windows of one or more series: the past as example, what follows as answer, split by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from paradigms.errors import DataError

from ..preprocessing import Preprocessing
from .form import Array, Form, Indices

HELD = 0.6, 0.8
"""Where a series is cut: what comes before trains, between validates, after tests."""


@dataclass(frozen=True)
class Windows(Form):
    """Windows of `length` steps of series of so many `steps`, one starting every `stride` steps.

    The answer is the first channel at the next step, or at the next `horizon` steps in order. Every series
    is cut by time at 60 and 80 %, and a window that reaches over a cut, its answer included, belongs to no
    part: parts share no step, and none is older than what was trained on. Chance has no say.

    >>> form = Windows((10,), length=3, horizon=2)
    >>> x, y = form.cut([np.arange(10.0)])
    >>> x[0, :, 0].tolist(), y[0].tolist(), len(x)
    ([0.0, 1.0, 2.0], [3.0, 4.0], 6)
    """

    steps: tuple[int, ...]
    length: int
    horizon: int = 1
    stride: int = 1
    channels: int = 1
    name = "windows"

    @property
    def shape(self) -> tuple[int, ...]:
        """`(length, channels)`."""
        return self.length, self.channels

    @property
    def target_shape(self) -> tuple[int, ...]:
        """One number for the next step alone, else one for each step."""
        return () if self.horizon == 1 else (self.horizon,)

    @property
    def words(self) -> str:
        """What an example is, for people."""
        ahead = "step" if self.horizon == 1 else f"{self.horizon} steps"
        return f"windows of {self.length} steps of a series, with the next {ahead} as answer, split by time"

    @property
    def features(self) -> list[str]:
        """The columns of the table, oldest first: how many steps before the first answer each was seen."""
        lags = range(self.length, 0, -1)
        if self.channels == 1:
            return [f"lag {lag}" for lag in lags]
        return [f"lag {lag} of {channel + 1}" for lag in lags for channel in range(self.channels)]

    @property
    def span(self) -> int:
        """Steps that a window takes up, its answer among them."""
        return self.length + self.horizon

    def places(self) -> Array:
        """`[N, 2]`: the series that each window is of, and the step it starts at."""
        found = [
            (number, start)
            for number, steps in enumerate(self.steps)
            for start in range(0, steps - self.span + 1, self.stride)
        ]
        return np.array(found, dtype=np.int64).reshape(-1, 2)

    def cut(self, series: Sequence[Array]) -> tuple[Array, Array]:
        """The windows `[N, length, channels]` of series `[steps, channels]`, and their answers.

        Raises:
            DataError: series of other lengths or channels than declared.
        """
        wide = [one.reshape(len(one), -1) for one in series]
        declared = [(steps, self.channels) for steps in self.steps]
        if [one.shape for one in wide] != declared:
            raise DataError(
                f"series of {[one.shape for one in wide]} steps and channels, declared {declared}."
            )
        spans = [wide[number][start : start + self.span] for number, start in self.places()]
        windows = np.stack(spans) if spans else np.empty((0, self.span, self.channels))
        ahead = windows[:, self.length :, 0]
        return windows[:, : self.length], ahead[:, 0] if self.horizon == 1 else ahead

    def divided(self, count: int, strata: Array | None, seeds: tuple[int, int]) -> Indices:
        """The same for every replica: the future is not a matter of chance."""
        number, start = self.places().T
        steps = np.array(self.steps)[number]
        first, second = (np.ceil(share * steps) for share in HELD)
        end = start + self.span
        train = np.flatnonzero(end <= first)
        validation = np.flatnonzero((start >= first) & (end <= second))
        test = np.flatnonzero(start >= second)
        if not (len(train) and len(validation) and len(test)):
            raise DataError(
                f"series of at most {max(self.steps)} steps are too short for windows of {self.span} in "
                "three parts that share no step.",
                "Take shorter windows or longer series.",
            )
        return train, validation, test

    def fitted(self, plain: Preprocessing, frame: pd.DataFrame) -> Preprocessing:
        """One mean and deviation for all lags of a channel, so that a window keeps its shape."""
        seen = frame.to_numpy(dtype=np.float64).reshape(len(frame), self.length, self.channels)
        mean, scale = seen.mean((0, 1)), seen.std((0, 1))
        scale = np.where(scale > 0, scale, 1.0)
        return replace(
            plain,
            numbers=tuple(
                replace(
                    column,
                    mean=float(mean[place % self.channels]),
                    scale=float(scale[place % self.channels]),
                )
                for place, column in enumerate(plain.numbers)
            ),
        )
