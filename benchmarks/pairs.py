"""Two sides of one piece of work, timed in turn: ours, theirs, ours, theirs …

A core's speed can jump between two levels within a minute, so a single time says little and two times
taken apart say nothing. Each side is a process of its own (or several, sharing the seeds) that has loaded
everything beforehand; it waits while the other one works. Of each pair only the ratio is kept, and of the
ratios the median and the range.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import IO, Any

ROOT = Path(__file__).parent.parent
CARD = "a CUDA card"


@dataclass(frozen=True)
class Side:
    """A function of `benchmarks.work` that prepares a `Task`, and what it is called with.

    Where `options` holds `seeds`, several processes share them out. `scale` multiplies the seconds of a
    side that does only a part of the work, one seed of ten, say.
    """

    label: str
    call: str
    options: Mapping[str, Any] = field(default_factory=dict)
    processes: int = 1
    threads: int = 1
    scale: float = 1.0
    needs: str | None = None

    @property
    def there(self) -> bool:
        """Whether the package that it needs is installed, or the card is there."""
        if self.needs == CARD:
            import torch

            return torch.cuda.is_available()
        return self.needs is None or find_spec(self.needs) is not None

    def shares(self) -> Iterator[dict[str, Any]]:
        """The options of each of the processes."""
        seeds = self.options.get("seeds")
        for i in range(self.processes):
            yield dict(self.options) | ({} if seeds is None else {"seeds": seeds[i :: self.processes]})


@dataclass(frozen=True)
class Pairs:
    """Seconds of both sides, pair by pair, and the quality that each reached."""

    ours: list[float]
    theirs: list[float]
    quality: list[dict[str, float]]
    their_quality: list[dict[str, float]]

    @property
    def ratios(self) -> list[float]:
        """How many times as long the others took."""
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]


class Worker:
    """A process that has prepared one side's work and does it when told to."""

    def __init__(self, side: Side, options: Mapping[str, Any], errors: IO[str]) -> None:
        self.side, self.errors = side, errors
        counted = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        command = [
            sys.executable,
            "-m",
            "benchmarks.worker",
            side.call,
            json.dumps(options),
            str(side.threads),
        ]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | dict.fromkeys(counted, str(side.threads)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        self.answer()

    def tell(self, pair: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{pair}\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise RuntimeError(f"{self.side.label} ({self.side.call}) failed:\n{self.errors.read()[-4000:]}")
        return dict(json.loads(line))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def ready(side: Side) -> Iterator[list[Worker]]:
    """The workers of one side, prepared."""
    with ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile("w+"))
        workers = []
        for options in side.shares():
            workers.append(Worker(side, options, errors))
            stack.callback(workers[-1].close)
        yield workers


def once(side: Side, workers: Sequence[Worker], pair: int) -> tuple[float, dict[str, float]]:
    """Seconds of the slowest worker, and the mean of what they reached."""
    for worker in workers:
        worker.tell(pair)
    answers = [worker.answer() for worker in workers]
    quality = {
        name: sum(one["quality"][name] for one in answers) / len(answers) for name in answers[0]["quality"]
    }
    return side.scale * max(one["seconds"] for one in answers), quality


def measure(ours: Side, theirs: Side, pairs: int) -> Pairs:
    """Both sides in turn, `pairs` times; which one begins changes from pair to pair."""
    found = Pairs([], [], [], [])
    with ready(ours) as our_workers, ready(theirs) as their_workers:
        sides = [
            (ours, our_workers, found.ours, found.quality),
            (theirs, their_workers, found.theirs, found.their_quality),
        ]
        for pair in range(pairs):
            for side, workers, seconds, quality in sides if pair % 2 == 0 else reversed(sides):
                took, reached = once(side, workers, pair)
                seconds.append(took)
                quality.append(reached)
    return found


def alone(side: Side, times: int = 1) -> tuple[list[float], list[dict[str, float]]]:
    """One side by itself."""
    with ready(side) as workers:
        found = [once(side, workers, i) for i in range(times)]
    return [seconds for seconds, _ in found], [quality for _, quality in found]


def middle(qualities: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of every number."""
    return {name: median(one[name] for one in qualities) for name in qualities[0]} if qualities else {}


def smaller(side: Side, **options: Any) -> Side:
    """The same side with less to do."""
    return replace(side, options={**side.options, **options})
