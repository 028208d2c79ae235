"""Everything one page is drawn from: the runs, their summary, and each learner ready to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from paradigms import measures
from paradigms.signals import SIGNALS, Signal

from ..words import shortened, squeezed
from . import family, pictures
from .folder import Json, Run, read_all
from .pictures import Pictures
from .records import Record, records
from .summary import entry_of, final_progress, summary_of


@dataclass(frozen=True, eq=False)
class Shown:
    """One learner in one setting as a page shows it: what it recorded, its summary, its name.

    `number` is its place on the page, `place` that in the palette, `command` what made its run.
    """

    record: Record
    entry: Json
    label: str
    number: int
    place: int
    folder: Path
    embed_rows: bool = False
    command: str = ""

    @property
    def spec(self) -> Json:
        return self.record.spec

    @property
    def data(self) -> Json:
        return dict(self.spec.get("data") or {})

    @property
    def aggregate(self) -> bool:
        """Whether only aggregates may be shown: a person's own data, unless rows are there and asked for."""
        return bool(self.data.get("private", False)) and not (self.embed_rows and self._rows_recorded)

    @property
    def _rows_recorded(self) -> bool:
        """Of a person's own; they always were before a run was asked for it."""
        return bool(self.data.get("rows_recorded", True))

    @property
    def withheld(self) -> str:
        """What is said where a person's own rows are not shown, with what to type; empty where they are."""
        if not self.aggregate:
            return ""
        if self._rows_recorded:
            return f"Not on the page; this shows them: paradigms report {self.folder} --embed-rows"
        return f"Not recorded; this records and shows them: {_embedding(self.command)}"

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

    def classes(self, count: int, length: int = 12) -> list[str]:
        """The names of the first `count` classes, numbers where they have none."""
        known = self.data.get("classes") or []
        return [shortened(str(known[i]) if i < len(known) else str(i), length) for i in range(count)]

    def features(self, length: int = 18) -> list[str]:
        """The names of the features, each squeezed to so many letters."""
        return [squeezed(str(name), length) for name in self.data.get("features") or []]

    @cached_property
    def median_seed(self) -> int:
        """The seed whose test score lies in the middle: the one whose pictures are shown.

        Seeds that tie are ordered by the way there: the mean of their validation curve over the feedback.
        """
        worst = np.inf if self.record.lower_is_better else -np.inf
        scores = [worst if score is None else score for score in self.entry["scores"]]
        order = np.lexsort((self.record.areas, np.array(scores, dtype=np.float64)))
        return int(self.record.seeds[order[len(order) // 2]]) if len(order) else 0

    @cached_property
    def pictures(self) -> Pictures | None:
        """The arrays of the median seed."""
        return self.pictures_of(self.median_seed)

    def whose(self, pictures: Pictures, part: str = "Test part") -> str:
        """Whose pictures a figure shows."""
        seeds = len(self.record.seeds)
        why = ", because its pictures were kept"
        if pictures.seed == self.median_seed:
            lost = str(pictures.seed) in self.entry["diverged"]
            why = ", which diverged" if lost else ", because its test score lies in the middle"
        return f"{part} of seed {pictures.seed}" + (f" of {seeds}{why}." if seeds > 1 else ".")

    def pictures_of(self, seed: int) -> Pictures | None:
        """The arrays of one seed; of the first one recorded where this one was not."""
        stored = str(self.spec.get("stored_id", self.record.id))
        return pictures.load(self.folder, stored, self.record.setting, seed)


@dataclass(frozen=True)
class Comparison:
    """Runs side by side: `learners` in their first setting, `settings` every learner in each of its own."""

    runs: list[Run]
    summary: Json
    learners: list[Shown]
    settings: list[Shown]


def signal(name: str) -> Signal:
    """The catalogue's entry, or a plain one for a name that a newer version has recorded."""
    return SIGNALS.get(name) or Signal(name, name.replace("_", " "), "", "", "", "", "neither")


def compare(folders: Sequence[Path], embed_rows: bool = False) -> Comparison:
    """Read what is to be shown; `embed_rows` allows single rows of a person's own data."""
    runs = read_all([Path(folder) for folder in folders])
    came = [(spec, run.folder) for run in runs for spec in run.config["learners"]]
    came = [came[i] for i in family.order([str(spec.get("paradigm")) for spec, _ in came])]
    homes = {spec["id"]: folder for spec, folder in came}
    labels = _labels([spec for spec, _ in came])
    places = family.places([str(spec.get("paradigm")) for spec, _ in came])
    numbers = {name: number for number, name in enumerate(homes)}

    commands = {run.folder: str(run.config.get("command") or "") for run in runs}

    def ready(it: Record) -> Shown:
        n, home = numbers[it.id], homes[it.id]
        return Shown(it, entry_of(it), labels[n], n, places[n], home, embed_rows, commands[home])

    shown = [ready(it) for it in records(runs)]
    first = [next(it for it in shown if it.record.id == name) for name in homes]
    return Comparison(runs, summary_of(runs, [it.entry for it in shown]), first, shown)


def _embedding(command: str) -> str:
    """The command, or the call from Python, that makes a run with its rows."""
    if command.endswith(")"):
        return f"{command[:-1]}, embed_rows=True)"
    again = " --force" if " --out" in command and " --force" not in command else ""
    return f"{command} --embed-rows{again}"


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
