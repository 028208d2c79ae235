"""Shares of a study's seeds trained at once, each by a process of its own.

A process is told its share, and to stop, through its standard input; it answers in lines of JSON
(`worker.py`). Whatever ends the process that asked also ends that input, and with it the others. One that
dies is started again and goes on from its last checkpoint.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from paradigms import errors
from paradigms.errors import Failed, Interrupted, ParadigmsError
from paradigms.studies.sharing import spare
from paradigms.studies.sharing.reach import Reach
from paradigms.studies.sharing.share import Share
from paradigms.studies.training.learning import Control

DEATHS = 3
"""After so many a share is given up."""
TICK = 0.05
"""Seconds between two looks at whether the person wants to stop."""


class Worker:
    """One share and the process that trains it."""

    def __init__(self, share: Share, every: float) -> None:
        self.share, self.every = share, every
        self.error: dict[str, str] | None = None
        self.deaths = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.reach = Reach()

    def start(self, heard: SimpleQueue[tuple[Worker, dict[str, Any] | None]]) -> None:
        """Begins, or goes on; what it says is put into the queue, and None when it has ended.

        Raises:
            OSError: there is no room for another process.
        """
        order = {
            "request": self.share.request.to_json(),
            "path": str(self.share.path),
            "learners": self.share.learners,
            "every": self.every,
        }
        self.reach.stage = 0
        self.process = spare.taken(self.share.request.threads or 1)
        Thread(target=self._listen, args=(self.process, heard), daemon=True).start()
        self._tell((json.dumps(order) + "\n").encode())

    def _listen(
        self, process: subprocess.Popen[bytes], heard: SimpleQueue[tuple[Worker, dict[str, Any] | None]]
    ) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                with contextlib.suppress(ValueError):  # half a line, of one that died
                    heard.put((self, json.loads(line)))
        heard.put((self, None))

    def stop(self) -> None:
        """Asks it to save itself and end."""
        self._tell(b".")

    def _tell(self, what: bytes) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it has died, which is heard elsewhere
            self.process.stdin.write(what)

    def leave(self) -> None:
        """Ends it at once, which harms nothing."""
        if self.process is not None:
            self.process.kill()
            self.wait()

    def wait(self) -> int:
        """Until it has ended; returns its exit code."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait()


def train(
    shares: Sequence[Share],
    learners: Sequence[str],
    control: Control,
    join: Callable[[], None],
    at_once: int,
) -> None:
    """Trains what is not finished; `join` is called whenever a share has finished another learner.

    Raises:
        Interrupted: the person wants to stop; every share is saved.
        Failed: a share ended in an error, or died again and again.
    """
    left = [Worker(share, control.every) for share in shares if not share.finished(learners)]
    crew = _Crew(left[:at_once], left[at_once:], learners, control, join)
    try:
        crew.work()
    finally:
        for worker in crew.busy:
            worker.leave()


class _Crew:
    """The workers that are not finished, those that wait for a process, and what became of who failed."""

    def __init__(
        self,
        busy: list[Worker],
        waiting: list[Worker],
        learners: Sequence[str],
        control: Control,
        join: Callable[[], None],
    ) -> None:
        self.busy, self.waiting = busy, waiting
        self.learners, self.control, self.join = learners, control, join
        self.heard: SimpleQueue[tuple[Worker, dict[str, Any] | None]] = SimpleQueue()
        self.said: set[str] = set()
        self.stopping = False
        self.failed: list[ParadigmsError | RuntimeError] = []

    def work(self) -> None:
        for worker in self.busy:
            self._start(worker)
        while self.busy:
            if not self.stopping and self.control.stop():
                self._stop()
            with contextlib.suppress(Empty):
                worker, message = self.heard.get(timeout=TICK)
                self._ended(worker) if message is None else self._told(worker, message)
        if self.failed:
            raise self.failed[0]
        if self.stopping:
            raise Interrupted("stopped; every process has saved its seeds.")

    def _start(self, worker: Worker) -> None:
        try:
            worker.start(self.heard)
        except OSError as error:
            raise Failed(
                f"no other process can be started: {error.strerror}.", "Ask for --workers 1."
            ) from error

    def _stop(self) -> None:
        self.stopping = True
        for worker in self.busy:
            worker.stop()

    def _told(self, worker: Worker, message: dict[str, Any]) -> None:
        if "error" in message:
            worker.error = message["error"]
        elif "say" in message:
            text = worker.share.spoken(message["say"])
            if text not in self.said:
                self.said.add(text)
                self.control.say(text)
        else:
            if worker.reach.looked(**message):
                self.join()
            last = min((one.reach for one in self.busy), key=lambda one: one.place)
            if last.title:
                self.control.look(last.title, last.done, last.total)

    def _ended(self, worker: Worker) -> None:
        """Finished, stopped, failed or dead."""
        code = worker.wait()
        self.busy.remove(worker)
        if worker.error is not None:
            self._failed(worker, worker.error)
        elif not worker.share.finished(self.learners):
            self._died(worker, code)
        elif self.waiting and not self.stopping:
            self.busy.append(self.waiting.pop(0))
            self._start(self.busy[-1])

    def _failed(self, worker: Worker, error: dict[str, str]) -> None:
        kind = getattr(errors, error["kind"], RuntimeError)
        if issubclass(kind, Interrupted) and self.stopping and "could not be saved" not in error["what"]:
            return
        what, hint = worker.share.spoken(error["what"]), worker.share.spoken(error["hint"])
        self.failed.append(kind(what, hint) if issubclass(kind, ParadigmsError) else kind(what))
        if not self.stopping:
            self._stop()

    def _died(self, worker: Worker, code: int) -> None:
        worker.deaths += 1
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        died = f"The process of {worker.share.words} died {how}"
        if self.stopping:
            self.failed.append(Interrupted(f"stopped. {died} before it could be saved."))
            return
        if worker.deaths < DEATHS:
            self.control.say(f"{died}; another goes on from its last checkpoint.")
            self.busy.append(worker)
            self._start(worker)
            return
        self.failed.append(
            Failed(f"{died}, as {DEATHS - 1} did before.", "Ask for fewer --seeds, or for --workers 1.")
        )
        self._stop()
