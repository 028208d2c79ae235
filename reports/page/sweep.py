"""A sweep and its drawn figures -> its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paradigms.choices import spoken

from .. import sweep, words
from ..reading.comparison import Comparison
from ..sweep import along
from ..sweep.points import Swept
from ..together import tables
from .page import Drawn, Glossary, environment, scripted, seeds_words, source

COMMANDS = {"reinforcement": "rl"}
"""Paradigm → what follows `paradigms run`, where that is not the paradigm."""


def html(comparison: Comparison, learners: Sequence[Swept], drawn: Sequence[Drawn], slides: str = "") -> str:
    """The whole page; `slides` names the folder beside it."""
    glossary = Glossary()
    return (
        environment()
        .get_template("sweep.html")
        .render(
            title=_title(learners),
            eyebrow=_eyebrow(learners),
            sentences=sweep.sentences(learners),
            seeds_words=seeds_words(comparison.learners),
            drawn=drawn,
            slides=slides,
            metrics=list(dict.fromkeys(one.record.metric for one in learners)),
            learners=[_learner(one) for one in learners],
            labels=[one.label for one in learners],
            settings=_held(comparison, learners),
            runs=tables.reproduction(comparison),
            style=source("style.css"),
            signal=glossary.link,
            glossary=glossary.entries,
            **scripted(),
        )
    )


def _title(learners: Sequence[Swept]) -> str:
    options = list(dict.fromkeys(spoken(name) for one in learners for name in one.options))
    names = (
        words.listing([one.label for one in learners]) if len(learners) < 4 else f"{len(learners)} learners"
    )
    change = "changes" if len(options) == 1 else "change"
    return f"What the {words.listing(options)} {change} in {names}"


def _eyebrow(learners: Sequence[Swept]) -> str:
    settings = words.count(sum(len(one.grid) for one in learners), "setting")
    replicas = sum(len(point.scores) for one in learners for point in one.grid)
    return f"Sweep, {settings}, {words.count(replicas, 'replica')}"


def _learner(one: Swept) -> dict[str, Any]:
    spec = one.record.spec
    file = one.default.shown.folder / f"best-{spec['name']}.toml"
    paradigm = COMMANDS.get(str(spec["paradigm"]), spec["paradigm"])
    return {
        "label": one.label,
        "subject": f"{spec.get('model')} on {spec.get('dataset')}",
        "table": along.table(one),
        "command": f"paradigms run {paradigm} --config {file}" if one.best else "",
    }


def _held(comparison: Comparison, learners: Sequence[Swept]) -> list[list[str]]:
    """Every option that does not vary."""
    varied = {name for one in learners for name in one.options}
    return [row for row in tables.options(comparison.learners) if row[0] not in varied]
