"""The summary as a small plain table for a terminal of eighty columns."""

from __future__ import annotations

import textwrap
from collections import Counter

from paradigms.signals import SIGNALS

from ..panels.unended import unended
from ..reading.folder import Json
from ..reading.summary import mean
from ..words import NOTHING, number, percent, shortened, span

_WIDTH = 80
_HEAD = ("", "score", "95 % interval", "baseline", "ref.", "progress", "to 90 %")


def table(summary: Json) -> str:
    """One line per learner: score with its interval, baseline, reference, progress, samples to 90 %."""
    learners = summary["learners"]
    few = all(entry["ci95"] is None for entry in learners)
    head = [*_HEAD[:2], "range" if few else _HEAD[2], *_HEAD[3:]]
    rows = [head, *([_name(entry, learners), *_cells(entry)] for entry in learners)]
    widths = [max(len(row[c]) for row in rows) for c in range(len(head))]
    widths[0] = max(8, min(widths[0], _WIDTH - sum(widths[1:]) - 2 * (len(head) - 1)))
    return "\n".join(_line(row, widths) for row in rows) + "\n" + _note(learners)


def _line(row: list[str], widths: list[int]) -> str:
    first = shortened(row[0], widths[0]).ljust(widths[0])
    rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join([first, *rest]).rstrip()


def _name(entry: Json, learners: list[Json]) -> str:
    """The learner's name where that says enough, else the id; with the metric's symbol."""
    names = [other.get("name") or other["task"] for other in learners]
    name = entry.get("name") or entry["task"]
    symbol = SIGNALS[entry["metric"]].symbol if entry["metric"] in SIGNALS else entry["metric"]
    return f"{name if Counter(names)[name] == 1 else entry['id']} {symbol}"


def _cells(entry: Json) -> list[str]:
    ends = entry["ci95"] or entry["range"]
    middle = (mean(entry["baselines"]), mean(entry["references"]))
    spread = _span(ends)
    reached = number(entry["samples_to"]["90"])
    return [
        number(entry["iqm"]), spread, number(middle[0]), number(middle[1]),
        percent(entry["progress"]).replace("\u202f", " "), reached,
    ]  # fmt: skip


def _span(ends: list[float | None] | None) -> str:
    if ends is None or ends == [None, None]:
        return NOTHING
    low, high = ends
    return (
        f"≤ {number(high)}"
        if low is None
        else f"≥ {number(low)}"
        if high is None
        else span(ends).replace(" to ", "–")
    )


def _note(learners: list[Json]) -> str:
    lines = ["score: IQM over seeds; to 90 %: median samples of feedback to 90 % of progress"]
    for entry in learners:
        if (share := unended(entry)) is not None:
            many = "all" if entry["cut"] == 1 else f"{share} of".replace("\u202f", " ")
            cut = f"{entry['id']}: the limit cut {many} its test episodes before an end of their own"
            lines += textwrap.wrap(cut, _WIDTH)
        if entry["diverged"]:
            lines += textwrap.wrap(f"diverged: {entry['id']}, seeds {', '.join(entry['diverged'])}", _WIDTH)
    return "\n".join(lines)
