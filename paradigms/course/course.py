"""All lessons in one folder: a page each, an index that links them, and findings.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paradigms import lessons
from paradigms.course import findings, session
from paradigms.course.asked import Asked, asked_of
from paradigms.errors import Interrupted, UsageError
from paradigms.reports.page.course import index
from paradigms.runs import atomic
from paradigms.runs.folder import as_json
from paradigms.studies.study import Control

FILE = "course.json"


def choose(out: Path | None, force: bool) -> Path:
    """A folder for a new course.

    Raises:
        UsageError: it holds something, and is no course or `force` is off.
    """
    if out is None:
        return session.choose(None, "all", force)
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file.", "Name a folder.")
    if out.is_dir() and any(out.iterdir()):
        if not (out / FILE).is_file():
            raise UsageError(f"{out} is not empty and is not a course.", "Name another folder with --out.")
        if not force:
            raise UsageError(
                f"{out} already holds a course.", f"Go on with it: paradigms lesson --resume {out}"
            )
        for place in out.iterdir():
            if (place / "lesson.json").is_file():
                session.choose(place, place.name, force=True)
        (out / FILE).unlink()
    return out


def begun(folder: Path, asked: Mapping[str, Any], command: str) -> tuple[Asked, str]:
    """What a course was asked and by which command; a new one is written down.

    Raises:
        UsageError: the folder was edited, or holds no course.
    """
    path = folder / FILE
    if not path.is_file():
        if not asked and folder.is_dir():
            raise UsageError(f"{folder} holds no course.", "Begin one: paradigms lesson --all --out DIR")
        folder.mkdir(parents=True, exist_ok=True)
        kept = {
            name: value
            for name, value in asdict(Asked("", **asked)).items()
            if value not in (None, (), False)
        }
        atomic.write(path, as_json({"version": 1, "command": command, "asked": kept}))
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return asked_of(about), str(about["command"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{path} is not as a course leaves it.", "Begin it anew.") from None


def hold(asked: Asked, folder: Path, control: Control, command: str, say: Callable[[str], None]) -> Path:
    """Every lesson that is not whole yet, then the index; where the index is.

    Raises:
        Interrupted: the person asked to stop; the index holds what is there.
    """
    summaries: dict[str, dict[str, Any]] = {}
    for name in lessons.names():
        place = folder / name
        if control.stop():
            raise Interrupted(f"stopped before {name}.")
        if not (place / "summary.json").is_file():
            say(f"{name}: {lessons.load(name).question}")
            own = _of(asked, name)
            session.held(own, place, control, own.command)
        summaries[name] = json.loads((place / "summary.json").read_text(encoding="utf-8"))["lesson"]
        _write(folder, summaries, command)
    return folder / "index.html"


def _of(asked: Asked, name: str) -> Asked:
    return Asked(**asdict(asked) | {"name": name, "vary": ()})


def _write(folder: Path, summaries: Mapping[str, Any], command: str) -> None:
    seconds = {name: lessons.load(name).seconds for name in summaries}
    atomic.write(folder / "index.html", index(summaries, seconds, command).encode())
    atomic.write(folder / "findings.md", findings.text(summaries).encode())
