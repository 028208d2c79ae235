"""The same from Python: `compare`, `run`, and the study they return."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paradigms.errors import unknown
from paradigms.options import OPTIONS
from paradigms.registry import REGISTRY
from paradigms.studies.folder import RunFolder
from paradigms.studies.request import Request
from paradigms.studies.study import Control, report
from paradigms.studies.study import run as _run

if TYPE_CHECKING:
    import pandas as pd

ASKED = ("dataset", "data", "target", "task", "drop", "seeds", "seed", "device", "dtype", "threads", "quick")


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

    def report(self, out: str | Path | None = None) -> Path:
        """Draws the page and its figures into `out`, or into the run's own folder; returns its path."""
        page: Any = report([self.folder], Path(out) if out is not None else self.folder)
        return Path(page.path)

    def _repr_html_(self) -> str:
        from paradigms.reports import notebook_html

        return notebook_html(self.folder)


def compare(*, only: tuple[str, ...] | None = None, out: str | Path | None = None, **options: Any) -> Study:
    """Trains every learner (or those in `only`) and returns the study.

    Args:
        only: names of learners.
        out: the run's folder; a temporary one by default.
        options: as on the command line, with underscores: `seeds=10`, `dataset="wine"`, `lr=0.01`.

    Raises:
        ParadigmsError: with one line that says what to change.
    """
    return _study("compare", tuple(only or REGISTRY), out, options, named=only is not None)


def run(learner: str, *, out: str | Path | None = None, **options: Any) -> Study:
    """Trains one learner by name, or every learner of a paradigm: `run("kmeans", clusters=5)`."""
    names = [name for name, entry in REGISTRY.items() if learner in (name, entry.paradigm)]
    if not names:
        raise unknown("learner", learner, [*REGISTRY, *{entry.paradigm for entry in REGISTRY.values()}])
    return _study(f"run {learner}", tuple(names), out, options, named=names == [learner])


def open_study(folder: str | Path) -> Study:
    """A run that was made before."""
    RunFolder(Path(folder)).read_json("config.json")
    return Study(Path(folder))


def _study(
    command: str, learners: tuple[str, ...], out: str | Path | None, options: Mapping[str, Any], named: bool
) -> Study:
    for name in options:
        if name not in OPTIONS and name not in ASKED:
            raise unknown("option", name, [*OPTIONS, *ASKED])
    asked = {name: value for name, value in options.items() if name in ASKED}
    if asked.get("data") is not None:
        asked["data"] = Path(asked["data"])
    own = {name: value for name, value in options.items() if name in OPTIONS and value is not None}
    request, _ = Request(command, learners, own, named=named, **asked).checked()
    path = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="paradigms-")) / "run"
    folder = RunFolder.create(path, command, force=False)
    words = ", ".join(f"{name}={value!r}" for name, value in options.items())
    _run(request, folder, Control(), f"paradigms.{command.split()[0]}({words})")
    return Study(folder.path)
