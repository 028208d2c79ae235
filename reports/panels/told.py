"""Panel 1, what it is told: how much, how often, how late."""

from __future__ import annotations

from typing import Any

from ..reading.comparison import Shown
from ..words import NOTHING, count, listing, number, percent, shortened, times
from .change import curve_of, levels, rises


def sentences(learner: Shown) -> list[str]:
    """How many, how often, how late."""
    feedback = learner.spec.get("feedback") or {}
    return [text for text in (str(feedback.get("told") or ""), _dose(learner)) if text]


def _dose(learner: Shown) -> str:
    samples, updates = learner.entry["samples"], learner.entry["updates"]
    if not samples or not updates:
        return ""
    words = f"Each replica had {count(samples, 'sample')} of feedback "
    words += f"and moved its parameters {count(updates, 'time')}"
    split = (learner.data.get("split") or {}).get("train")
    processed = [value for value in learner.record.last("examples_processed") if value]
    if split:
        words += f": {number(samples / split, 2)} times through its {split:,} training rows"
    elif processed:
        used = number(max(processed) / samples, 2)
        often = "it learned from every sample once"
        words += f"; {often if used == '1' else f'from memory it used every sample {used} times'}"
    return f"{words}, {number(samples / updates, 2)} new samples for each step."


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
    lines.append(("loss", str(learner.spec.get("loss") or NOTHING)))
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
        lines.append(("target", shortened(str(data["target"]), 60)))
    if data.get("classes"):
        lines.append(("classes", f"{len(data['classes'])}: {_some(data['classes'])}"))
    return [*lines, ("scaling", str(data.get("scaling") or "none"))]


def _some(names: Any, most: int = 8) -> str:
    known = [shortened(str(name), 40) for name in names or []]
    if len(known) > most:
        return ", ".join(known[: most - 1]) + f" … {known[-1]}"
    return ", ".join(known) or NOTHING


def loss_words(learner: Shown) -> str:
    """For an agent: whether its loss rose while it improved, as this run shows."""
    if learner.spec.get("paradigm") != "reinforcement":
        return ""
    words = "The loss of an agent may rise while the agent improves: it measures surprise about its own "
    words += "estimates, which grow as it earns more, and not how well it acts. Watch the return. "
    ratio, metric = rises(curve_of(learner, "loss")), curve_of(learner, learner.record.metric)
    if ratio is None or metric is None:
        return words.strip()
    known = metric.middle[abs(metric.middle) < float("inf")]
    better = known.size > 1 and (known[-1] > known[0]) != learner.record.lower_is_better
    size = times(ratio) if ratio >= 2 else percent(ratio) + " of"
    verb = "rose" if ratio > 1.05 else "fell" if ratio < 0.95 else "hardly changed"
    acted = f"the {learner.signal.label} {'improved' if better else 'did not improve'}"
    ending = f", to {size} its early size" if verb != "hardly changed" else ""
    way = f"{number(known[0], 3)} to {number(known[-1], 3)}"
    return f"{words}In this run the loss {verb}{ending}, and {acted} ({way})."


def change_words(learner: Shown) -> str:
    """What the dashed lines are, with their values."""
    base, reference = levels(learner)
    names = [
        f"the {what} is {name} ({number(value)} on the validation part)"
        for what, name, value in (
            ("baseline", learner.spec.get("baseline_name"), base),
            ("reference", learner.spec.get("reference_name"), reference),
        )
        if name and number(value) != NOTHING
    ]
    return f"Dashed: {listing(names)}." if names else "No baseline or reference was recorded."
