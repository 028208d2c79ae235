"""The whole summary of runs: the learners' numbers, the price of feedback, and the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import kinds, price, sweep
from ..drawing.plate import Plate
from ..panels import agent, told, why
from ..reading.comparison import Comparison, Shown, compare
from ..reading.folder import Json, as_left
from ..reading.summary import numeric
from ..together import family, findings, losses, lost
from ..together.differences import Difference, differences
from ..together.facts import facts
from .plates import Plates, plates_of


def summarise(*folders: Path) -> Json:
    """The summary of one run, or of several side by side; writes nothing."""
    with as_left(folders):
        return summary_of(compare([Path(folder) for folder in folders]))


def summary_of(comparison: Comparison, plates: Plates | None = None) -> Json:
    """As it stands in summary.json; `plates` spares making them again."""
    summary = dict(comparison.summary)
    if price.applies(comparison):
        summary["price"] = price.summary(comparison.learners)
    if sweep.applies(comparison):
        return summary | of_sweep(sweep.swept(comparison))
    if summary["version"] > 1:
        shown = plates or plates_of(comparison)
        summary["facts"] = {it.record.id: facts(it) for it in comparison.learners}
        summary["differences"] = [one.to_json() for one in judged(comparison)]
        summary["figures"] = {plate.name: _values(plate) for plate in shown}
        summary["words"] = _words(comparison, shown)
    return summary


def _values(plate: Plate) -> Json:
    """The figure's table, of which its title is made."""
    return {"head": list(plate.table.head), "rows": _plain(plate.table.values)}


def _plain(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Values of cells as JSON has them."""
    return [[cell if isinstance(cell, str) else numeric(cell) for cell in row] for row in rows]


def of_sweep(learners: Sequence[sweep.Swept], plates: Sequence[Plate] | None = None) -> Json:
    """What a sweep adds; `plates` spares making them again."""
    figures = {plate.name: plate.title for plate in plates or sweep.plates(learners)}
    words = {"found": sweep.sentences(learners), "figures": figures}
    return {"sweep": sweep.summary(learners), "words": words}


def _words(comparison: Comparison, plates: Plates) -> Json:
    """Every computed sentence by its place: what was found, figures' titles, what is said of a learner."""
    return {
        "found": found(comparison),
        "notes": notes(comparison),
        "figures": {plate.name: plate.title for plate in plates},
        "learners": {it.record.id: words_of(it) | {"question": _asked(it)} for it in comparison.learners},
    }


def words_of(learner: Shown) -> Json:
    """What the panels of one learner say."""
    return {
        "told": told.sentences(learner),
        "shows": family.shows(learner),
        "why": agent.words(learner),
        "loss_words": why.loss_words(learner),
        "change_words": why.change_words(learner),
        "gradient_words": why.gradient_words(learner),
    }


def _asked(learner: Shown) -> Json | None:
    asked = kinds.question(learner)
    return None if asked is None else asked.to_json()


def found(comparison: Comparison) -> list[str]:
    """The page's first words."""
    learners = comparison.learners
    if price.applies(comparison):
        return price.sentences(comparison)
    if family.applies(learners):
        told = [findings.same(learners), *family.sentences(learners), lost.failures(learners)]
        return [text for text in told if text]
    return findings.sentences(comparison)


def notes(comparison: Comparison) -> Json:
    """What must be known to read the numbers: what a replica is, what compares, why losses do not."""
    learners = comparison.learners
    return {
        "replicas": findings.replicas(learners),
        "comparable": findings.comparable(learners),
        "losses": losses.sentence(learners),
    }


def judged(comparison: Comparison) -> list[Difference]:
    """Every difference that the page speaks of."""
    return price.judged(comparison) if price.applies(comparison) else differences(comparison.learners)
