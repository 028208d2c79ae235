"""`python -m benchmarks.way`: the files that a request passes on its way from `study.run` to its first step.

A stop is a call that leaves one file for another of the same rooms: a reader who follows the request opens
that file. What is called again from the same file is not read again, nor what it calls in turn; calls
inside one file are no stop, and neither is coming back from a call. A stop in a file where the way has been
before is a return. Properties count like functions.

Counted so, the house before this one (commit e9393a5, whose folder and lock stood in `studies`) has 60 stops
in 18 files, 42 of them returns; the review of it, which began at the command, counted 63 in 21, 42 returns.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import paradigms
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
from paradigms.studies.study import Control, run

HOUSE = Path(paradigms.__file__).parent
ROOMS = ("studies", "runs")
FIRST_STEP = "engine/loop.py", "update"
MOST = 40
"""Stops that are asked of the way at most."""


class Stop(NamedTuple):
    """A call into another file, from this one."""

    caller: str
    file: str
    function: str


class Arrived(BaseException):
    """The first step is about to be taken."""


class Way:
    """Hears of every call and return, and keeps what a reader would follow."""

    def __init__(self) -> None:
        self.stops: list[Stop] = []
        self._known: set[Stop] = set()
        self._stack: list[str | None] = []  # the file of each call that is open; None where nobody reads on

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """As `sys.setprofile` wants it."""
        path = Path(frame.f_code.co_filename)
        if event not in ("call", "return") or not path.is_relative_to(HOUSE):
            return
        file = path.relative_to(HOUSE).as_posix()
        if (file, frame.f_code.co_name) == FIRST_STEP:
            sys.setprofile(None)
            raise Arrived
        if file.partition("/")[0] in ROOMS:
            self._enter(file, frame.f_code.co_qualname) if event == "call" else self._leave()

    def _enter(self, file: str, function: str) -> None:
        caller = self._stack[-1] if self._stack else ""
        if caller is None:
            self._stack.append(None)
            return
        stop = Stop(caller, file, function)
        if stop in self._known:
            self._stack.append(None)
            return
        self._known.add(stop)
        self._stack.append(file)
        if not self.stops or self.stops[-1].file != file:
            self.stops.append(stop)

    def _leave(self) -> None:
        if self._stack:
            self._stack.pop()


def way(learner: str = "regression") -> list[Stop]:
    """The stops of the smallest request for one learner, in order."""
    request = Request("run", (learner,), {}, seeds=2, workers=1, quick=True).checked()
    with tempfile.TemporaryDirectory() as held:
        folder = RunFolder(Path(held) / "run", new=True)
        heard = Way()
        sys.setprofile(heard)
        try:
            run(request, folder, Control(), "")
        except Arrived:
            return heard.stops
        finally:
            sys.setprofile(None)
    raise RuntimeError(f"{learner} never took a step")


def main() -> int:
    """Prints the way, how long it is, and which files it comes back to most; not 0 if it is too long."""
    stops = way()
    for number, stop in enumerate(stops, 1):
        print(f"{number:4}  {stop.file:<32} {stop.function}")
    visits = Counter(stop.file for stop in stops)
    print(f"{len(stops)} stops in {len(visits)} files, {len(stops) - len(visits)} of them returns (≤ {MOST})")
    print("most:", ", ".join(f"{file} {count}" for file, count in visits.most_common(6)))
    return int(len(stops) > MOST)


if __name__ == "__main__":
    sys.exit(main())
