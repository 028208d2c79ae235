"""`python -m benchmarks.memory`: the memory of a sweep of a large table above that of a small one.

A child process trains 24 settings × two seeds on generated rows, once on a few and once on 50,000 × 100; the
network, its rule's state and everything that is imported are the same in both. What the second child needs
more at its peak is held against the table, once, as eight bytes a number; asked is 1.2 × at most.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

FEW, ROWS, FEATURES = 500, 50_000, 100
MOST = 1.2
ITEM = 8
"""Bytes of a number in the file."""


def table(file: Path, rows: int) -> None:
    """Writes so many rows of noise whose class is the sign of a sum."""
    import pandas as pd

    x = np.random.default_rng(0).standard_normal((rows, FEATURES))
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(FEATURES)])
    frame.assign(y=np.where(x[:, :9].sum(1) > 0, "up", "down")).to_parquet(file)


def child(file: Path, settings: int, seeds: int, updates: int) -> None:
    """Sweeps the learning rate and prints the peak of this process, in megabytes."""
    import paradigms as pg

    rates = pg.log(1e-4, 1e-1, settings)
    with tempfile.TemporaryDirectory() as held:
        pg.sweep(
            "classification",
            lr=rates,
            data=file,
            target="y",
            seeds=seeds,
            samples=64 * updates,
            threads=1,
            out=Path(held) / "run",
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes, on a Mac bytes
    print(peak / (1e6 if sys.platform == "darwin" else 1e3))


def peak(rows: int, settings: int, seeds: int, updates: int) -> float:
    """Megabytes of a child that sweeps so many rows."""
    with tempfile.TemporaryDirectory() as held:
        file = Path(held) / "table.parquet"
        table(file, rows)
        words = [str(file), *map(str, (settings, seeds, updates))]
        command = [sys.executable, "-m", "benchmarks.memory", "--child", *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args(words)
    if options.child:
        file, *numbers = options.child
        child(Path(file), *map(int, numbers))
        return
    few, many = (peak(rows, 24, 2, 3) for rows in (FEW, options.rows))
    once = options.rows * FEATURES * ITEM / 1e6
    print(
        f"{few:.0f} MB with {FEW} rows, {many:.0f} MB with {options.rows:,}: {many - few:.0f} MB more, "
        f"{(many - few) / once:.2f} × the table's {once:.0f} MB (≤ {MOST})"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
