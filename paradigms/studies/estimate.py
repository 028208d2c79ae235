"""What a study would train, and about how long and how large, without training it."""

from __future__ import annotations

from itertools import pairwise

from paradigms.studies.plan import Plan, budget, plans
from paradigms.studies.request import Request

OVERHEAD = 4e-4
"""Seconds per update that do not depend on size, on a laptop."""
SPEED = 2e10
"""Multiplications per second of small matrix products, on a laptop."""
STEP = 1.2e-5
"""Seconds per environment step."""


def outlook(request: Request) -> str:
    """The data as they were understood, the plan, and rough estimates."""
    found, notes = plans(request)
    lines = [*notes, *(_data(plan) for plan in found)]
    seeds = len(request.replica_seeds)
    lines.append("")
    lines.append(
        f"{'learner':<34}{'samples':>10}{'updates':>10}{'about':>10}{'memory':>10}   (each of {seeds} seeds)"
    )
    for plan in found:
        samples, updates, seconds, megabytes = estimate(plan, seeds)
        lines.append(f"{plan.id:<34}{samples:>10,}{updates:>10,}{_time(seconds):>10}{megabytes:>7.0f} MB")
    total = sum(estimate(plan, seeds)[2] for plan in found)
    lines.append(f"Training would take about {_time(total)} on a laptop; nothing was trained.")
    return "\n".join(lines)


def _data(plan: Plan) -> str:
    if plan.dataset is None:
        return f"{plan.entry.title}: environment {plan.subject}"
    return f"{plan.entry.title}: {plan.dataset.describe()}"


def estimate(plan: Plan, seeds: int) -> tuple[int, int, float, float]:
    """Samples, updates, seconds for all seeds together, megabytes."""
    settings, dataset = plan.settings, plan.dataset
    rows = 0 if dataset is None else len(dataset) if settings.get("all_data") else round(0.6 * len(dataset))
    samples, batch = budget(plan, rows), int(settings["batch_size"])
    width = 8 if dataset is None else len(dataset.features)
    if dataset is None:
        updates = samples // int(settings["envs"]) * int(settings["updates_per_step"])
        multiplications, waiting = 8 * _products(width, settings) * batch, samples * seeds * STEP
    else:
        updates, waiting = max(1, samples // batch), 0.0
        multiplications = 3 * _products(width, settings) * batch
    seconds = updates * (OVERHEAD + seeds * multiplications / SPEED) + waiting + 2.0
    memory = seeds * (rows * width * 4 * 2 + _products(width, settings) * 4 * 8)
    if dataset is None:
        memory += seeds * int(settings["memory"]) * (2 * width + 4) * 4
    return samples, updates, seconds, memory / 1e6


def _products(width: int, settings: object) -> int:
    """Weights of one replica, about."""
    assert hasattr(settings, "get")
    if settings.get("model") == "linear":
        return width * 10
    for name in ("clusters", "components"):
        if settings.get(name):
            return width * int(settings.get(name))
    widths = [width, *settings.get("hidden", ()), 10]
    return sum(a * b for a, b in pairwise(widths))


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
