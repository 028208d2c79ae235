"""The table of several curves: a row for each signal and place, from which titles and sentences quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..drawing import strokes
from ..drawing.plate import Table
from ..drawing.strokes import Curve
from ..reading.comparison import Shown, signal
from ..reading.phases import phases
from ..words import Told, number, span

FEEDBACK = "feedback consumed (samples a replica)"


@dataclass(frozen=True)
class Row:
    """One row of the table: where, and the middle over seeds there."""

    samples: Told
    value: Told


def table(learner: Shown, curves: dict[str, Curve], more: Sequence[Sequence[str]] = ()) -> Table:
    """About a dozen known places of every curve, both ends and both sides of a new phase among them."""
    middle = "IQM over seeds" if len(learner.record.seeds) > 1 else "the one seed"
    head = ["signal", FEEDBACK, middle, "range" if learner.few_seeds else "95 % interval"]
    rows = [
        [
            signal(name).label,
            number(float(line.x[i])),
            number(float(line.middle[i])),
            span((line.low[i], line.high[i])),
        ]
        for name, line in curves.items()
        for i in _places(learner, line)
    ]
    return Table(head, [*rows, *more])


def _places(learner: Shown, line: Curve) -> list[int]:
    there = np.flatnonzero(np.isfinite(line.middle))
    if not there.size:
        return []
    even = np.linspace(0, there.size - 1, min(strokes.ROWS, there.size)).round().astype(int)
    chosen = set(there[even].tolist())
    for phase in phases(learner.record)[1:]:
        after = int(np.searchsorted(line.x[there], phase.samples, "right"))
        chosen |= {int(there[i]) for i in (after - 1, after) if 0 <= i < there.size}
    return sorted(chosen)


def rows(listed: Table, name: str) -> list[Row]:
    """Those of one signal, in the order of their samples; none if it was not recorded."""
    found = [row for row in listed.rows if row[0] == signal(name).label]
    return [Row(row[1], row[2]) for row in found if isinstance(row[1], Told) and isinstance(row[2], Told)]


def way(listed: Table, name: str) -> tuple[Row, Row] | None:
    """Its first and its last row, if there are two."""
    found = rows(listed, name)
    return (found[0], found[-1]) if len(found) > 1 else None


HARDLY = 0.05
"""A share of its size by which a curve may move and yet be said to stay."""


def turn(first: Row, last: Row) -> str:
    """`falls`, `rises` or `stays`."""
    size = max(abs(first.value.value), abs(last.value.value))
    moved = last.value.value - first.value.value
    return "stays" if abs(moved) <= HARDLY * size else "rises" if moved > 0 else "falls"


def told(first: Row, last: Row) -> str:
    """`falls from 2.37 to 0.92`, `stays near 0.92`."""
    verb = turn(first, last)
    if verb == "stays":
        same = first.value == last.value
        return f"stays at {last.value}" if same else f"stays near {last.value} ({first.value} at first)"
    return f"{verb} from {first.value} to {last.value}"
