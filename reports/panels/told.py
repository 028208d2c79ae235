"""Panel 1, what it is told: how much, how often, how late."""

from __future__ import annotations

from typing import Any

from ..reading.comparison import Shown
from ..words import NOTHING, count, number, shortened
from . import why


def sentences(learner: Shown) -> list[str]:
    """How it is told, how many, how often."""
    feedback = learner.spec.get("feedback") or {}
    return [text for text in (str(feedback.get("told") or ""), *why.spent(learner)) if text]


def _late(feedback: dict[str, Any]) -> str:
    delay = feedback.get("delay")
    if delay is None:
        return "nobody can know how many steps lie between an action and its reward"
    return (
        "none: the answer comes at once"
        if delay == 0
        else f"the answer comes {count(int(delay), 'step')} late"
    )


def facts(learner: Shown) -> list[tuple[str, str]]:
    """The data or the environment in a few lines."""
    data, feedback = learner.data, learner.spec.get("feedback") or {}
    lines = [
        ("source", str(feedback.get("source") or NOTHING)),
        ("one sample answers", str(feedback.get("per_sample") or NOTHING)),
        ("delay", _late(feedback)),
        ("what moves the target", str(feedback.get("moves") or "nothing: it stays where it is")),
    ]
    lines += _environment(data) if data.get("kind") == "environment" else _table(learner)
    lines += [("note", str(note)) for note in data.get("notes") or []]
    lines.append(("loss, and what is added to it", str(learner.spec.get("loss") or NOTHING)))
    names = (learner.spec.get("baseline_name") or NOTHING, learner.spec.get("reference_name") or "none known")
    lines.append(("baseline, reference", "; ".join(map(str, names))))
    rivals = learner.entry.get("rivals")
    if rivals:
        beside = ", ".join(f"{name} {number(score, 3)}" for name, score in rivals.items())
        lines.append(("beside it, on the test part", f"{beside} ({learner.signal.label}, mean over seeds)"))
    return lines


def _environment(data: dict[str, Any]) -> list[tuple[str, str]]:
    lines = [("observes", _some(data.get("observation"))), ("actions", _some(data.get("actions")))]
    if data.get("limit"):
        lines.append(("longest episode", count(int(data["limit"]), "step")))
    if data.get("maximum") is not None:
        lines.append(("best possible return", number(data["maximum"])))
    return lines


def _table(learner: Shown) -> list[tuple[str, str]]:
    data = learner.data
    split = data.get("split") or {}
    parts = ", ".join(f"{size:,} {part}" for part, size in split.items())
    lines = [("rows", f"{number(data.get('rows'))}" + (f" ({parts})" if parts else ""))]
    features = data.get("features") or []
    lines.append(("features", f"{len(features)}: {_some(features)}"))
    if data.get("target"):
        told = "target" if learner.spec.get("paradigm") != "unsupervised" else "never shown to it"
        lines.append((told, shortened(str(data["target"]), 60)))
    if data.get("classes"):
        lines.append(("classes", f"{len(data['classes'])}: {_some(data['classes'])}"))
    return [*lines, ("scaling", str(data.get("scaling") or "none"))]


def _some(names: Any, most: int = 8) -> str:
    known = [shortened(str(name), 40) for name in names or []]
    if len(known) > most:
        return ", ".join(known[: most - 1]) + f" … {known[-1]}"
    return ", ".join(known) or NOTHING
