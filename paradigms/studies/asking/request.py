"""What a person asked for, before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from paradigms.choices import Varied, distinct, option
from paradigms.datasets import CATALOGUE, OPENML
from paradigms.entries import Entry
from paradigms.errors import UsageError, unknown
from paradigms.option import Option
from paradigms.options import OPTIONS, STUDY
from paradigms.registry import LEARNERS, PARADIGMS, REGISTRY, of, takers
from paradigms.runs.identity import Replica, replicas
from paradigms.teaching import FEW, TEACHERS

SEEDS, QUICK_SEEDS = 10, 3
COMMANDS = {
    "supervised": "supervised",
    "unsupervised": "unsupervised",
    "self-supervised": "self-supervised",
    "reinforcement": "rl",
}
"""Paradigm → what follows `paradigms run`."""
EVERYBODY = "all"
"""The name of all registered learners together."""
TABLE_TASKS = ("regression", "classification")
SLICED = ("regression", "classification")
"""Learners whose slope on a batch is the mean of those on its parts."""


@dataclass(frozen=True)
class Request:
    """One study: which learners, on what, how often, with which options.

    `options` are learner options as given, by name; what is absent takes the learner's default.
    `named` are the learners that the person named: one of them that does not fit is an error, another is
    left out. `grid` are the settings that are trained beside the default, each as what it varies; `keep`
    says of which settings models and pictures stay; with `none` no best is judged either. With `among`, only
    these replicas of each learner. `held` says where a file lies that another machine knows by name.
    """

    command: str
    learners: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    dataset: str | None = None
    data: Path | None = None
    same_data: str | None = None
    target: str | None = None
    task: str | None = None
    drop: tuple[str, ...] | None = None
    window: int | None = None
    horizon: int | None = None
    by: str | None = None
    stream: bool | None = None
    ram: str | None = None
    cache: str | None = None
    seeds: int | None = None
    seed: int = 0
    device: str = "auto"
    dtype: str = "float32"
    threads: int | None = None
    workers: int | None = None
    slices: int | None = None
    quick: bool = False
    embed_rows: bool = False
    named: tuple[str, ...] = ()
    grid: tuple[Varied, ...] = ()
    keep: str = "best"
    among: Mapping[str, tuple[Replica, ...]] | None = None
    held: Mapping[Path, Path] = field(default_factory=dict, compare=False)

    def to_json(self) -> dict[str, Any]:
        """What was given, as `--config` and `--resume` read it back: defaults are left out."""
        own = {name: getattr(self, name) for name in _DEFAULTS}
        kept = {name: value for name, value in own.items() if value != _DEFAULTS.get(name)}
        return {**kept, **self.options} | ({} if self.data is None else {"data": str(self.data)})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Request:
        """The request behind `to_json`'s dict."""
        options = {name: value for name, value in kept.items() if name in OPTIONS}
        own = {name: kept[name] for name in _DEFAULTS if name in kept}
        own |= {name: tuple(own[name]) for name in ("learners", "named") if isinstance(own.get(name), list)}
        if own.get("named") is True:  # of folders before 0.7.0: all of them
            own["named"] = own["learners"]
        own |= {"grid": tuple(dict(one) for one in kept["grid"])} if "grid" in kept else {}
        if kept.get("among") is not None:
            own["among"] = {name: replicas(pairs) for name, pairs in kept["among"].items()}
        return cls(**own | {"options": options})

    @property
    def replica_seeds(self) -> tuple[int, ...]:
        """0 … N−1."""
        count = self.seeds if self.seeds is not None else QUICK_SEEDS if self.quick else SEEDS
        return tuple(range(count))

    @property
    def files(self) -> tuple[Path, ...]:
        """A person's own, of which it is asked."""
        named = [self.data, *(one.get("data") for one in self.grid)]
        return tuple(dict.fromkeys(Path(one) for one in named if one is not None))

    @property
    def varied(self) -> tuple[str, ...]:
        """The options that differ between settings."""
        return tuple(dict.fromkeys(name for one in self.grid for name in one))

    @property
    def entries(self) -> list[Entry]:
        """The registry's entries of the learners asked for."""
        for name in self.learners:
            if name not in LEARNERS:
                raise unknown("learner", name, LEARNERS)
        return [LEARNERS[name] for name in self.learners]

    def checked(self) -> Request:
        """The same with every option in its type.

        Raises:
            UsageError: options that contradict each other, or that no chosen learner takes.
        """
        options = {name: _option(name).check(value) for name, value in self.options.items()}
        grid = distinct({name: option(name).check(value) for name, value in one.items()} for one in self.grid)
        own = {name: option.check(getattr(self, name)) for name, option in STUDY.items()}
        if own["data"] is not None:
            own["data"] = Path(own["data"])
        request = replace(self, options=options, grid=grid, **own | _same_data(own))
        request._check_together()
        return request

    def _check_together(self) -> None:
        if self.same_data is not None and self.command != "compare":
            raise UsageError(
                "--same-data compares teachers.", "Type: paradigms compare --same-data " + self.same_data
            )
        for name in (*self.options, *self.varied):
            if name in OPTIONS:
                self._takers(name)
        for name in self.learners if self.slices is not None else ():
            if name not in SLICED:
                raise UsageError(
                    f"--slices: {name} goes down more than a mean over a batch of rows, which slices part.",
                    f"Taken by: {', '.join(SLICED)}.",
                )
        for name in self.varied:
            if name in self.options or getattr(self, name, None) is not None:
                raise UsageError(f"--{name} is given, and varies.", "Leave one of the two out.")
        if self.options.get("samples") is not None and self.options.get("epochs") is not None:
            raise UsageError("--samples and --epochs are the same budget in two units.", "Give one of them.")
        if self.data is not None and self.dataset is not None:
            raise UsageError("--data and --dataset both name the data.", "Give one of them.")
        for name in ("target", "drop"):
            if getattr(self, name) and self.data is None:
                raise UsageError(f"--{name} names columns of your own table.", "Give --data FILE.csv too.")
        if self.horizon is not None and self.window is None:
            raise UsageError("--horizon is how far a forecast looks ahead.", "Give --window N too.")
        if self.window is not None and (self.data is None or self.target is None):
            raise UsageError(
                "--window makes a forecast of your own series.",
                "Give --data FILE.csv and --target COLUMN too.",
            )
        if self.by is not None and (self.data is None or all(one.task != "language" for one in self.entries)):
            raise UsageError(
                "--by says how a text of your own is read.",
                "Type: paradigms run self-supervised --data FILE.txt --by " + self.by,
            )
        for name in ("stream", "ram", "cache"):
            if getattr(self, name) is not None and self.data is None:
                raise UsageError(f"--{name} is for rows of your own.", "Give --data FILE too.")
        given = "data" if self.data is not None else "dataset" if self.dataset is not None else None
        if given and all(entry.dataset is None for entry in self.entries):
            who = ", ".join(self.learners)
            raise UsageError(f"--{given}: {who} learns from an environment.", "Choose it with --env ID.")
        if self.command == "compare" and self.task is not None:
            if self.task not in TABLE_TASKS:
                raise unknown("task", self.task, TABLE_TASKS, "Choose learners with --only.")
            if self.data is None and not str(self.dataset).startswith(OPENML):
                raise UsageError("--task says what your own table is for.", "Choose learners with --only.")

    def remarks(self) -> list[str]:
        """A sentence for each option that only some of the learners take."""
        found = []
        for name in (*self.options, *self.varied):
            if name not in OPTIONS:
                continue
            taking = self._takers(name)
            left = [learner for learner in self.learners if learner not in taking]
            if left:
                flag = OPTIONS[name].flag
                found.append(f"{flag} applies to {', '.join(taking)} only, not to {', '.join(left)}.")
        return found

    def _elsewhere(self, option: str) -> str:
        """Who takes an option that none of these learners takes."""
        others = [TEACHERS, REGISTRY] if self.same_data is not None else [REGISTRY, TEACHERS]
        known = [[one.name for one in group.values() if option in one.options] for group in others]
        who, group = next((names, group) for names, group in zip(known, others, strict=True) if names)
        teachers = group is TEACHERS and self.same_data is None
        return f"Taken by: {', '.join(who)}{', of compare --same-data' if teachers else ''}."

    def _takers(self, option: str) -> list[str]:
        found = takers(option, self.learners)
        if not found:
            flag = OPTIONS[option].flag
            raise UsageError(
                f"{flag} is not an option of {', '.join(self.learners)}.", self._elsewhere(option)
            )
        return found


def _option(name: str) -> Option:
    if name not in OPTIONS:
        raise unknown("option", name, OPTIONS)
    return OPTIONS[name]


def _same_data(own: Mapping[str, Any]) -> dict[str, Any]:
    """Where --same-data names the data: a file, or a data set.

    Raises:
        UsageError: other data are named beside it.
    """
    name = own["same_data"]
    if name is None:
        return {}
    path = Path(name)
    own_table = name not in CATALOGUE and (path.suffix or path.exists()) and not name.startswith(OPENML)
    found = {"data": path if own_table else None, "dataset": None if own_table else name}
    if any(own[key] not in (None, found[key]) for key in found):
        raise UsageError("--same-data names the data itself.", "Leave --data and --dataset out.")
    return found


_DEFAULTS = {one.name: one.default for one in fields(Request) if one.name not in ("options", "held")}


def candidates(same_data: object, labels: object) -> tuple[str, ...]:
    """The learners that `compare` trains unless told otherwise: the five, or the teachers of one data set."""
    if same_data is None:
        return tuple(name for name, entry in REGISTRY.items() if entry.compared)
    return tuple(name for name in TEACHERS if labels is not None or name not in FEW)


def chosen(
    command: str, among: Sequence[str], only: Sequence[str] | None, task: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The learners that were asked for by name, or else by their task; and those that were.

    `compare` also knows the names of paradigms, and `all`; who comes with a paradigm was not named. Its task
    is that of a person's own table, and chooses nobody. Who is not named joins only if
    it is one of those that do, if any does; of teachers, if it is among these.

    Raises:
        UsageError: a learner or a task that is not among these.
    """
    if only:
        known = _known(command, among)
        for name in only:
            if name not in known:
                raise unknown("learner", name, known)
        found = dict.fromkeys(one for name in only for one in known[name])
        return tuple(found), tuple(name for name in found if name in only)
    among = [name for name in among if LEARNERS[name].compared or name in TEACHERS] or list(among)
    if task is None or command == "compare":
        return tuple(among), ()
    tasks = {name: LEARNERS[name].task for name in among}
    if task not in tasks.values():
        raise unknown("task", task, dict.fromkeys(tasks.values()))
    fitting = tuple(name for name, its in tasks.items() if its == task)
    return fitting, fitting


def _known(command: str, among: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What may be named, and the learners that it means."""
    if set(among) & set(TEACHERS):
        return {name: (name,) for name in TEACHERS}
    if command != "compare":
        return {name: (name,) for name in among}
    kinds = {paradigm: of(paradigm) for paradigm in PARADIGMS}
    everybody = tuple(name for names in kinds.values() for name in names)
    typed = {COMMANDS[paradigm]: names for paradigm, names in kinds.items()}
    return {name: (name,) for name in REGISTRY} | kinds | typed | {EVERYBODY: everybody}
