"""What to type for a table of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.comparison import Shown

COMMANDS = {"reinforcement": "rl"}
"""Paradigm → what follows `paradigms run`, where that is not the paradigm."""


def commands(learners: Sequence[Shown]) -> list[tuple[str, str]]:
    """For what, and what to type: for the learners shown, as far as a person's own data can be theirs."""
    paradigms = [str(it.spec.get("paradigm")) for it in learners]
    tables = {"supervised", "unsupervised", "semi-supervised"} & set(paradigms)
    several = len(learners) > 1
    typed = []
    if several and tables:
        typed.append(
            ("your own table (CSV, Excel or Parquet)", "paradigms compare --data FILE.csv --target COLUMN")
        )
        typed.append(
            (
                "your own table under several teachers",
                "paradigms compare --same-data FILE.csv --target COLUMN",
            )
        )
    elif "supervised" in tables:
        typed.append(
            (
                "your own table (CSV, Excel or Parquet)",
                "paradigms run supervised --data FILE.csv --target COLUMN",
            )
        )
    elif "unsupervised" in tables:
        typed.append(("your own table (CSV, Excel or Parquet)", "paradigms run unsupervised --data FILE.csv"))
    if "self-supervised" in paradigms:
        typed.append(("your own text", "paradigms run self-supervised --data FILE.txt"))
    if "reinforcement" in paradigms and not several:
        typed.append(("another Gymnasium environment", "paradigms run rl --env NAME"))
    elif "reinforcement" in paradigms:
        typed.append(("another Gymnasium environment", "paradigms compare --env NAME"))
    return typed
