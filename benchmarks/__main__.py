"""`python -m benchmarks [PART …]`: this project and others in turn, the same work, the ratio and its spread.

PART is a row (`dqn/quality`), a group of rows (`dqn`), or `curves`; without any, everything. What was
measured goes to benchmarks/results.json and from there into docs/performance.md.
"""

from __future__ import annotations

import argparse
import math
import sys
import time

from benchmarks import curves, page, results
from benchmarks.pairs import CARD, Side, measure
from benchmarks.row import Row
from benchmarks.rows import rows
from benchmarks.worker import prepared

TINY = {"seeds": [0], "updates": 3}
CORES = 2
"""What the targets are for."""


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--cores", type=int, choices=(1, CORES), default=CORES, help="for each side")
    parser.add_argument("--pairs", type=int, help="how often both sides work in turn")
    parser.add_argument("--quick", action="store_true", help="next to no work, no peers needed, nothing kept")
    parser.add_argument("--dry", action="store_true", help="measures and prints, keeps nothing")
    return parser.parse_args(words)


def chosen(parts: list[str], cores: int) -> list[Row]:
    """The rows that the words name."""
    known = list(rows(cores))
    names = {row.name for row in known} | {row.part for row in known} | {"curves"}
    for part in parts:
        if part not in names:
            raise SystemExit(f"unknown part '{part}'; known: {', '.join(sorted(names))}")
    return [row for row in known if not parts or {row.name, row.part} & set(parts)]


def here(side: Side) -> list[float]:
    """What one side reached, in this process and on one thread: starting takes longest."""
    task = prepared(side.call, next(side.shares()), threads=1)
    return list(task.judge(task.work(0)).values())


def quick(row: Row) -> None:
    """Goes through both sides with next to nothing to do; a side whose package is missing is left out."""
    small, began = row.small(), time.perf_counter()
    if not small.ours.there:
        print(f"{row.name:<18} needs {small.ours.needs}", flush=True)
        return
    for side in (small.ours, small.theirs):
        if side.there:
            numbers = here(side)
            assert all(math.isfinite(one) for one in numbers), f"{row.name}: {side.label} gave {numbers}"
    left = "" if small.theirs.there else f"  ({small.theirs.needs} is not there: our side alone)"
    print(f"{row.name:<18} runs, {time.perf_counter() - began:4.1f} s{left}", flush=True)


def full(row: Row, options: argparse.Namespace) -> None:
    """Measures one row, prints it and keeps it."""
    if not row.theirs.there:
        how = "" if row.theirs.needs == CARD else ': pip install -c constraints.txt ".[peers]"'
        print(f"{row.name:<18} needs {row.theirs.needs}{how}", flush=True)
        return
    figures = results.entry(row, measure(row.ours, row.theirs, options.pairs or row.pairs), options.cores)
    if not options.dry:
        results.keep("rows" if options.cores == CORES else "one core", row.name, figures)
        page.write()
    print(page.line(row.name, figures), flush=True)


def main(words: list[str]) -> None:
    options = arguments(words)
    if options.quick:
        print(
            f"a pair of processes: {measure(*[Side('tiny', 'engine.step', TINY)] * 2, 1).ratios}", flush=True
        )
    for row in chosen(options.parts, options.cores):
        quick(row) if options.quick else full(row, options)
    if not options.parts or "curves" in options.parts:
        curves.main(options.quick, keep=not (options.quick or options.dry))


if __name__ == "__main__":
    main(sys.argv[1:])
