"""One learner's rows as arrays: a value per seed and recorded step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paradigms import measures

from .folder import Json, Run

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_KEYS = {"learner", "seed", "setting", "step", "samples", "seconds", "split"}


@dataclass(frozen=True)
class Curves:
    """Signals of one split: `values[name]` is [R, T], NaN where a seed has no row."""

    steps: Floats
    samples: Floats
    seconds: Floats
    values: dict[str, Floats]

    def __contains__(self, name: str) -> bool:
        return name in self.values and bool(np.isfinite(self.values[name]).any())

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]


@dataclass(frozen=True)
class Record:
    """What one learner did in one setting: its seeds, its curves and its final row per seed.

    `spec` is its part of the config, with the options of this setting. `recorded` [R, T] says which points of
    the held-out curves are a seed's own, and not held from the one before.
    """

    spec: Json
    setting: int
    varied: Json
    seeds: list[int]
    train: Curves
    held_out: Curves
    recorded: Bools
    final: list[Json]

    @property
    def id(self) -> str:
        return str(self.spec["id"])

    @property
    def metric(self) -> str:
        return str(self.spec["metric"])

    @property
    def lower_is_better(self) -> bool:
        return bool(self.spec["lower_is_better"])

    def last(self, name: str) -> list[Any]:
        """The final value of `name` for each seed, `None` where there is none."""
        return [row.get(name) for row in self.final]

    @property
    def read(self) -> int:
        """Training rows that the start or the centring of a replica read before its first sample."""
        return max((int(row.get("read") or 0) for row in self.final), default=0)

    @cached_property
    def apart(self) -> bool:
        """Whether progress means something: by the test part, without one by the last look at the other."""
        bounds: list[Any] = [self.last(name) for name in ("baseline", "reference")]
        if not any(self.final):
            curves = [self.held_out.values.get(name) for name in ("baseline", "reference")]
            bounds = [[None] if one is None or not one.size else one[:, 0] for one in curves]
        baseline, reference = bounds
        return measures.apart(baseline, reference, self.lower_is_better)

    @cached_property
    def progress(self) -> Floats:
        """Progress on the held-out curve [R, T]."""
        curves = self.held_out
        if not self.apart or any(name not in curves for name in (self.metric, "baseline", "reference")):
            return np.full((len(self.seeds), curves.steps.size), np.nan)
        return np.asarray(
            measures.progress(
                curves[self.metric], curves["baseline"], curves["reference"], self.lower_is_better
            )
        )

    @cached_property
    def areas(self) -> Floats:
        """The mean height of each seed's validation curve over the feedback [R]; 0 where there is none."""
        if self.metric not in self.held_out:
            return np.zeros(len(self.seeds))
        values, samples = self.held_out[self.metric], self.held_out.samples
        return np.array([_height(samples, line) for line in values])

    @cached_property
    def updates(self) -> Floats:
        """Gradient steps at each point of the held-out curve [T]."""
        if "updates" not in self.train:
            return self.held_out.steps
        known = np.nanmax(self.train["updates"], axis=0)
        return np.interp(self.held_out.steps, [0.0, *self.train.steps], [0.0, *known])


def _height(x: Floats, values: Floats) -> float:
    known = np.isfinite(values)
    at, height = x[known], values[known]
    widths = np.diff(at)
    if not widths.sum() > 0:
        return float(height.mean()) if height.size else 0.0
    return float(np.average((height[1:] + height[:-1]) / 2, weights=widths))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else np.nan


def _curves(rows: Sequence[Json], seeds: list[int]) -> Curves:
    steps = sorted({int(row["step"]) for row in rows})
    column = {step: t for t, step in enumerate(steps)}
    line = {seed: r for r, seed in enumerate(seeds)}
    samples, seconds = np.zeros(len(steps)), np.zeros(len(steps))
    values: dict[str, Floats] = {}
    for row in rows:
        r, t = line[row["seed"]], column[int(row["step"])]
        samples[t] = max(samples[t], _number(row.get("samples", 0)))
        seconds[t] = max(seconds[t], _number(row.get("seconds", 0)))
        for name in row.keys() - _KEYS:
            if name not in values:
                values[name] = np.full((len(seeds), len(steps)), np.nan)
            values[name][r, t] = _number(row[name])
    if "target_drift" in values:
        values["drift"] = _per_thousand(values["target_drift"], samples)
    return Curves(np.array(steps, dtype=np.float64), samples, seconds, values)


def _per_thousand(moved: Floats, samples: Floats) -> Floats:
    """What moved between two rows of a seed [R, T], per 1,000 samples."""
    rates = np.full_like(moved, np.nan)
    for line, rate in zip(moved, rates, strict=True):
        known = np.flatnonzero(np.isfinite(line))
        spent = np.diff(samples[known], prepend=0.0)
        rate[known] = 1000 * line[known] / np.where(spent > 0, spent, np.nan)
    return rates


def _held(curves: Curves, final: list[Json]) -> Curves:
    """A value stands until the next, where a replica was looked at less often than others.

    One that stopped keeps its last to the end, unless it diverged.
    """
    for values in curves.values.values():
        for r, row in enumerate(final):
            known = np.flatnonzero(np.isfinite(values[r]))
            if not known.size:
                continue
            kept = row.get("diverged") is None and row.get("stopped") in ("early", "converged")
            end = values.shape[1] if kept else known[-1] + 1
            ago = np.searchsorted(known, np.arange(known[0], end), side="right") - 1
            values[r, known[0] : end] = values[r, known[ago]]
    return curves


def _record(spec: Json, chosen: Json, rows: list[Json]) -> Record:
    seeds = sorted({int(row["seed"]) for row in rows})
    split = {part: [row for row in rows if row["split"] == part] for part in ("train", "validation", "test")}
    by_seed = {int(row["seed"]): row for row in split["test"]}
    final = [by_seed.get(seed, {}) for seed in seeds]
    held_out = _curves(split["validation"], seeds)
    recorded = np.zeros((len(seeds), held_out.steps.size), dtype=np.bool_)
    for values in held_out.values.values():
        recorded |= np.isfinite(values)
    return Record(
        {**spec, "options": chosen["options"]},
        chosen["setting"],
        chosen["varied"],
        seeds,
        _curves(split["train"], seeds),
        _held(held_out, final),
        recorded,
        final,
    )


def records(runs: Sequence[Run]) -> list[Record]:
    """Every learner of every run in every setting that there are rows of, in the order of the configs."""
    return [one for run in runs for one in _records(run, run.rows)]


def fresh_records(run: Run) -> list[Record]:
    """Of a sweep, what was judged on seeds that had no part in the choice."""
    return _records(run, run.fresh)


def _records(run: Run, rows: dict[tuple[str, int], list[Json]]) -> list[Record]:
    return [
        _record(spec, chosen, rows[spec["id"], chosen["setting"]])
        for spec in run.config["learners"]
        for chosen in sorted(spec["settings"], key=lambda one: int(one["setting"]))
        if (spec["id"], chosen["setting"]) in rows
    ]
