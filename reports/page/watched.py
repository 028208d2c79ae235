"""Runs that play on a page that is not their report: what the player needs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..reading.comparison import compare
from .page import questions_of, scripted
from .reel import reel
from .report import Press

UNWATCHED: Mapping[str, Any] = {"reels": [], "script_hash": ""}


def watched(films: Sequence[tuple[str, Path]], press: Press) -> dict[str, Any]:
    """What `watch.html` shows of these runs, by their names on this page and their folders."""
    came = compare([folder for _, folder in films]).learners
    learners = [replace(one, label=name) for one, (name, _) in zip(came, films, strict=True)]
    reels = [reel(one) for one in learners]
    cards = [
        {
            "id": one.record.id,
            "number": one.number,
            "label": one.label,
            "colour": one.place % 8,
            "subject": f"{one.spec.get('title')} on {one.spec.get('dataset')}",
        }
        for one in learners
    ]
    return {
        "reels": reels,
        "learners": cards,
        "stills": [press.still(one) for one in learners],
        "questions": questions_of(learners, reels),
        "family": [],
        "first": [],
        "kinds": [],
        **scripted(),
    }
