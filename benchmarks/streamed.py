"""`python -m benchmarks.streamed`: the memory and the time of a study of rows that do not fit into memory.

A command reads a generated CSV into a cache, trains four replicas on it to the end and draws their page. What
it and every process that it starts have resident at the peak, above a process that has loaded everything and
does nothing, is held against 1 GB. The file is as large as asked (10 GB), and its cache 0.4 times as large,
once more for a moment. What was measured goes to benchmarks/results.json and into docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import page, results
from benchmarks.resident import Peak, peak

GIGABYTE = 3_000_000
"""Rows of sixteen numbers and their sum in a gigabyte of CSV."""
MOST = 1e3
"""Megabytes."""
IDLE = "import time, paradigms.studies.study, paradigms.datasets.streams.table, sklearn; time.sleep(2)"
LEARNERS = ("regression", "classification", "kmeans", "pca")


def table(file: Path, rows: int) -> None:
    """Writes so many rows: numbers, a weighted sum of them, and whether it is above zero."""
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


def studied(file: Path, held: Path, learner: str, seeds: int, more: list[str]) -> Peak:
    """The command, from the file to the page."""
    command = [sys.executable, "-m", "paradigms", "compare", "--only", learner, "--data", str(file)]
    command += ["--target", "y"] if learner in ("regression", "classification") else []
    command += ["--stream", "--cache", str(held / "cache"), "--out", str(held / "run"), "--seeds", str(seeds)]
    command += ["--epochs", "1", "--batch-size", "256"]
    return peak([*command, *more])


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """The figures of one study."""
    rows = int(options.gigabytes * GIGABYTE)
    with tempfile.TemporaryDirectory(dir=options.where) as held:
        file = Path(held) / "rows.csv"
        table(file, rows)
        idle = peak([sys.executable, "-c", IDLE])
        found = studied(file, Path(held), options.learner, options.seeds, options.more)
        size = file.stat().st_size
    score = next((line for line in found.out.splitlines() if options.learner in line.lower()), "")
    return {
        "what": f"{options.seeds} replicas of {options.learner} on {size / 1e9:.1f} GB of CSV, {rows:,} "
        "rows: reading, an epoch, scores and page",
        "must": MOST,
        "megabytes": found.megabytes - idle.megabytes,
        "idle": idle.megabytes,
        "processes": found.processes,
        "seconds": found.seconds,
        "said": score.strip(),
        "load": round(os.getloadavg()[0], 1),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": results.machine(),
        "versions": results.versions(),
    }


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.streamed", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=10.0)
    parser.add_argument("--learner", choices=LEARNERS, default="regression")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--where", type=Path, help="a folder on a disk with room for twice the file")
    parser.add_argument("--dry", action="store_true", help="measures and prints, keeps nothing")
    options, options.more = parser.parse_known_args(words)
    figures = measured(options)
    if not options.dry:
        results.keep("memory", f"stream/memory-{options.learner}", figures)
        page.write()
    print(page.memory_line(f"stream/memory-{options.learner}", figures))


if __name__ == "__main__":
    main(sys.argv[1:])
