"""What sharing a batch between processes saves: `python -m benchmarks.slices`, seconds of a step by size.

`torchrun` starts one process and then two on this machine, each of one thread, for a classifier of digits.
A step is all of it: draw, slopes of its slices, their sum, update. CPU seconds say what processors that are
free would take; the least of the wall's says what these two do.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

from paradigms.engine.loop import update
from paradigms.studies.asking.prepared import prepare
from paradigms.studies.asking.ranks import leading
from paradigms.studies.asking.request import Request

WIDTHS = {"85,000": 256, "1.1 million": 1000, "4.1 million": 2000}
"""Parameters → units of each of two hidden layers."""
BATCHES = (32, 256)
SLICES, STEPS = 2, 40


def measured(width: int, batch: int) -> tuple[float, float]:
    """CPU seconds of a step here, in the middle, and the least seconds that one took."""
    options = {"hidden": (width, width), "batch_size": batch, "samples": 10**7}
    asked = Request("run", ("classification",), options, seeds=1, device="cpu", slices=SLICES).checked()
    with leading(asked, away=False) as ranks:
        prepared = prepare(asked, None, ranks)
        (plan,) = prepared.plans
        training = prepared.assemble(prepared.companies(plan, plan.asked)[0]).training
        spent, lasted = [], []
        for step in range(STEPS):
            began, cpu = time.perf_counter(), time.process_time()
            update(training, training.phases[0], step)
            spent.append(time.process_time() - cpu)
            lasted.append(time.perf_counter() - began)
        return statistics.median(spent), min(lasted)


def torchrun(processes: int, width: int, batch: int) -> tuple[float, float]:
    """The slower of them."""
    words = [
        "--standalone",
        f"--nproc-per-node={processes}",
        "-m",
        "benchmarks.slices",
        str(width),
        str(batch),
    ]
    run = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", *words], capture_output=True, text=True, check=True
    )
    told = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("[")]
    assert len(told) == processes, run.stdout
    return max(cpu for cpu, _ in told), max(wall for _, wall in told)


def main() -> None:
    for words, width in WIDTHS.items():
        for batch in BATCHES:
            (cpu, wall), (shared, both) = (torchrun(n, width, batch) for n in (1, 2))
            print(
                f"{words:>12} parameters, batches of {batch:>3}: "
                f"CPU {1e3 * cpu:.1f} : {1e3 * shared:.1f} ms = {cpu / shared:.2f}, "
                f"wall {1e3 * wall:.1f} : {1e3 * both:.1f} ms = {wall / both:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(*map(int, sys.argv[1:]))), flush=True)
    else:
        main()
