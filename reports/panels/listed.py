"""The table of several curves: a row for each signal and place, from which titles and sentences quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..drawing import strokes
from ..drawing.plate import Table
from ..drawing.strokes import Curve
from ..reading.comparison import Shown, signal
from ..reading.phases import phases
from ..words import Told, listing, number, span

FEEDBACK = "feedback consumed (samples a replica)"


@dataclass(frozen=True)
class Row:
    """One row of the table: where, and the middle over seeds there."""

    samples: Told
    value: Told


def table(learner: Shown, curves: dict[str, Curve], more: Sequence[Sequence[str]] = ()) -> Table:
    """About a dozen places of every curve; its ends, its extremes, both sides of a new phase among them."""
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
    middle = line.middle[there]
    chosen = {*there[even].tolist(), int(there[middle.argmin()]), int(there[middle.argmax()])}
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


CLEARLY = 0.25
"""A share of all that a curve covers: by so much an extreme between its ends lies beyond both to be told."""
DECADE = 10.0
"""What is all above zero and covers more than this factor covers decades."""


def course(listed: Table, name: str, metric: str = "") -> list[Row]:
    """Its first row, the extremes between that lie clearly beyond both ends, and its last; none of one alone.

    A loss that falls to a tenth and comes back is not told by where it comes back to. What covers decades is
    measured in logarithms, as it is drawn; the metric never is.
    """
    found = rows(listed, name)
    if len(found) < 2:
        return []
    first, *between, last = found
    values = np.array([row.value.value for row in found])
    decades = name != metric and values.min() > 0 and values.max() > DECADE * values.min()
    inner = np.log(values) if decades else values
    least = max(CLEARLY * np.ptp(inner), 0.0 if decades else HARDLY * np.abs(values).max())
    low, high = sorted((inner[0], inner[-1]))
    beyond = np.maximum(inner - high, low - inner)
    extreme = {int(inner.argmin()), int(inner.argmax())}
    return [first, *(row for i, row in enumerate(between, 1) if i in extreme and beyond[i] > least), last]


def turn(first: Row, last: Row) -> str:
    """`falls`, `rises` or `stays`."""
    size = max(abs(first.value.value), abs(last.value.value))
    moved = last.value.value - first.value.value
    return "stays" if abs(moved) <= HARDLY * size else "rises" if moved > 0 else "falls"


def told(first: Row, *later: Row) -> str:
    """`falls from 2.37 to 0.92`, `stays near 0.92`; `falls from 2.4 to 0.08 (at 1,344 samples) and …`."""
    *turning, last = later
    if turning:
        legs = [f"{turn(a, b)} to {b.value}" for a, b in pairwise((first, *later))]
        places = [
            f" (at {row.samples} {'sample' if row.samples.value == 1 else 'samples'})" for row in turning
        ] + [" at the end"]
        begun = legs[0].replace(" to ", f" from {first.value} to ", 1)
        return listing([leg + place for leg, place in zip([begun, *legs[1:]], places, strict=True)])
    verb = turn(first, last)
    if verb == "stays":
        same = first.value == last.value
        return f"stays at {last.value}" if same else f"stays near {last.value} ({first.value} at first)"
    return f"{verb} from {first.value} to {last.value}"
