"""Windows of one or more series: the past as example, what follows as answer, split by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from paradigms.errors import DataError

from ..preprocessing import Preprocessing, Series
from .form import Array, Form, Indices

SEEN = 0.8
"""Of a series that a replica sees: where in it that stretch begins is its own."""
HELD = 0.6, 0.8
"""Where the stretch is cut: what comes before trains, between validates, after tests."""


@dataclass(frozen=True)
class Windows(Form):
    """Windows of `length` steps of series of so many `steps`, one starting every `stride` steps.

    The answer is the first channel `horizon` steps after the window's last. A replica sees four fifths of
    every series, from a place of its own on (a rolling origin, Tashman 2000), cut by time at 60 and 80 %. A
    window that reaches over a cut, its answer included, belongs to no part: parts share no step, and none is
    older than what was trained on.

    >>> form = Windows((10,), length=3, horizon=2)
    >>> x, y = form.cut([np.arange(10.0)])
    >>> x[0, :, 0].tolist(), y[0].tolist(), len(x)
    ([0.0, 1.0, 2.0], 4.0, 6)
    """

    steps: tuple[int, ...]
    length: int
    horizon: int = 1
    stride: int = 1
    channels: int = 1
    names: tuple[str, ...] = ()
    name = "windows"

    @property
    def shape(self) -> tuple[int, ...]:
        """`(length, channels)`."""
        return self.length, self.channels

    @property
    def words(self) -> str:
        """What an example is, for people."""
        ahead = "next step" if self.horizon == 1 else f"{self.horizon}th step after it"
        return f"windows of {self.length} steps of a series, with the {ahead} as answer, split by time"

    @property
    def features(self) -> list[str]:
        """The columns of the table, oldest first: how many steps before the first answer each was seen."""
        lags = range(self.length + self.horizon - 1, self.horizon - 1, -1)
        if self.channels == 1 and not self.names:
            return [f"lag {lag}" for lag in lags]
        names = self.names or tuple(str(channel + 1) for channel in range(self.channels))
        return [f"{name}, {lag} before" for lag in lags for name in names]

    @property
    def span(self) -> int:
        """Steps from a window's first to its answer, both included."""
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
        return windows[:, : self.length], windows[:, -1, 0]

    def divided(self, count: int, strata: Array | None, seeds: tuple[int, int]) -> Indices:
        """Every series from the same share of it on, which is the replica's chance; all in equal numbers."""
        late = np.random.default_rng(seeds[0]).random() * (1 - SEEN)
        number, start = self.places().T
        steps = np.array(self.steps)[number]
        # Whole strides, and lengths that do not hang on where they begin: so replicas have parts of one size.
        begin = np.floor(late * steps / self.stride).astype(int) * self.stride
        first, second, last = (
            begin + np.floor(share * SEEN * steps / self.stride).astype(int) * self.stride
            for share in (*HELD, 1)
        )
        end = start + self.span
        train = np.flatnonzero((start >= begin) & (end <= first))
        validation = np.flatnonzero((start >= first) & (end <= second))
        test = np.flatnonzero((start >= second) & (end <= last))
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
        series = Series(self.names, self.length, self.horizon) if self.names else None
        return replace(
            plain,
            series=series,
            numbers=tuple(
                replace(
                    column,
                    mean=float(mean[place % self.channels]),
                    scale=float(scale[place % self.channels]),
                )
                for place, column in enumerate(plain.numbers)
            ),
        )
