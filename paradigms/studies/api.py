"""The same from Python: `compare`, `run`, and the study they return."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from paradigms import choices
from paradigms.errors import UsageError, unknown
from paradigms.options import ONLY, OPTIONS, STUDY
from paradigms.registry import REGISTRY
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.elsewhere import LOCAL, elsewhere
from paradigms.studies.asking.request import COMMANDS, Request, candidates, chosen
from paradigms.studies.study import Control, report
from paradigms.studies.study import run as _run

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Study:
    """A finished run, read from its folder."""

    folder: Path

    @property
    def summary(self) -> dict[str, Any]:
        """One entry per learner: scores, intervals, progress (the content of summary.json)."""
        from paradigms.reports import summarise

        return summarise(self.folder)

    @property
    def frame(self) -> pd.DataFrame:
        """Every recorded number, tidy: learner, seed, step, split, signal, value."""
        from paradigms.reports import frame

        return frame(self.folder)

    def report(
        self,
        out: str | Path | None = None,
        *,
        embed_rows: bool = False,
        fields: Literal["median", "all"] = "median",
    ) -> Path:
        """Draws the page and its figures into `out`, or into the run's own folder; returns its path.

        `embed_rows` lets the page show rows of your own table, which the run recorded if it was asked with
        `embed_rows=True`; `fields="all"` lets the pictures of every seed move, not those of the median
        seed alone.
        """
        place = Path(out) if out is not None else self.folder
        page: Any = report([self.folder], place, embed_rows, fields)
        return Path(page.path)

    def _repr_html_(self) -> str:
        from paradigms.reports import notebook_html

        return notebook_html(self.folder)


def compare(
    *,
    only: str | Sequence[str] | None = None,
    out: str | Path | None = None,
    on: str | Executor | None = None,
    mixed: bool = False,
    **options: Any,
) -> Study:
    """Trains the five learners (or those in `only`) and returns the study.

    Args:
        only: names of learners or of paradigms, or `"all"`.
        out: the run's folder; a temporary one by default.
        on: who trains the shares: a `concurrent.futures.Executor` of your own, or what `--on` names.
        mixed: whether workers may join that round otherwise than this machine.
        options: as on the command line, with underscores: `seeds=10`, `dataset="wine"`, `lr=0.01`;
            `same_data="digits"` trains one task under three teachers.

    Raises:
        ParadigmsError: with one line that says what to change.
    """
    names = None if only is None else ONLY.check(only)
    among = candidates(options.get("same_data"), options.get("labels"))
    typed = _typed("compare", only=only, **options)
    return _study("compare", among, names, out, options, typed, on, mixed)


def run(
    learner: str,
    *,
    out: str | Path | None = None,
    on: str | Executor | None = None,
    mixed: bool = False,
    **options: Any,
) -> Study:
    """Trains one learner by name, or every learner of a paradigm: `run("kmeans", clusters=5)`.

    `out`, `on` and `mixed` are those of `compare`.

    Raises:
        ParadigmsError: with one line that says what to change.
    """
    paradigms = list(dict.fromkeys(entry.paradigm for entry in REGISTRY.values()))
    if learner not in (*REGISTRY, *paradigms):
        raise unknown("learner", learner, [*REGISTRY, *paradigms])
    paradigm = REGISTRY[learner].paradigm if learner in REGISTRY else learner
    among = tuple(name for name, entry in REGISTRY.items() if entry.paradigm == paradigm)
    only = (learner,) if learner in REGISTRY else None
    typed = _typed("run", learner, **options)
    return _study(f"run {COMMANDS[paradigm]}", among, only, out, options, typed, on, mixed)


def sweep(
    *learners: str,
    random: int | None = None,
    keep: Literal["best", "all"] = "best",
    out: str | Path | None = None,
    on: str | Executor | None = None,
    mixed: bool = False,
    **options: Any,
) -> Study:
    """Trains learners with many settings: `sweep("classification", lr=pg.log(1e-4, 3, 24), l2=[0, 1e-3])`.

    Args:
        learners: names of learners.
        random: so many settings drawn from the ranges, instead of all combinations.
        keep: of which settings models and pictures stay: of the best and the default, or of all.
        out: the run's folder; a temporary one by default.
        on: who trains the shares, as in `compare`.
        mixed: whether workers may join that round otherwise than this machine.
        options: as on the command line, with underscores. A list or a range (`pg.lin`, `pg.log`) varies; a
            tuple is one value.

    Raises:
        ParadigmsError: with one line that says what to change.
    """
    varied = {name: value for name, value in options.items() if isinstance(value, list | choices.Range)}
    if not learners or not varied:
        raise UsageError(
            "sweep needs a learner, and an option that varies.",
            'Type for example: sweep("classification", lr=pg.log(1e-4, 1, 12))',
        )
    for name in learners:
        if name not in REGISTRY:
            raise unknown("learner", name, REGISTRY)
    fixed = {name: value for name, value in options.items() if name not in varied}
    seed = int(options.get("seed") or 0)
    grid = choices.grid(varied) if random is None else choices.drawn(varied, seed, random)
    typed = _typed("sweep", *learners, random=random, **options)
    return _study("sweep", learners, learners, out, fixed, typed, on, mixed, grid=grid, keep=keep)


def open_study(folder: str | Path) -> Study:
    """A run that was made before.

    Raises:
        UsageError: the folder holds no run.
    """
    RunFolder(Path(folder)).read_json("config.json")
    return Study(Path(folder))


def _study(
    command: str,
    among: tuple[str, ...],
    only: tuple[str, ...] | None,
    out: str | Path | None,
    options: Mapping[str, Any],
    typed: str,
    on: str | Executor | None,
    mixed: bool,
    **more: Any,
) -> Study:
    for name in options:
        if name not in OPTIONS and name not in STUDY:
            raise unknown("option", name, [*OPTIONS, *STUDY])
    given = {name: value for name, value in options.items() if value is not None}
    asked = {name: value for name, value in given.items() if name in STUDY}
    own = {name: value for name, value in given.items() if name in OPTIONS}
    learners, named = chosen(command, among, only, asked.get("task"))
    if "data" in asked:
        asked = _handed(asked)
    # What a script has registered, other processes do not know: it asks for them itself.
    alone = {"workers": 1} if on in (None, LOCAL) else {}
    request = Request(command, learners, own, named=named, **alone | asked, **more).checked()
    path = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="paradigms-")) / "run"
    folder = RunFolder.choose(path, command, force=False)
    with elsewhere(on, mixed) as there:
        _run(request, folder, Control(elsewhere=there), typed)
    return Study(folder.path)


def _handed(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same, where rows were handed over with their file in the cache instead, and a loader's target."""
    from paradigms.datasets.streams import given

    data = asked["data"]
    if isinstance(data, str | Path):
        return dict(asked)
    if not given.handed(data):
        raise UsageError(
            f"data is a file or folder, {given.TAKEN}, not a {type(data).__name__}.",
            "Of a DataFrame, hand over pyarrow.Table.from_pandas(frame).",
        )
    file, target = given.kept(data, asked.get("cache"))
    return {"target": target, **asked, "data": file} if target is not None else {**asked, "data": file}


def _typed(function: str, *words: str, **options: Any) -> str:
    """The call as it would be typed; rows that were handed over by what they are."""
    plain = {
        name: repr(value) if name != "data" or isinstance(value, str | Path) else f"<{type(value).__name__}>"
        for name, value in options.items()
        if value is not None
    }
    named = [f"{name}={value}" for name, value in plain.items()]
    return f"paradigms.{function}({', '.join([*map(repr, words), *named])})"
