"""A lesson that was held, as its page and its summary say it: every word from the recorded numbers."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paradigms import luck
from paradigms.choices import said, spoken
from paradigms.course.asked import Asked
from paradigms.course.claims import Claim, Judged, judge
from paradigms.course.evidence import Altered, Evidence, Table
from paradigms.course.lesson import Experiment, Lesson, Sweep
from paradigms.registry import LEARNERS
from paradigms.reports.lesson import Chart
from paradigms.reports.words import count, typeset

PACKAGES = ("torch", "numpy", "scikit-learn")


@dataclass(frozen=True)
class Told:
    """All that stands on a lesson's page."""

    name: str
    lesson: Lesson
    judged: Sequence[Judged]
    left_out: Sequence[Claim]
    predictions: Sequence[tuple[str, str]]
    charts: Sequence[Chart]
    held: Sequence[Sequence[str]]
    seeds: str
    command: str
    versions: Sequence[str]

    @property
    def verdictless(self) -> bool:
        """Whether there were too few seeds for any verdict on what seeds enter."""
        return any(one.held is None for one in self.judged)

    @property
    def several(self) -> bool:
        """Whether some of it is a mean over seeds."""
        return any(one.seeds for one in self.judged)

    @property
    def exact(self) -> bool:
        """Whether some claims have one none the less."""
        return any(one.held is not None for one in self.judged)

    @property
    def found(self) -> list[Judged]:
        """What the lesson claims; the first answers its question."""
        return [one for one in self.judged if not one.claim.naive]

    @property
    def naive(self) -> list[Judged]:
        """Where the effect does not show."""
        return [one for one in self.judged if one.claim.naive]

    def to_json(self) -> dict[str, Any]:
        """The lesson's own part of summary.json."""
        return {
            "name": self.name,
            "question": self.lesson.question,
            "claims": [one.to_json() for one in self.judged],
        }


def told(lesson: Lesson, asked: Asked, evidence: Evidence, command: str) -> Told:
    """The lesson as it came out."""
    judged, left_out = judge(lesson.claims, evidence)
    return Told(
        asked.name,
        lesson,
        judged,
        left_out,
        list(_predictions(lesson, evidence)),
        list(_charts(lesson, evidence)),
        [_row(one, asked, evidence) for one in asked.held(lesson) if one.name in evidence.found],
        _seeds(lesson, asked),
        command,
        versions(),
    )


def _predictions(lesson: Lesson, evidence: Evidence) -> Any:
    strict = evidence.strict(True)
    for one in lesson.predict:
        try:
            yield one.ask, typeset(one.answer(strict))
        except Altered:
            continue


def _charts(lesson: Lesson, evidence: Evidence) -> Any:
    for draw in lesson.charts:
        try:
            chart = draw(evidence)
        except Altered:
            continue
        yield replace(chart, title=typeset(chart.title))


def _row(experiment: Experiment, asked: Asked, evidence: Evidence) -> list[str]:
    """What of one experiment varies and what is held."""
    seeds, name = str(asked.seeds_of(experiment)), experiment.name.replace("_", " ")
    if not isinstance(experiment, Sweep):
        kept = experiment.hurried if asked.quick and experiment.hurried else experiment.held
        return [name, "computed", experiment.varies, kept, "exact" if experiment.seeds == 1 else seeds]
    table: Table = evidence.found[experiment.name]
    default = table.default.recorded[0]
    varied = {name: _values(table, name) for name in experiment.varied}
    title = LEARNERS[experiment.learner].title
    subject = f"{title if title.isupper() else title.lower()} on {default.spec['dataset']}"
    given = [_option(name, default.spec["options"].get(name)) for name in _held(experiment)]
    moves = "; ".join(f"{spoken(name)}: {values}" for name, values in varied.items())
    return [name, subject, moves, ", ".join(given), seeds]


def _option(name: str, value: Any) -> str:
    """A flag by its name alone."""
    if isinstance(value, bool):
        return spoken(name) if value else f"no {spoken(name)}"
    return f"{spoken(name)} {said(value)}"


def _held(sweep: Sweep) -> list[str]:
    return [name for name in sweep.options if name != "dataset"]


def _values(table: Table, option: str) -> str:
    found = list(
        dict.fromkeys(
            value for one, value in zip(table.recorded, table.values(option), strict=True) if one.setting
        )
    )
    if len(found) > 8 and all(isinstance(one, float) for one in found):
        return f"{len(found)} values from {said(min(found))} to {said(max(found))}"
    return ", ".join({True: "yes", False: "no"}[one] if isinstance(one, bool) else said(one) for one in found)


def _seeds(lesson: Lesson, asked: Asked) -> str:
    every = asked.held(lesson)
    counts = sorted({asked.seeds_of(one) for one in every if one.seeds != 1})
    if not counts:
        return "Nothing here is drawn: all is exact"
    many = count(counts[-1], "seed") if len(counts) == 1 else f"{counts[0]} to {count(counts[-1], 'seed')}"
    exact = ", except for what is exact" if any(one.seeds == 1 for one in every) else ""
    few = (
        f"; with fewer than {luck.FEWEST} there is a range and no verdict" if counts[0] < luck.FEWEST else ""
    )
    return many + exact + few


def versions() -> list[str]:
    """Of what computed it."""
    found = [f"Python {platform.python_version()}"]
    return found + [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]


def headline(judged: Mapping[str, Any]) -> str:
    """How many claims held, of a summary's lesson."""
    held = [one["held"] for one in judged["claims"]]
    known = [one for one in held if one is not None]
    return f"{sum(known)} of {len(known)} claims held" + (
        f", {len(held) - len(known)} without a verdict" if len(known) < len(held) else ""
    )
