"""What a person asked of a lesson, as lesson.json keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from paradigms import choices
from paradigms.choices import Choices
from paradigms.course.lesson import QUICK_SEEDS, SEEDS, Experiment, Lesson, Sweep
from paradigms.errors import UsageError
from paradigms.runs import atomic
from paradigms.runs.folder import as_json

FILE, VERSION = "lesson.json", 1
KEPT = ("seed", "seeds", "quick", "device")
"""What all lessons of a course are asked alike, beside threads and workers, which change no number."""


@dataclass(frozen=True)
class Asked:
    """One lesson; `vary` as it was typed. `seeds` None: as many as the lesson says."""

    name: str
    seed: int = 0
    seeds: int | None = None
    quick: bool = False
    vary: tuple[str, ...] = ()
    data: str | None = None
    target: str | None = None
    device: str = "auto"
    threads: int | None = None
    workers: int | None = None

    @property
    def varied(self) -> dict[str, Choices]:
        """The person's own values."""
        return dict(choices.parse(text) for text in self.vary)

    @property
    def command(self) -> str:
        """As it would be typed."""
        own = {name: value for name, value in asdict(self).items() if value not in (None, (), False, "auto")}
        words = [
            f"--{name}" if value is True else f"--{name} {value}"
            for name, value in own.items()
            if name in KEPT
        ]
        return " ".join(["paradigms lesson", self.name, *(word for word in words if word != "--seed 0")])

    def checked(self, lesson: Lesson) -> Asked:
        """The same.

        Raises:
            UsageError: it cannot be asked of this lesson.
        """
        sweeps = [one for one in lesson.experiments if isinstance(one, Sweep)]
        known = list(dict.fromkeys(name for one in sweeps for name in one.vary))
        for name in self.varied:
            if name not in known:
                flags = ", ".join(one.replace("_", "-") for one in known)
                hint = f"It varies {flags}." if known else "Nothing of it is trained by options."
                raise UsageError(f"lesson {self.name} does not vary {name.replace('_', '-')}.", hint)
        if self.data is not None and not lesson.own:
            raise UsageError(
                f"lesson {self.name} cannot be asked of a table of your own.",
                "Leave --data out, or see which can: paradigms lesson",
            )
        if self.target is not None and self.data is None:
            raise UsageError("--target names a column of your own table.", "Give --data FILE.csv too.")
        return self

    def seeds_of(self, experiment: Experiment) -> int:
        """How many seeds an experiment has."""
        if self.seeds is not None:
            return self.seeds
        full = experiment.seeds or SEEDS
        return min(QUICK_SEEDS, full) if self.quick else full

    def held(self, lesson: Lesson) -> list[Experiment]:
        """The experiments that are made: of a person's own table, those that can be asked of it."""
        return [
            one for one in lesson.experiments if self.data is None or (isinstance(one, Sweep) and one.own)
        ]

    def altered(self, lesson: Lesson) -> frozenset[str]:
        """The names of those that are not as the lesson has them."""
        return frozenset(
            one.name
            for one in lesson.experiments
            if isinstance(one, Sweep) and (self.data is not None or set(one.vary) & set(self.varied))
        )

    def write(self, folder: Path, command: str) -> None:
        """Into the folder."""
        kept = {name: value for name, value in asdict(self).items() if value not in (None, (), False)}
        atomic.write(folder / FILE, as_json({"version": VERSION, "command": command, "asked": kept}))


def asked_of(kept: Mapping[str, Any]) -> Asked:
    """What `write` wrote.

    Raises:
        ValueError: it was edited into something else.
    """
    own = kept["asked"]
    if kept["version"] != VERSION or set(own) - {one.name for one in fields(Asked)}:
        raise ValueError
    return Asked(**own | {"vary": tuple(own.get("vary", ()))})
