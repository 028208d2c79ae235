"""What a study would train, and about how long, in words: what `--dry-run` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paradigms.choices import said
from paradigms.studies.asking.estimate import Estimate, duration, lasting
from paradigms.studies.asking.plan import Plan

if TYPE_CHECKING:
    from paradigms.studies.asking.prepared import Prepared

SHOWN = 12
"""Settings of a sweep that are named, at most."""


def outlook(prepared: Prepared) -> str:
    """The data as they were understood, the plan, and rough estimates."""
    found, seeds = prepared.plans, len(prepared.request.replica_seeds)
    lines = [*prepared.notes, *_subjects(found), ""]
    for plan in found:
        lines.append(f"{plan.entry.title}: {_listed(plan.default.options.named(plan.entry.options))}")
        lines += _settings(plan)
    lines.append("")
    lines.append(
        f"{'learner':<34}{'samples':>10}{'updates':>10}{'about':>10}{'memory':>10}   (each of {seeds} seeds)"
    )
    lines += [_row(plan, prepared.expected[plan.id]) for plan in found]
    if prepared.request.grid:
        lines += ["", *(_dealt(plan, prepared.expected[plan.id]) for plan in found)]
    lasts = f"{prepared.roughly} {duration(prepared.seconds)}"
    lines.append(f"Training would take {lasts} on a laptop; nothing was trained.")
    return "\n".join(lines)


def _row(plan: Plan, expected: Sequence[Estimate]) -> str:
    one, largest = expected[0], max(each.megabytes for each in expected)
    lasts = duration(lasting(expected))
    return f"{plan.id:<34}{one.samples:>10,}{one.updates:>10,}{lasts:>10}{largest:>7.0f} MB"


def _dealt(plan: Plan, expected: Sequence[Estimate]) -> str:
    return (
        f"{plan.id}: {len(plan.settings) - 1} settings and the default, {len(plan.asked)} replicas, "
        f"trained in {len(expected)} groups."
    )


def _settings(plan: Plan) -> list[str]:
    """What varies, a line each."""
    lines = [f"  setting {one.number}: {_listed(one.varied)}" for one in plan.settings[1 : SHOWN + 1]]
    more = len(plan.settings) - 1 - SHOWN
    return [*lines, f"  … and {more} more"] if more > 0 else lines


def _listed(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_word(value)}" for name, value in options.items() if value is not None)


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else said(value)


def _subjects(found: Sequence[Plan]) -> list[str]:
    """Every data set once, after the names of those that learn from it; and the environments."""
    learners: dict[int, list[Plan]] = {}
    for plan in found:
        learners.setdefault(id(plan.default.dataset or plan), []).append(plan)
    lines = []
    for plans in learners.values():
        default = plans[0].default
        what = f"environment {default.subject}" if default.dataset is None else default.dataset.describe()
        lines.append(f"{', '.join(plan.entry.title for plan in plans)}: {what}")
    return lines
