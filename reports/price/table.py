"""The table of prices: what it took to be right on 50, 80, 90 and 95 % of held-out rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..words import NOTHING, number, span
from .costs import LEVELS, Cost, Price, answer

HEAD = ("learner", *(f"{level} % right" for level in LEVELS))


def rows(prices: Sequence[Price]) -> list[list[tuple[str, str]]]:
    """For each learner its name; for each level the examples it took, and how many times the answer's."""
    told = answer([one.learner for one in prices])
    return [
        [(one.learner.label, _bits(one)), *(_cell(cost, one.learner is told) for cost in one.costs)]
        for one in prices
    ]


def _cell(cost: Cost, told: bool) -> tuple[str, str]:
    seeds = len(cost.samples)
    there = round(cost.reached * seeds)
    median = float(np.median(cost.samples))
    if not np.isfinite(median):
        return NOTHING, f"{there or 'none'} of {seeds} seeds"
    return number(round(median)), "" if told else _times(cost) if median > 0 else "before any"


def _times(cost: Cost) -> str:
    if not np.isfinite(cost.times):
        return ""
    return f"× {_short(cost.times)} ({span(cost.ends, _short)})"


def _short(value: float) -> str:
    return number(float(f"{value:.2g}"), 2)


def _bits(price: Price) -> str:
    """Bits received until 90 % right, where the median seed got there."""
    bits = float(np.median(price.at(90).bits))
    return f"{number(round(bits))} bits to 90 %" if np.isfinite(bits) else ""
