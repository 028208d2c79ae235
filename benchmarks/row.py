"""A row of docs/performance.md: what is set against what, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from benchmarks.pairs import Side, smaller

Kind = Literal["faster", "at most"]


@dataclass(frozen=True)
class Row:
    """`faster`: the others' time over ours, as large as can be; `at most`: ours over theirs, as small.

    Where nothing is asked, `must` is None. `quick` are options for the smallest run that still goes through
    everything.
    """

    name: str
    what: str
    ours: Side
    theirs: Side
    kind: Kind
    must: float | None
    aim: float | None
    floor: str
    pairs: int = 5
    quick: Mapping[str, Any] = field(default_factory=dict)
    quick_theirs: Mapping[str, Any] | None = None

    @property
    def part(self) -> str:
        """What `python -m benchmarks PART` names."""
        return self.name.partition("/")[0]

    def small(self) -> Row:
        """The same row with next to nothing to do."""
        other = self.quick if self.quick_theirs is None else self.quick_theirs
        return replace(
            self, ours=smaller(self.ours, **self.quick), theirs=smaller(self.theirs, **other), pairs=1
        )

    def ratio(self, ours: float, theirs: float) -> float:
        """The number that is held against `must`."""
        return theirs / ours if self.kind == "faster" else ours / theirs

    def verdict(self, ratio: float) -> str:
        """Which of the two targets is met."""
        if self.must is None:
            return "reported"
        better = (lambda goal: ratio >= goal) if self.kind == "faster" else (lambda goal: ratio <= goal)
        return (
            "aim" if self.aim is not None and better(self.aim) else "must" if better(self.must) else "missed"
        )
