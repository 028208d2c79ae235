"""What the player shows of each learner: its curves, and films of what it looked like."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from .. import kinds
from ..drawing import theme
from ..films.curves import curves
from ..films.pack import Pack
from ..films.question import Question
from ..films.timeline import timeline
from ..reading.comparison import Shown
from ..reading.folder import Json

Fields = Literal["median", "all"]


@dataclass(frozen=True)
class Reel:
    """One learner's part of the player: data blocks for the page, and the question asked before."""

    number: int
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
    asked = kinds.question(learner)
    about = {
        "id": learner.record.id,
        "redraw": f"paradigms report {learner.folder} --fields all",
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
    return Reel(learner.number, block(about), block(lines.film({})), block(timed.film({})), blocks, asked)


def _films(learner: Shown, fields: Fields) -> dict[int, Json]:
    kind, median = kinds.kind_of(learner), learner.pictures
    if kind is None or kind.film is None or median is None:
        return {}
    seeds = learner.record.seeds if fields == "all" else [median.seed]
    found = {}
    for seed in seeds:
        pictures = learner.pictures_of(seed)
        if pictures is None or pictures.seed != seed:
            continue
        pack = Pack()
        about = kind.film(learner, pictures, pack)
        found[seed] = pack.film({**about, "seed": seed, "samples": pictures.samples})
    return found


def block(value: Json) -> Markup:
    """JSON that may stand inside a `<script>`: no tag can begin in it."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
