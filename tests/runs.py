"""Tiny runs by way of the studies: whole, stopped at a step, gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest
from commands import learnt

from paradigms import choices
from paradigms.datasets.checks import OF_ONE_FORM
from paradigms.errors import Interrupted
from paradigms.registry import REGISTRY
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import request_of
from paradigms.studies.study import Control, run

OPTIONS = {"samples": 480, "hidden": (8,), "limit": 20, "stretch": 8}


class Stopper(Control):
    """Stops at the `at`-th question between two steps, at a block's end or within it."""

    def __init__(self, at: int, every: float = 10.0) -> None:
        super().__init__(stop=self._asked, every=every)
        self.at = at

    def _asked(self) -> bool:
        self.at -= 1
        return self.at <= 0


def request(learners, device=None, **options) -> Request:
    taken = {option for name in learners for option in REGISTRY[name].options}
    own = {name: value for name, value in (OPTIONS | options).items() if name in taken}
    entries = [REGISTRY[name] for name in learners]
    fit = all(
        entry.dataset is not None and entry.task not in ("regression", *OF_ONE_FORM) for entry in entries
    )
    dataset = "iris" if fit else None
    study = {"dataset": dataset, "seeds": 2, "threads": 1, "device": device or "cpu"}
    return Request("compare", tuple(learners), own, **study).checked()


def sweep(learners, grid, **more) -> Request:
    """Every combination of what is varied, beside the default."""
    own = request(learners)
    options = {name: value for name, value in own.options.items() if name not in grid}
    swept = replace(
        own, command="sweep", options=options, grid=choices.grid(grid), named=own.learners, workers=1
    )
    return replace(swept, **more).checked()


def whole(asked: Request, path: Path, control: Control | None = None) -> dict:
    run(asked, RunFolder.choose(path, "compare", force=False), control or Control(), "a run")
    return learnt(path)


def compared(learned: dict) -> dict:
    """Without the words on who trained it."""
    config = learned["config.json"]
    config["study"].pop("workers")
    config["options"].pop("workers", None)
    return learned


def resumed(path: Path, control: Control | None = None) -> dict:
    """The run goes on as `--resume` lets it."""
    folder = RunFolder(path)
    run(request_of(folder), folder, control or Control(), "not this")
    return learnt(path)


def stopped(asked: Request, path: Path, at: int, every: float = 10.0) -> None:
    with pytest.raises(Interrupted, match="stopped"):
        run(asked, RunFolder.choose(path, "compare", force=False), Stopper(at, every), "a run")


def last(learned: dict) -> int:
    """The last step."""
    return max(row["step"] for row in learned["rows"])
