"""One lesson from the request to the page, in a folder of its own; and the same under other study seeds."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from paradigms import lessons
from paradigms.course.asked import FILE, Asked, asked_of
from paradigms.course.evidence import Evidence, Table
from paradigms.course.holding import FILM, filmed, hold
from paradigms.course.telling import Told, told
from paradigms.errors import UsageError
from paradigms.reports.page.lesson import draw
from paradigms.reports.reading.summary import entry_of
from paradigms.runs import place
from paradigms.runs.folder import VERSION, plain
from paradigms.runs.lock import sole
from paradigms.studies.study import Control

DERIVED = ("report.html", "summary.json", "figures", FILM)


def choose(out: Path | None, name: str, force: bool) -> Path:
    """A folder for a new lesson, `runs/lesson-NAME-DATE-N` unless `out` names one.

    Raises:
        UsageError: the folder holds something, and is no lesson's or `force` is off.
    """
    if out is None:
        return place.free(f"lesson-{name}")
    if place.chosen(out, "a lesson", FILE, force):
        _clear(out)
    return out


def _clear(folder: Path) -> None:
    """What a lesson has left, and nothing else."""
    lesson = lessons.load(kept(folder)[0].name)
    for name in (*(one.name for one in lesson.experiments), *DERIVED, "again"):
        shutil.rmtree(folder / name, ignore_errors=True)
        for file in (folder / name, folder / f"{name}.json"):
            file.unlink(missing_ok=True)
    (folder / FILE).unlink()


def kept(folder: Path) -> tuple[Asked, str]:
    """What a lesson's folder says that it was asked, and the command.

    Raises:
        UsageError: it is no lesson's, or was edited.
    """
    try:
        about = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return asked_of(about), str(about["command"])
    except FileNotFoundError:
        raise UsageError(
            f"{folder} is not the folder of a lesson.", "Name one that holds a lesson.json."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{folder / FILE} is not as a lesson leaves it.", "Hold the lesson anew.") from None


def held(asked: Asked, folder: Path, control: Control, command: str) -> Any:
    """Trains and computes what is missing, and draws the page.

    Raises:
        UsageError: it cannot be asked of this lesson.
        Interrupted: the person asked to stop; what was made is kept.
    """
    lesson = lessons.load(asked.name)
    asked.checked(lesson)
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with sole(folder):
            asked.write(folder, command)
            evidence = hold(lesson, asked, folder, control, command)
            films = filmed(lesson, asked, folder, control, command)
            found = told(lesson, asked, evidence, command)
            return draw(found, _summary(found, evidence), folder, films)
    except UsageError:
        if new:  # what cannot be meant leaves nothing
            shutil.rmtree(folder, ignore_errors=True)
        raise


def redrawn(folder: Path) -> Any:
    """The page of a lesson that was held to its end, drawn again from what is there.

    Raises:
        UsageError: it was not, or is no lesson's.
    """
    asked, command = kept(folder)
    if not (folder / "summary.json").is_file():
        raise UsageError(
            f"{folder} was not held to its end.", f"Go on with it: paradigms lesson --resume {folder}"
        )
    return held(asked, folder, Control(), command)


def _summary(found: Told, evidence: Evidence) -> dict[str, Any]:
    """The contract's summary: an entry for each setting of each sweep, whose name stands before the
    learner's.
    """
    tables = {name: one for name, one in evidence.found.items() if isinstance(one, Table)}
    entries = [
        entry_of(record) | {"id": f"{name}/{record.id}"}
        for name, one in tables.items()
        for record in one.recorded
    ]
    words = {
        "found": [one.sentence for one in found.found],
        "figures": {one.name: one.title for one in found.charts},
    }
    return {
        "version": VERSION,
        "command": found.command,
        "learners": entries,
        "lesson": plain(found.to_json()),
        "words": words,
    }


def again(
    asked: Asked, folder: Path, control: Control, command: str, times: int
) -> list[tuple[str, int, int]]:
    """Each claim under other study seeds: what it says, how often it held, and how often there was a verdict.

    Those of the lesson's own seed are counted as well.
    """
    lesson, counted = lessons.load(asked.name), dict[str, list[int]]()
    for seed in range(asked.seed, asked.seed + times + 1):
        own = replace(asked, seed=seed)
        place = folder if seed == asked.seed else folder / "again" / str(seed)
        place.mkdir(parents=True, exist_ok=True)
        found = told(lesson, own, hold(lesson, own, place, control, command), command)
        for one in found.judged:
            count = counted.setdefault(one.claim.holds, [0, 0])
            count[0] += one.held is True
            count[1] += one.held is not None
    return [(text, held, known) for text, (held, known) in counted.items()]
