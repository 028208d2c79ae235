"""findings.md: every claim of a course with its interval, its control and what it was held against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paradigms.course import written

HEAD = (
    "| finding | measured | bound | control | computed or published | verdict | command |\n"
    "|---|---|---|---|---|---|---|\n"
)
LEAD = ("delayed-reward", "splits", "learning-rate", "descent", "schedules", "forgetting")
"""Lessons whose new findings come first: a verdict that is late, a lucky seed, the edge of the rate, how long
a saddle holds, the floor of a constant rate, what is forgotten; each asked of more than one paradigm."""
PREFACE = """# Findings

Written by `paradigms lesson --all`, from the numbers that its lessons recorded. Measured is the
interquartile mean over seeds with its 95 % bootstrap interval (with fewer than six seeds the range, and no
verdict); a value without one is exact, or the same for all seeds. A claim held if the whole interval lies
within the bound. The control is the same measure where the effect should be absent. """


def text(summaries: Mapping[str, Any]) -> str:
    """The file, of the lessons' parts of their summaries by name."""
    every = [(name, claim) for name, one in summaries.items() for claim in one["claims"]]
    new = sorted((pair for pair in every if pair[1]["new"]), key=_place)
    known = [pair for pair in every if not pair[1]["new"]]
    judged = [claim["held"] for _, claim in every if claim["held"] is not None]
    few = len(every) - len(judged)
    told = f"{sum(judged)} of {len(judged)} claims held" + (
        f"; {few} had too few seeds for a verdict." if few else "."
    )
    return (
        f"{PREFACE}{told}\n\n"
        + ("## New across paradigms, as far as we know\n\n" + HEAD + _rows(new) + "\n" if new else "")
        + "## Reproduced\n\nKnown effects, at a size that a laptop trains in minutes.\n\n"
        + HEAD
        + _rows(known)
    )


def _place(pair: tuple[str, Any]) -> int:
    return LEAD.index(pair[0]) if pair[0] in LEAD else len(LEAD)


def _rows(pairs: list[tuple[str, Any]]) -> str:
    return "".join(_row(name, claim) for name, claim in pairs)


def _row(name: str, claim: Mapping[str, Any]) -> str:
    form, ends, (low, high) = claim["form"], claim["ci95"] or claim["range"], claim["bound"]
    told = written.measured(claim["value"], form, ends, "" if claim["ci95"] else ", range")
    verdict = {True: "held", False: "**did not hold**", None: "no verdict"}[claim["held"]]
    cells = [
        claim["text"], told, written.bound(low, high, form, "≥ ", "≤ "),
        claim["control"] or "–", claim["theory"] or "–", verdict, f"`paradigms lesson {name}`",
    ]  # fmt: skip
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"
