"""What the experiments of a lesson recorded, as arrays that its claims and charts are functions of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from paradigms import datasets
from paradigms.reports.reading.folder import read
from paradigms.reports.reading.records import Record, records

Part = Literal["train", "validation", "test"]


class Altered(Exception):
    """The person's own values or table took the place of what a claim speaks of."""


@dataclass(frozen=True)
class Table:
    """The recorded numbers of a sweep: S settings beside the default, R seeds.

    A replica that diverged has no final number; NaN stands for it.
    """

    folder: Path
    recorded: tuple[Record, ...]

    @cached_property
    def default(self) -> Table:
        """Setting 0 alone."""
        return replace(self, recorded=tuple(one for one in self.recorded if not one.setting))

    @property
    def seeds(self) -> list[int]:
        """The replica seeds [R]."""
        return self.recorded[0].seeds

    def where(self, **varied: Any) -> Table:
        """The settings with these values."""
        kept = tuple(
            one
            for one in self.recorded
            if one.setting and all(_alike(_value(one, name), value) for name, value in varied.items())
        )
        if not kept:
            raise Altered(varied)
        return replace(self, recorded=kept)

    def values(self, option: str) -> list[Any]:
        """What an option is in each setting, [S]."""
        return [_value(one, option) for one in self.recorded]

    def last(self, signal: str, part: Part = "test") -> np.ndarray:
        """The final number of every replica, [S, R]."""
        return np.array([_last(one, signal, part) for one in self.recorded])

    def best(self, signal: str, part: Part = "validation") -> np.ndarray:
        """The highest number of every replica, [S, R]."""
        return np.nanmax(self.curve(signal, part)[1], axis=2)

    def curve(self, signal: str, part: Part = "validation") -> tuple[np.ndarray, np.ndarray]:
        """Steps [T] and values [S, R, T]; settings of one budget share their steps."""
        curves = [one.train if part == "train" else one.held_out for one in self.recorded]
        keep = [np.atleast_1d(np.isfinite(one[signal]).any(axis=0)) for one in curves]
        steps = [one.steps[kept] for one, kept in zip(curves, keep, strict=True)]
        longest = max(steps, key=len)
        lines = np.full((len(curves), len(self.seeds), len(longest)), np.nan)
        for number, (one, kept) in enumerate(zip(curves, keep, strict=True)):
            lines[number, :, : kept.sum()] = one[signal][:, kept]
        return longest, lines

    @property
    def diverged(self) -> np.ndarray:
        """Whether each replica diverged, [S, R]."""
        return np.array([[step is not None for step in one.last("diverged")] for one in self.recorded])

    @cached_property
    def rows(self) -> tuple[np.ndarray, np.ndarray | None]:
        """The training rows [R, N, d] as the learner sees them, and their targets [R, N] or None."""
        config = read(self.folder).config
        options, study = config["options"], config["study"]
        name = options.get("dataset") or self.recorded[0].spec["dataset"]
        table = (
            datasets.read_table(Path(options["data"]), target=options.get("target"), task=options.get("task"),
                                drop=tuple(options.get("drop") or ()))
            if options.get("data")
            else datasets.load(name, seed=study["seed"])
        )  # fmt: skip
        parts = datasets.split(
            table, study_seed=study["seed"], seeds=self.seeds, whole=False, dtype=np.float64
        )
        return parts.train.x, parts.train.y


def _value(record: Record, option: str) -> Any:
    found = record.varied.get(option, record.spec["options"].get(option))
    return tuple(found) if isinstance(found, list) else found


def _alike(one: Any, other: Any) -> bool:
    return one == (tuple(other) if isinstance(other, list) else other)


def _last(record: Record, signal: str, part: Part) -> list[float]:
    if part == "test":
        return [np.nan if one is None else float(one) for one in record.last(signal)]
    curves = record.train if part == "train" else record.held_out
    lost = record.last("diverged")
    if signal not in curves:
        return [np.nan] * len(lost)
    known = [line[np.isfinite(line)] for line in curves[signal]]
    return [
        float(line[-1]) if step is None and line.size else np.nan
        for line, step in zip(known, lost, strict=True)
    ]


@dataclass(frozen=True)
class Evidence:
    """All experiments of a lesson by name: a `Table` of each sweep, arrays by name of each calculation.

    `altered` are those that a person's own values or table changed; asked `strict`ly, they raise.
    """

    found: Mapping[str, Any]
    altered: frozenset[str] = field(default_factory=frozenset)
    asked_strictly: bool = False

    def __getitem__(self, name: str) -> Any:
        if name not in self.found or (self.asked_strictly and name in self.altered):
            raise Altered(name)
        return self.found[name]

    def strict(self, strictly: bool) -> Evidence:
        """For a claim that speaks of what was asked as it stands in the lesson."""
        return replace(self, asked_strictly=strictly)


def table_of(folder: Path) -> Table:
    """What a sweep recorded; the default is among the settings as number 0."""
    return Table(folder, tuple(records([read(folder)])))
