"""Everything one page is drawn from: the runs, their summary, and each learner ready to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from paradigms import measures
from paradigms.signals import SIGNALS, Signal

from . import snapshots
from .folder import Json, Run, as_left, read_all
from .records import Record, records
from .snapshots import Snapshots
from .summary import final_progress, summary_of
from .words import shortened


@dataclass(frozen=True)
class Shown:
    """One learner as the page shows it: what it recorded, its summary, its name and place."""

    record: Record
    entry: Json
    label: str
    place: int
    folder: Path
    embed_rows: bool = False

    @property
    def spec(self) -> Json:
        return self.record.spec

    @property
    def data(self) -> Json:
        return dict(self.spec.get("data") or {})

    @property
    def aggregate(self) -> bool:
        """Whether only aggregates may be shown: a person's own data, unless they asked for rows."""
        return bool(self.data.get("private", False)) and not self.embed_rows

    @property
    def signal(self) -> Signal:
        """The catalogue's entry of the metric."""
        return signal(self.record.metric)

    @property
    def few_seeds(self) -> bool:
        """Whether the spread over seeds can only be told as a range."""
        return len(self.record.seeds) < 5

    @property
    def progress_ends(self) -> Sequence[float | None] | None:
        """The interval of progress, below five seeds its range."""
        if self.entry["progress"] is None or not self.few_seeds:
            return list(self.entry["progress_ci95"] or []) or None
        return measures.spread(final_progress(self.record))

    @cached_property
    def median_seed(self) -> int:
        """The seed whose score lies in the middle: the one whose pictures are shown."""
        worst = np.inf if self.record.lower_is_better else -np.inf
        scores = [worst if score is None else score for score in self.entry["scores"]]
        order = np.argsort(scores, kind="stable")
        return int(self.record.seeds[order[len(order) // 2]]) if len(order) else 0

    @cached_property
    def snapshots(self) -> Snapshots | None:
        """The arrays of the median seed."""
        return self.shots(self.median_seed)

    def shots(self, seed: int) -> Snapshots | None:
        """The arrays of one seed; of the first one recorded where this one was not."""
        stored = str(self.spec.get("stored_id", self.record.id))
        return snapshots.load(self.folder, stored, seed)


@dataclass(frozen=True)
class Comparison:
    """Runs side by side."""

    runs: list[Run]
    summary: Json
    learners: list[Shown]


def signal(name: str) -> Signal:
    """The catalogue's entry, or a plain one for a name that a newer version has recorded."""
    return SIGNALS.get(name) or Signal(name, name.replace("_", " "), "", "", "", "", "neither")


def compare(folders: Sequence[Path], embed_rows: bool = False) -> Comparison:
    """Read what is to be shown; `embed_rows` allows single rows of a person's own data."""
    runs = read_all([Path(folder) for folder in folders])
    found = records(runs)
    summary = summary_of(runs, found)
    homes = [run.folder for run in runs for _ in run.config["learners"]]
    labels = _labels([record.spec for record in found])
    learners = [
        Shown(record, entry, label, place, home, embed_rows)
        for place, (record, entry, label, home) in enumerate(
            zip(found, summary["learners"], labels, homes, strict=True)
        )
    ]
    return _priced(Comparison(runs, summary, learners))


def _priced(comparison: Comparison) -> Comparison:
    """With the price of feedback in its summary, where all had the same data and one was told the answer."""
    from . import same

    if not same.is_same(comparison):
        return comparison
    price = same.summary(comparison.learners)
    return replace(comparison, summary={**comparison.summary, "price": price})


def summarise(*folders: Path) -> Json:
    """The summary of one run, or of several side by side; writes nothing."""
    with as_left(folders):
        return compare([Path(folder) for folder in folders]).summary


def _labels(specs: Sequence[Json]) -> list[str]:
    """The title where it is one of a kind; else with data and model; else the id."""
    forms: list[list[str]] = [
        [_title(spec) for spec in specs],
        [f"{_title(spec)}, {spec.get('dataset')}" for spec in specs],
        [f"{_title(spec)}, {spec.get('model')}" for spec in specs],
        [f"{_title(spec)}, {spec.get('dataset')}, {spec.get('model')}" for spec in specs],
    ]
    seen: list[Counter[Any]] = [Counter(form) for form in forms]
    return [
        shortened(next((f[i] for f, n in zip(forms, seen, strict=True) if n[f[i]] == 1), spec["id"]), 44)
        for i, spec in enumerate(specs)
    ]


def _title(spec: Json) -> str:
    return str(spec.get("title") or spec.get("name") or spec["id"])
