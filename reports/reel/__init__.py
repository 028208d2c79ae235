"""What the player shows of each learner: its curves, and films of what it looked like.

A module has `film(learner, shots, pack)`; a new `view` of a learner is one more line here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from .. import theme
from ..comparison import Shown
from ..folder import Json
from ..snapshots import Snapshots
from . import classification, dqn, kmeans, pca, regression
from .curves import curves
from .pack import Pack
from .questions import Question, question
from .timeline import timeline

Fields = Literal["median", "all"]

_VIEWS: dict[str, Callable[[Shown, Snapshots, Pack], Json]] = {
    "regression": regression.film,
    "classification": classification.film,
    "kmeans": kmeans.film,
    "pca": pca.film,
    "dqn": dqn.film,
}


@dataclass(frozen=True)
class Reel:
    """One learner's part of the player: data blocks for the page, and the question asked before."""

    place: int
    about: Markup
    curves: Markup
    seconds: Markup
    films: dict[int, Markup]
    question: Question | None


def reel(learner: Shown, fields: Fields = "median") -> Reel:
    """Curves of all seeds, films of the median seed, or with `fields="all"` of every seed."""
    lines, timed = Pack(), Pack()
    told = curves(learner, lines)
    timeline(learner, lines, timed)
    films = _films(learner, fields)
    asked = question(learner)
    about = {
        "label": learner.label,
        "view": learner.spec.get("view"),
        "colour": learner.place % 8,
        "seeds": learner.record.seeds,
        "median": learner.median_seed,
        "films": list(films),
        "curves": told,
        "classes": [theme.class_colour(number) for number in range(10)],
        "ends": "range" if learner.few_seeds else "95 % interval",
        "aggregate": learner.aggregate,
        "question": asked.to_json() if asked else None,
    }
    blocks = {seed: block(film) for seed, film in films.items()}
    return Reel(learner.place, block(about), block(lines.film({})), block(timed.film({})), blocks, asked)


def _films(learner: Shown, fields: Fields) -> dict[int, Json]:
    view, median = _VIEWS.get(str(learner.spec.get("view"))), learner.snapshots
    if view is None or median is None:
        return {}
    seeds = learner.record.seeds if fields == "all" else [median.seed]
    found = {}
    for seed in seeds:
        shots = learner.shots(seed)
        if shots is None or shots.seed != seed:
            continue
        pack = Pack()
        about = view(learner, shots, pack)
        found[seed] = pack.film({**about, "seed": seed, "samples": shots.samples})
    return found


def block(value: Json) -> Markup:
    """JSON that may stand inside a `<script>`: no tag can begin in it."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
