"""`python -m benchmarks.streamed`: the memory and the time of a study of rows that do not fit into memory.

A child process reads a generated CSV into a cache and trains four linear regressions on it to the end, the
page left out; another does the same with a few rows. What the first needs more at its peak is held against
1 GB. The file is as large as asked (10 GB), and its cache 0.4 times as large.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GIGABYTE = 3_000_000
"""Rows of sixteen numbers and their sum in a gigabyte of CSV."""
FEW = 3000
MOST = 1e3
"""Megabytes."""


def table(file: Path, rows: int) -> None:
    """Writes so many rows."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    from benchmarks.work.streams import FEATURES

    generator = np.random.default_rng(0)
    weights = generator.normal(size=FEATURES)
    with file.open("wb") as opened:
        for start in range(0, rows, 250_000):
            x = generator.normal(size=(min(250_000, rows - start), FEATURES))
            columns = {f"x{k}": x[:, k] for k in range(FEATURES)}
            part = pa.table(columns | {"y": x @ weights + generator.normal(size=len(x))})
            csv.write_csv(part, opened, csv.WriteOptions(include_header=start == 0))


def child(file: Path, where: str) -> None:
    """One study to its end, and the peak of this process in megabytes, its CPU seconds and its R²."""
    import paradigms as pg

    study = pg.run(
        "regression",
        data=file,
        target="y",
        stream=True,
        cache=where,
        seeds=4,
        epochs=1,
        batch_size=256,
        threads=1,
        out=Path(where) / "run",
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes, on a Mac bytes
    score = study.summary["learners"][0]["iqm"]
    print(peak / (1e6 if sys.platform == "darwin" else 1e3), time.process_time(), score)


def measured(rows: int, held: Path) -> list[float]:
    """Megabytes, CPU seconds and R² of a child with so many rows."""
    file = held / f"{rows}.csv"
    table(file, rows)
    command = [sys.executable, "-m", "benchmarks.streamed", "--child", str(file), str(held / str(rows))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()[-3:]]


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.streamed", description=__doc__)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--gigabytes", type=float, default=10.0)
    options = parser.parse_args(words)
    if options.child:
        child(Path(options.child[0]), options.child[1])
        return
    rows = int(options.gigabytes * GIGABYTE)
    with tempfile.TemporaryDirectory() as held:
        few, many = (measured(count, Path(held)) for count in (FEW, rows))
    print(
        f"{options.gigabytes:g} GB, {rows:,} rows: {many[0]:.0f} MB at the peak, {few[0]:.0f} MB with "
        f"{FEW:,} rows: {many[0] - few[0]:.0f} MB more (≤ {MOST:.0f}); "
        f"{many[1]:.0f} CPU seconds, R² {many[2]:.4f}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
