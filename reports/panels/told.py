"""Panel 1, what it is told: how much, how often, how late."""

from __future__ import annotations

from typing import Any

from ..reading.comparison import Shown
from ..words import NOTHING, count, number, shortened
from . import why


def sentences(learner: Shown) -> list[str]:
    """How it is told, how many, how often; and why it has no gradient, where it has none."""
    feedback, why_none = learner.spec.get("feedback") or {}, learner.spec.get("gradientless")
    without = f"It goes down no gradient: {why_none}." if why_none else ""
    return [text for text in (str(feedback.get("told") or ""), *why.spent(learner), without) if text]


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
    lines += _environment(learner) if data.get("kind") == "environment" else _table(learner)
    lines += [("note", str(note)) for note in data.get("notes") or []]
    lines.append(("loss, and what is added to it", str(learner.spec.get("loss") or NOTHING)))
    names = (learner.spec.get("baseline_name") or NOTHING, learner.spec.get("reference_name") or "none known")
    lines.append(("baseline, reference", "; ".join(map(str, names))))
    rivals = learner.entry.get("rivals")
    if rivals:
        beside = ", ".join(f"{name} {number(score, 3)}" for name, score in rivals.items())
        lines.append(("beside it, on the test part", f"{beside} ({learner.signal.label}, mean over seeds)"))
    return lines


def rival(learner: Shown) -> str:
    """The best of the cheap answers beside the reference, with its score; empty where there is none."""
    rivals = {name: score for name, score in learner.entry.get("rivals", {}).items() if score is not None}
    if not rivals:
        return ""
    best = (min if learner.record.lower_is_better else max)(rivals, key=lambda name: rivals[name])
    return f"{best} {number(rivals[best])}"


def _environment(learner: Shown) -> list[tuple[str, str]]:
    data = learner.data
    lines = [("observes", _some(data.get("observation"))), ("actions", _some(data.get("actions")))]
    if data.get("limit"):
        lines.append(("longest episode", count(int(data["limit"]), "step")))
    if data.get("maximum") is not None:
        best, source = number(data["maximum"]), learner.spec.get("reference_name")
        found = ("best possible return", best), ("return to reach", f"{best}: {source}")
        lines.append(found[0] if optimal(learner) else found[1])
    return lines


def optimal(learner: Shown) -> bool:
    """Whether nothing can earn more than an environment's reference: a threshold or a rule may be passed."""
    source = str(learner.spec.get("reference_name") or "")
    return source == "the environment's maximum" or source.startswith("value iteration")


def _table(learner: Shown) -> list[tuple[str, str]]:
    data = learner.data
    text = data.get("form") == "text"
    split = data.get("split") or {}
    parts = ", ".join(f"{size:,} {part}" for part, size in split.items())
    lines = [("rows", f"{number(data.get('rows'))}" + (f" ({parts})" if parts else ""))]
    apart = (data.get("rows") or 0) - sum(split.values())
    if data.get("form") == "windows" and split and apart > 0:
        lines.append(
            ("in no part", f"{apart:,} windows, outside the stretch of a seed or across a cut in time")
        )
    if learner.withheld:
        lines.append(("your rows, one by one", learner.withheld))
    features = data.get("features") or []
    lines.append(("features", f"{len(features)}: {_some(features)}"))
    classes = list(data.get("classes") or [])
    if data.get("target") and learner.spec.get("paradigm") == "unsupervised":
        hidden = shortened(str(data["target"]), 60) + (f" ({_some(classes)})" if classes else "")
        return [*lines, ("never shown to it", hidden), _scaling(data)]
    if data.get("target") and not text:  # of a text the source says what answers
        lines.append(("target", shortened(str(data["target"]), 60)))
    if classes:
        names = "" if text and learner.aggregate else f": {_some(classes)}"
        lines.append(("symbols" if text else "classes", f"{len(classes)}{names}"))
    return [*lines, _scaling(data)]


def _scaling(data: dict[str, Any]) -> tuple[str, str]:
    return "scaling", str(data.get("scaling") or "none")


def _some(names: Any, most: int = 8) -> str:
    known = [shortened(str(name), 40) if str(name).strip() else "␣" for name in names or []]
    comma = "; " if any("," in name for name in known) else ", "
    if len(known) > most:
        return comma.join(known[: most - 1]) + f" … {known[-1]}"
    return comma.join(known) or NOTHING
