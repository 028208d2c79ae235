"""Answers that become right, and a writer that learns where to look."""

from __future__ import annotations

from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures
from .plates import spelled


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`lines` and `right` as text, `answered` [M, 6, U], `looks` [M, U, S] for the first line."""
    if learner.aggregate:
        return {"own": learner.withheld}
    if not pictures.has("lines", "right", "answered", "looks"):
        return {}
    pack.whole("answered", pictures.take("answered").astype(int))
    pack.add("looks", pictures.take("looks").astype(float), bits=8)
    return {
        "symbols": [str(word) for word in learner.data.get("classes") or []],
        "lines": [spelled(learner, line) for line in pictures.take("lines").astype(int)],
        "right": [spelled(learner, line) for line in pictures.take("right").astype(int)],
    }
