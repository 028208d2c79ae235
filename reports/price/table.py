"""The table of prices: what it took to be right on 50, 80, 90 and 95 % of the validation part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..words import NOTHING, number, percent, span
from .costs import LEVELS, Cost, Price

HEAD = ("learner", *(f"{level} % right" for level in LEVELS))


def rows(prices: Sequence[Price]) -> list[list[tuple[str, str]]]:
    """For each learner its name; for each level the examples it took, and how many times the answer's."""
    return [[(one.learner.label, _bits(one)), *(_cell(one, cost) for cost in one.costs)] for one in prices]


def _cell(one: Price, cost: Cost) -> tuple[str, str]:
    """The examples of the median replica; beneath how many times the answer's, or why that is not said."""
    there = f"{round(cost.reached * len(cost.samples)) or 'none'} of {len(cost.samples)} seeds"
    median = float(np.median(cost.samples))
    if not np.isfinite(median):
        return NOTHING, there
    left = (
        f"; ends at {percent(one.ends_at)}"
        if one.ends_at is not None and one.ends_at < cost.level / 100
        else ""
    )
    if one.told:
        return number(round(median)), left.lstrip("; ")
    if not median > 0:
        return number(round(median)), f"before any{left}"
    return number(round(median)), _times(cost, there) + left


def _times(cost: Cost, there: str) -> str:
    if not np.isfinite(cost.times):
        return f"{there}, too few for a ×"
    return f"× {_short(cost.times)} ({span(cost.ends, _short)})"


def _short(value: float) -> str:
    return number(float(f"{value:.2g}"), 2)


def _bits(price: Price) -> str:
    """Bits received until 90 % right, where the median seed got there."""
    bits = float(np.median(price.at(90).bits))
    return f"{number(round(bits))} bits to 90 %" if np.isfinite(bits) else ""
