"""`python -m benchmarks.slope`: how the time of a training grows with its replicas, on one core.

Learning rates × ten seeds of the digits perceptron, 64-64, trained in the companies that a study deals. The
sizes take turns, each trained so often that about as many replicas are trained of every size; the slope is
that of log time over log replicas, by least squares. 1.00 means that a replica costs the same in any company;
asked is 1.05 at most.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from benchmarks.work.sweep import steps

SEEDS = tuple(range(10))
RATES = 1, 4, 16, 64, 100
MOST = 1.05


def seconds(rates: int, times: int, epochs: int) -> float:
    """CPU time of training so many rates × ten seeds once, averaged over so many times."""
    task = steps(rates, SEEDS, epochs, times)
    began = time.process_time()
    task.work(0)
    return (time.process_time() - began) / times


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.slope", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    taken: dict[int, list[float]] = {rates: [] for rates in RATES}
    for _ in range(options.rounds):
        for rates in RATES:
            taken[rates].append(seconds(rates, max(1, 64 // rates), options.epochs))
    replicas = np.array(RATES) * len(SEEDS)
    middle = np.array([statistics.median(taken[rates]) for rates in RATES])
    for many, took in zip(replicas, middle, strict=True):
        print(f"{many:5} replicas  {took:8.3f} s  {1e3 * took / many:6.3f} ms each")
    slope = np.polyfit(np.log(replicas), np.log(middle), 1)[0]
    print(f"slope of log time over log replicas: {slope:.3f} (≤ {MOST})")


if __name__ == "__main__":
    main()
