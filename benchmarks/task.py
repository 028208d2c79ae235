"""What a side of a benchmark is: work that is timed, and a judgement of its result that is not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple


class Task(NamedTuple):
    """`work(pair)` is timed by `clock`; `judge(result)` says how good it was, name → number."""

    work: Callable[[int], Any]
    judge: Callable[[Any], dict[str, float]]
    clock: Callable[[], float] = time.perf_counter


def threads() -> int:
    """The threads that this side was given."""
    return int(os.environ.get("BENCHMARK_THREADS", "1"))


def nothing(result: Any) -> dict[str, float]:
    """The judgement where only time counts."""
    return {}
