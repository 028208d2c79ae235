"""`python -m benchmarks.worker CALL OPTIONS THREADS`: one side, which works each time a line comes in.

What is loaded and warmed up before the first line, and the judgement of the result, are not timed.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any

from benchmarks.task import Task


def prepared(call: str, options: dict[str, Any], threads: int) -> Task:
    """Calls `module.function` of `benchmarks.work` with the options."""
    module, _, function = call.rpartition(".")
    os.environ["BENCHMARK_THREADS"] = str(threads)
    task: Task = getattr(import_module(f"benchmarks.work.{module}"), function)(**options)
    return task


def main(call: str, options: str, threads: str) -> None:
    """Answers `{}` when ready, then seconds and quality for every line."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not come between the answers

    def answer(found: dict[str, Any]) -> None:
        answers.write(json.dumps(found) + "\n")
        answers.flush()

    task = prepared(call, json.loads(options), int(threads))
    answer({})
    for line in sys.stdin:
        began = task.clock()
        result = task.work(int(line))
        seconds = task.clock() - began
        answer({"seconds": seconds, "quality": task.judge(result)})


if __name__ == "__main__":
    main(*sys.argv[1:])
