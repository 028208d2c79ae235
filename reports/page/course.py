"""The index of a course: every lesson with its question, what was found, and a link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import words
from .page import environment, source


def index(summaries: Mapping[str, Any], seconds: Mapping[str, int], command: str) -> str:
    """The page, of the lessons' parts of their summaries by name."""
    return (
        environment()
        .get_template("course.html")
        .render(
            title="How machines learn: change one thing, see what moves",
            eyebrow=f"A course of {words.count(len(summaries), 'lesson')}",
            lessons=[_lesson(name, one, seconds[name]) for name, one in summaries.items()],
            held=_held(summaries),
            command=command,
            style=source("style.css"),
            script_hash="",
        )
    )


def _lesson(name: str, one: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    claims = one["claims"]
    first = next((claim for claim in claims if claim["held"] is not False), claims[0]) if claims else None
    return {
        "name": name,
        "question": one["question"],
        "found": first["text"] if first else "",
        "held": _held({name: one}),
        "seconds": words.seconds(seconds),
    }


def _held(summaries: Mapping[str, Any]) -> str:
    """How many claims held of those with a verdict."""
    held = [claim["held"] for one in summaries.values() for claim in one["claims"]]
    known = [one for one in held if one is not None]
    few = f", {len(held) - len(known)} without a verdict" if len(known) < len(held) else ""
    return f"{sum(known)} of {len(known)}{few}"
