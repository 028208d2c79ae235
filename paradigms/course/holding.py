"""A lesson is held: its sweeps trained, its calculations made, each into a place of its own in one folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from paradigms import datasets
from paradigms.course.asked import Asked
from paradigms.course.evidence import Evidence, table_of
from paradigms.course.lesson import QUICK_SEEDS, Calculation, Draw, Lesson, Sweep
from paradigms.errors import Interrupted, UsageError
from paradigms.registry import LEARNERS
from paradigms.runs import atomic
from paradigms.runs.folder import RunFolder, as_json
from paradigms.studies.asking.request import Request
from paradigms.studies.study import Control, run

FILM = "film"
ALL_ROWS = "all"
"""A batch size: as many as the training part has."""


def hold(lesson: Lesson, asked: Asked, folder: Path, control: Control, command: str) -> Evidence:
    """What is there already is not made again.

    Raises:
        UsageError: a person's own values or table that do not fit.
        Interrupted: the person asked to stop; what was made is kept.
    """
    found: dict[str, Any] = {}
    misfits: list[UsageError] = []
    for experiment in asked.held(lesson):
        if control.stop():
            raise Interrupted(f"stopped before {experiment.name}.")
        if isinstance(experiment, Calculation):
            found[experiment.name] = _calculated(experiment, asked, folder)
            continue
        try:
            found[experiment.name] = _swept(experiment, asked, folder / experiment.name, control, command)
        except UsageError as error:
            if asked.data is None:
                raise
            misfits.append(error)
            control.say(f"{experiment.name} is left out: {error.what}")
    if not found:
        raise misfits[0]
    return Evidence(found, asked.altered(lesson))


def filmed(
    lesson: Lesson, asked: Asked, folder: Path, control: Control, command: str
) -> list[tuple[str, Path]]:
    """The runs that play on the page, by their names there and their folders; none of a person's table."""
    film, found = lesson.film, list[tuple[str, Path]]()
    if film is None or asked.data is not None:
        return found
    for number, (name, setting) in enumerate(film.settings.items(), start=1):
        options = {**film.options, **setting}
        dataset = options.pop("dataset", None)
        request = Request(
            "run", (film.learner,), options, dataset=dataset, seeds=QUICK_SEEDS, seed=asked.seed,
            device=asked.device, threads=asked.threads, workers=asked.workers,
        )  # fmt: skip
        found.append((name, folder / FILM / str(number)))
        _run(request.checked(), found[-1][1], control, command)
    return found


def _swept(sweep: Sweep, asked: Asked, place: Path, control: Control, command: str) -> Any:
    _run(request_of(sweep, asked), place, control, command)
    return table_of(place)


def _run(request: Request, place: Path, control: Control, command: str) -> None:
    """Into a folder of its own, silently; what is there already is not made again."""
    begun = (place / "config.json").is_file()
    folder = RunFolder(place) if begun else RunFolder(place, new=True)
    told = Control(control.look, control.stop, _silent, control.every, elsewhere=control.elsewhere)
    run(request, folder, told, command)


def _silent(text: str) -> None:
    """A lesson says itself what it trains."""


def request_of(sweep: Sweep, asked: Asked) -> Request:
    """The study that a sweep is."""
    options, vary = dict(sweep.options), dict(sweep.vary)
    if asked.quick:
        options |= {name: value for name, value in sweep.quick.items() if name not in vary}
        vary |= {name: value for name, value in sweep.quick.items() if name in vary}
    vary |= {name: value for name, value in asked.varied.items() if name in vary}
    dataset = options.pop("dataset", None)
    request = Request(
        "sweep",
        (sweep.learner,),
        options,
        dataset=None if asked.data else dataset,
        data=None if asked.data is None else Path(asked.data),
        target=asked.target,
        seeds=asked.seeds_of(sweep),
        seed=asked.seed,
        device=asked.device,
        threads=asked.threads,
        workers=asked.workers,
        keep="none",
    )
    if asked.data and options.get("labels"):
        options["labels"] = min(options["labels"], _rows(request))
    if options.get("batch_size") == ALL_ROWS:
        options["batch_size"] = _rows(request)
    base = {name: options.pop(name) for name in sweep.varied if name in options}
    grid = tuple({**base, **one} for one in sweep.grid(vary))
    return replace(request, options=options, grid=grid).checked()


def _rows(request: Request) -> int:
    """Of the training part."""
    if request.data is not None:
        table = datasets.read_table(
            request.data, target=request.target, task=LEARNERS[request.learners[0]].task
        )
    else:
        name = request.dataset or LEARNERS[request.learners[0]].dataset
        table = datasets.load(str(name), seed=request.seed)
    return int(datasets.split(table, study_seed=request.seed, seeds=[0]).sizes["train"])


def _calculated(calculation: Calculation, asked: Asked, folder: Path) -> Mapping[str, np.ndarray]:
    """Its numbers, kept as JSON; those that are there are taken if they are of the same request."""
    path = folder / f"{calculation.name}.json"
    draw = Draw(asked.seed, asked.seeds_of(calculation), asked.quick)
    known = {"seed": draw.seed, "seeds": draw.seeds, "quick": draw.quick}
    if path.is_file():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["asked"] == known:
            return _arrays(kept["numbers"])
    with threadpool_limits(asked.threads or 1):
        numbers = {name: np.asarray(value).tolist() for name, value in calculation.of(draw).items()}
    atomic.write(path, as_json({"asked": known, "numbers": numbers}))
    return _arrays(json.loads(path.read_text(encoding="utf-8"))["numbers"])


def _arrays(numbers: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """As the file has them: what is no finite number is NaN."""
    return {name: _array(value) for name, value in numbers.items()}


def _array(value: Any) -> np.ndarray:
    array = np.asarray(value)
    return array if array.dtype.kind in "US" else np.array(value, dtype=np.float64)
