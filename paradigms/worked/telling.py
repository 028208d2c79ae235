"""An example that was worked, as its page and its summary say it: every word from what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from paradigms import luck, measures
from paradigms.course.telling import versions
from paradigms.reports.lesson import Chart
from paradigms.reports.words import count
from paradigms.runs.folder import VERSION, plain
from paradigms.worked.example import Example, Tried
from paradigms.worked.outcome import Outcome


class Contender(NamedTuple):
    """Who was tried, and of every measure its middle and its ends, which are empty where all seeds agree."""

    name: str
    what: str
    cells: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """All that stands on an example's page."""

    name: str
    example: Example
    worth: Sequence[str]
    verdicts: Sequence[str]
    tried: Sequence[Contender]
    charts: Sequence[Chart]
    few: bool
    seeds: str
    command: str
    versions: Sequence[str]


def told(name: str, outcome: Outcome, command: str) -> Told:
    """The example as it came out."""
    example, seeds = outcome.example, len(outcome.rows)
    return Told(
        name,
        example,
        [say(outcome) for say in example.worth],
        outcome.verdicts,
        [_contender(one, outcome) for one in example.tried],
        [draw(outcome) for draw in example.charts],
        seeds < luck.FEWEST,
        count(seeds, "seed"),
        command,
        versions(),
    )


def _contender(one: Tried, outcome: Outcome) -> Contender:
    what = one.what(outcome.draw)
    what = what if one.role in ("learner", what) else f"{one.role}: {what}"
    return Contender(one.name, what, [outcome.cell(one.name, it.name) for it in outcome.example.measures])


def summary(found: Told, outcome: Outcome) -> dict[str, Any]:
    """The contract's summary: an entry for each learner, by the example's first measure."""
    learners = [_entry(one, outcome, found.name) for one in outcome.example.named("learner")]
    words = {
        "found": [*found.worth, *found.verdicts],
        "figures": {one.name: one.title for one in found.charts},
    }
    about = {
        "name": found.name,
        "question": found.example.question,
        "seed": outcome.draw.seed,
        "tried": _values(outcome),
    }
    return {
        "version": VERSION,
        "command": found.command,
        "learners": learners,
        "example": plain(about),
        "words": words,
    }


def _values(outcome: Outcome) -> dict[str, dict[str, Any]]:
    """Who → measure → its value for each seed."""
    names = [one.name for one in outcome.example.measures]
    return {who: {name: _numbers(outcome[who, name]) for name in names} for who in outcome.answers}


def _entry(one: Any, outcome: Outcome, name: str) -> dict[str, Any]:
    first = outcome.example.measures[0]
    baseline, reference = (outcome.example.named(role)[0] for role in ("baseline", "reference"))
    scores, low, high = (outcome[who.name, first.name] for who in (one, baseline, reference))
    lower = first.lower_is_better
    progress = measures.progress(scores, low, high, lower)
    known = progress[np.isfinite(progress)]
    return {
        "id": f"{name}/{one.name}",
        "paradigm": one.entry.paradigm,
        "task": one.entry.task,
        "dataset": name,
        "model": one.options.get("model", one.entry.model),
        "settings": plain(dict(one.options)),
        "metric": first.name,
        "lower_is_better": lower,
        "seeds": list(range(len(scores))),
        "scores": _numbers(scores),
        "baselines": _numbers(low),
        "references": _numbers(high),
        "reference_name": reference.name,
        "iqm": _finite(measures.iqm(scores, lower)),
        "ci95": _ends(measures.interval(scores, lower)),
        "range": _ends(measures.spread(scores)),
        "progress": _finite(measures.iqm(known)) if 2 * len(known) > len(scores) else None,
        "progress_ci95": _ends(measures.interval(known)) if 2 * len(known) > len(scores) else None,
        "setting": 0,
        "varied": {},
    }


def _numbers(values: Any) -> list[float | None]:
    return [_finite(value) for value in values]


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _ends(ends: tuple[float, float] | None) -> list[float | None] | None:
    return None if ends is None else _numbers(ends)
