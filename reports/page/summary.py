"""The whole summary of runs: the learners' numbers, the price of feedback, and the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import price, sweep
from ..drawing.plate import Plate
from ..reading.comparison import Comparison, compare
from ..reading.folder import Json, as_left
from ..together import findings
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
        summary["words"] = _words(comparison, plates or plates_of(comparison))
    return summary


def of_sweep(learners: Sequence[sweep.Swept], plates: Sequence[Plate] | None = None) -> Json:
    """What a sweep adds; `plates` spares making them again."""
    figures = {plate.name: plate.title for plate in plates or sweep.plates(learners)}
    words = {"found": sweep.sentences(learners), "figures": figures}
    return {"sweep": sweep.summary(learners), "words": words}


def _words(comparison: Comparison, plates: Plates) -> Json:
    """Every computed sentence by its place: what was found, and the figures' titles by their names."""
    return {
        "found": found(comparison),
        "figures": {plate.name: plate.title for plate in plates},
    }


def found(comparison: Comparison) -> list[str]:
    """The page's first words."""
    return (price if price.applies(comparison) else findings).sentences(comparison)
