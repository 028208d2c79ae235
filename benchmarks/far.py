"""How far shares elsewhere scale: `python -m benchmarks.far` measures a stretch's two ends, then simulates.

Measured is what the command's own machine does for each stretch (it takes in a share's folder, checks it,
writes it down and hands it out again), and what a worker does for a stretch of a single step. Both are CPU
seconds, which other work on this machine does not lengthen; a slow disk is not in them. Simulated are 10,000
replicas of CartPole's DQN, ten in a share, on workers that are all alike; the command serves them one after
another, as they come back.
"""

from __future__ import annotations

import heapq
import json
import tempfile
import time
from pathlib import Path
from statistics import median

from paradigms.engine import devices
from paradigms.runs.identity import Replica
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing.fingerprint import fingerprint
from paradigms.studies.sharing.pool import SECONDS, lasting
from paradigms.studies.sharing.share import Share
from paradigms.studies.sharing.stretch import READY, order, stretch
from paradigms.studies.study import run

REPLICAS, EACH = 10_000, 10
WORKERS = (10, 100, 1_000)
TRAINING = 60.0
"""Seconds of such a share."""
TIMES = 5
LINE = 1e9 / 8
"""Bytes a second of the network between workers and the command: a share's folder goes there and back."""


def measured(home: Path) -> tuple[int, float, float]:
    """Bytes of a share under way; seconds to serve it, and of a stretch beside its training."""
    seeds = tuple(Replica(0, seed) for seed in range(EACH))
    asked = Request("compare", ("dqn",), {}, seeds=EACH, threads=1, workers=1, among={"dqn": seeds})
    share = Share(asked.checked(), home / "share-measured", {"dqn-CartPole-v1": seeds})
    asked_of = order(share, SECONDS, fingerprint(), mixed=False)
    folder, began = b"", time.process_time()
    while time.process_time() - began < SECONDS:
        _, folder = stretch(run, asked_of, folder, {})
    one_step = json.dumps(json.loads(asked_of) | {"seconds": 0, "ready": 0}).encode()
    ready, served = [], []
    for _ in range(TIMES):
        began = time.process_time()
        _, folder = stretch(run, one_step, folder, {})
        ready.append(time.process_time() - began)
        began = time.process_time()
        share.keep(folder)
        share.packed()
        served.append(time.process_time() - began)
    return len(folder), median(served), median(ready)


def simulated(workers: int, served: float, ready: float) -> tuple[float, float]:
    """Seconds until all shares are through, and the part of the workers' time that went into training."""
    shares = REPLICAS // EACH
    left, waiting = [TRAINING] * shares, list(range(min(workers, shares), shares))
    busy: list[tuple[float, int, float]] = []
    under_way, end = shares, 0.0

    def deal(share: int, at: float) -> None:
        lasts = min(left[share], max(lasting(under_way, served), READY * ready))
        heapq.heappush(busy, (at + ready + lasts, share, lasts))

    for share in range(min(workers, shares)):
        deal(share, 0.0)
    while busy:
        back, share, trained = heapq.heappop(busy)
        end = max(end, back) + served
        left[share] -= trained
        if left[share] > 0:
            waiting.append(share)
        else:
            under_way -= 1
        if waiting:
            deal(waiting.pop(0), end)
    return end, shares * TRAINING / (end * workers)


def main() -> None:
    devices.prepare(1)
    with tempfile.TemporaryDirectory() as home:
        size, served, ready = measured(Path(home))
    print(f"a share of {EACH} replicas: {size / 1e6:.1f} MB, served in {1e3 * served:.0f} ms")
    print(f"a stretch takes {ready:.2f} s beside its training")
    travelling = 2 * size / LINE
    for where, each in (("a line without limits", served), ("a gigabit line", served + travelling)):
        print(f"over {where}:")
        for workers in WORKERS:
            seconds, part = simulated(workers, each, ready)
            told = f"{seconds / 60:>6.1f} min, {100 * part:.0f} % of their time in training"
            print(f"{workers:>6,} workers: {told}")


if __name__ == "__main__":
    main()
