"""A run folder as it lies on disk: config.json and the rows of metrics.jsonl, read and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from paradigms.errors import UsageError

from .version import Json, modern, version_of

__all__ = ["Json", "Run", "as_left", "read", "read_all"]


@dataclass(frozen=True)
class Run:
    """One run, whatever its version said as the newest says it.

    `rows[id, setting]` holds the metric rows of the learner with that id in `config["learners"]`, of all its
    seeds in one of its settings: those that there are rows of, or the first alone. `fresh` holds those of
    seeds on which a sweep judged what it had chosen on the others.
    """

    folder: Path
    config: Json
    version: int
    rows: dict[tuple[str, int], list[Json]]
    fresh: dict[tuple[str, int], list[Json]] = field(default_factory=dict)

    @property
    def sweep(self) -> bool:
        """Whether there are rows of settings beside the default."""
        varied = {
            (learner["id"], one["setting"]): one["varied"]
            for learner in self.config["learners"]
            for one in learner["settings"]
        }
        return any(varied[place] for place, own in self.rows.items() if own and place[1])

    def settings_of(self, learner: str) -> list[int]:
        """The settings that there are rows of, in order."""
        return sorted(setting for known, setting in self.rows if known == learner)


def _text(folder: Path, name: str) -> str:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {str(folder)!r}.", "Name a run: paradigms report runs/NAME")
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(
            f"{str(folder)!r} is not a run folder: it holds no {name}.",
            "Name a run: paradigms report runs/NAME",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(folder / name)!r} cannot be read: {error}.") from None


def _parsed(text: str, folder: Path, name: str, line: int) -> Json:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {line + error.lineno - 1}"
        raise UsageError(
            f"{str(folder / name)!r} is damaged at {where}: {error.msg}.",
            "Delete that line, or train again: the command stands in config.json.",
        ) from None
    if not isinstance(value, dict):
        raise UsageError(f"{str(folder / name)!r} is damaged at line {line}: an object is expected there.")
    return value


def _config(folder: Path) -> Json:
    config = _parsed(_text(folder, "config.json"), folder, "config.json", 1)
    if not config.get("learners"):
        raise UsageError(
            f"no learner of {str(folder)!r} is finished.", f"Go on with the run: --resume {folder}"
        )
    return config


def _rows(folder: Path) -> list[Json]:
    """All rows; a last line cut short by a crash is passed over."""
    text = _text(folder, "metrics.jsonl")
    lines = text.splitlines()
    if lines and not text.endswith("\n") and not lines[-1].endswith("}"):
        lines.pop()
    return [
        _parsed(line, folder, "metrics.jsonl", number) for number, line in enumerate(lines, 1) if line.strip()
    ]


@contextmanager
def as_left(folders: Sequence[Path]) -> Iterator[None]:
    """What cannot be made sense of inside is the fault of files that somebody has edited.

    Raises
        UsageError: with the folders' names and what was stumbled over
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        names = ", ".join(str(folder) for folder in folders)
        raise UsageError(
            f"{names!r} is not as a run leaves it ({type(error).__name__}: {error}).",
            "Mend what was edited, or train again.",
        ) from error


def read(folder: Path) -> Run:
    """The run in `folder`.

    Raises
        UsageError: the folder or one of its two files is missing or damaged
    """
    folder = Path(folder)
    config = _config(folder)
    version = version_of(config, str(folder))
    learners = [modern(learner, version) for learner in config["learners"]]
    rows = _rows(folder)
    later = (
        [row for row in rows if _late(row, config)] if any(len(it["settings"]) > 1 for it in learners) else []
    )
    fresh = {place: own for place, own in _sorted(learners, later).items() if own}
    rows = [row for row in rows if not _late(row, config)] if later else rows
    return Run(folder, {**config, "learners": learners}, version, _sorted(learners, rows), fresh)


def _late(row: Json, config: Json) -> bool:
    """Whether a seed is none of those that the study was asked for."""
    return row.get("seed") not in config["study"]["seeds"]


def _sorted(learners: Sequence[Json], rows: Sequence[Json]) -> dict[tuple[str, int], list[Json]]:
    """Rows by learner and setting; those of no learner or setting of the config are passed over."""
    known = {(str(it["id"]), one["setting"]): list[Json]() for it in learners for one in it["settings"]}
    for row in rows:
        place = (row.get("learner"), row.get("setting", 0))
        if place in known:
            known[place].append(row)
    begun = {learner for (learner, _), own in known.items() if own}
    first = dict(sorted(known, reverse=True))
    return {
        (learner, setting): own
        for (learner, setting), own in known.items()
        if own or (learner not in begun and setting == first[learner])
    }


def read_all(folders: Sequence[Path]) -> list[Run]:
    """Several runs side by side: a learner id that was met before gets a number at its end."""
    if not folders:
        raise UsageError("no run folder was named.", "Name one: paradigms report runs/NAME")
    taken: set[str] = set()
    return [_renamed(read(folder), taken) for folder in folders]


def _renamed(run: Run, taken: set[str]) -> Run:
    """`run` with ids that are not in `taken` yet; the old id stays as `stored_id`, the key of its arrays."""
    learners, rows = [], dict[tuple[str, int], list[Json]]()
    for learner in run.config["learners"]:
        old = str(learner["id"])
        new, number = old, 2
        while new in taken:
            new, number = f"{old}-{number}", number + 1
        taken.add(new)
        learners.append({**learner, "id": new, "stored_id": old})
        rows |= {(new, setting): run.rows[old, setting] for setting in run.settings_of(old)}
    return replace(run, config={**run.config, "learners": learners}, rows=rows)
