"""The page's tables of scores, seeds, settings and conventions, as finished text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paradigms.options import idle

from ..panels import told
from ..reading.comparison import Comparison, Shown
from ..reading.summary import final_progress, mean
from ..words import NOTHING, Told, number, percent, span


def headline(learner: Shown) -> dict[str, Any]:
    """One row of the first table."""
    entry = learner.entry
    return {
        "score": number(entry["iqm"]),
        "interval": _ends(learner, span(entry["ci95"] or entry["range"])),
        "is_range": entry["ci95"] is None and entry["range"] is not None,
        "baseline": number(mean(entry["baselines"])),
        "reference": number(mean(entry["references"])),
        "baseline_name": learner.spec.get("baseline_name") or "",
        "reference_name": entry["reference_name"] or "none known",
        "rival": told.rival(learner),
        "progress": percent(entry["progress"]),
        "progress_interval": _ends(learner, span(learner.progress_ends, percent)),
        "seeds": len(entry["seeds"]),
        "diverged": len(entry["diverged"]),
        "beside": _beside(entry),
    }


def _ends(learner: Shown, spread: Told) -> Told:
    """One seed is not spread out."""
    return Told("one seed", spread.value) if len(learner.entry["seeds"]) == 1 else spread


def _beside(entry: dict[str, Any]) -> str:
    """The shares of seeds that solved the task and that failed, where there are any."""
    parts = [f"{percent(entry['solved'])} of the seeds solve it"] if entry["solved"] is not None else []
    parts += [f"{percent(entry['failed'])} failed"] if entry["failed"] else []
    return ", ".join(parts)


def seeds(learner: Shown) -> list[list[str]]:
    """Seed, score, baseline, reference, progress, samples, why it stopped."""
    entry, reached = learner.entry, final_progress(learner.record)
    samples, stopped = learner.record.last("samples"), learner.record.last("stopped")
    return [
        [
            str(seed),
            number(entry["scores"][r]),
            number(entry["baselines"][r]),
            number(entry["references"][r]),
            percent(float(reached[r])),
            number(samples[r]),
            _stop(stopped[r], entry["diverged"].get(str(seed))),
        ]
        for r, seed in enumerate(entry["seeds"])
    ]


def _stop(why: str | None, step: int | None) -> str:
    return f"diverged at step {step:,}" if step is not None else why or "not finished"


def settings(learners: Sequence[Shown]) -> list[list[str]]:
    """A row for each option that does something for any learner: its name, then its value for each."""
    return [
        *options(learners),
        ["parameters per replica", *(number(one.spec.get("parameters")) for one in learners)],
    ]


def options(learners: Sequence[Shown]) -> list[list[str]]:
    """The same without what follows from them."""
    held = [learner.entry["options"] or {} for learner in learners]
    names = list(dict.fromkeys(name for options in held for name in options))
    rows = [[name, *(_setting(name, options) for options in held)] for name in names]
    return [row for row in rows if set(row[1:]) - {NOTHING}]


def _setting(name: str, options: Mapping[str, Any]) -> str:
    """What an option is, a dash where it does nothing beside the others."""
    value = options.get(name)
    return NOTHING if value is None or idle(name, options) else _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else f"{value:,}"
    return ", ".join(map(_value, value)) if isinstance(value, list) else str(value)


def reproduction(comparison: Comparison) -> list[dict[str, Any]]:
    """For each run its command, and what it ran with."""
    return [_run(run.config) for run in comparison.runs]


def _run(config: dict[str, Any]) -> dict[str, Any]:
    study = config.get("study") or {}
    lines = [
        ("replica seeds", ", ".join(map(str, study.get("seeds") or [])) or NOTHING),
        ("study seed", str(study.get("seed", NOTHING))),
        ("device", str(study.get("device", NOTHING))),
        ("numbers", str(study.get("dtype", NOTHING))),
        ("threads", str(study.get("threads", NOTHING))),
    ]
    versions = [f"{name} {version}" for name, version in (config.get("versions") or {}).items()]
    started = config.get("started_time")
    return {
        "command": str(config.get("command", "")),
        "lines": lines,
        "versions": versions,
        "started": started,
    }
