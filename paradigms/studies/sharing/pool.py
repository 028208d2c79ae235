"""Shares trained in stretches, by whatever an executor has; what comes back is kept here.

Nothing but the two ends of a stretch is known of who trains it, so that a worker, a machine or a scheduler
that is lost costs one stretch, and so does a person who leaves. Who is near says more, and is asked to end.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any

from paradigms import errors
from paradigms.errors import Failed, Interrupted, ParadigmsError, Unwritten, UsageError
from paradigms.studies.asking.elsewhere import Elsewhere, in_a_line
from paradigms.studies.sharing.fingerprint import differing, fingerprint
from paradigms.studies.sharing.parcels import Parcel, carried, forget
from paradigms.studies.sharing.reach import Reach
from paradigms.studies.sharing.share import Share
from paradigms.studies.sharing.slate import TICK, Slate
from paradigms.studies.sharing.stretch import Run, order, stretch
from paradigms.studies.training.learning import Control

SECONDS = 10.0
"""That a stretch trains, at least."""
LEISURE = 2.0
"""So many times as long as it takes to serve all shares once, so that they do not wait for this process."""
DEATHS = 3
"""After so many, one after another, a share is given up."""

Note = Callable[[Share, dict[str, str]], None]
"""Is told which share was trained by a worker that rounds otherwise, and how."""


def lasting(shares: int, served: float) -> float:
    """Seconds of a stretch where so many shares are under way, and serving one of them takes so long here.

    >>> lasting(10, 0.1), lasting(1_000, 0.1)
    (10.0, 200.0)
    """
    return max(SECONDS, LEISURE * shares * served)


class _Part:
    """A share that is not finished, and its stretch under way."""

    def __init__(self, share: Share) -> None:
        self.share, self.reach, self.slate = share, Reach(), Slate(share.path)
        self.deaths, self.fell = 0, self.reach.place
        self.lacking = False
        self.future: Future[tuple[bytes, bytes]]


def train(
    shares: Sequence[Share],
    learners: Sequence[str],
    elsewhere: Elsewhere,
    control: Control,
    join: Callable[[], None],
    run: Run,
    note: Note,
) -> None:
    """Trains what is not finished; `join` is called whenever a share has finished another learner.

    Raises:
        Interrupted: the person wants to stop; every share is saved, or as its last stretch left it.
        UsageError: a worker would round otherwise than this machine.
        Failed: a share ended in an error, or its stretches were lost again and again.
    """
    busy = [_Part(share) for share in shares if not share.finished(learners)]
    crew = _Crew(busy, elsewhere, control, join, run, note)
    try:
        crew.work()
    finally:
        for part in crew.dealt:
            part.future.cancel()
            part.slate.wipe()


class _Crew:
    """The shares that are not finished, and who hears of them."""

    def __init__(
        self,
        busy: list[_Part],
        elsewhere: Elsewhere,
        control: Control,
        join: Callable[[], None],
        run: Run,
        note: Note,
    ) -> None:
        self.busy, self.elsewhere, self.control = busy, elsewhere, control
        self.join, self.run, self.note = join, run, note
        self.dealt: list[_Part] = []
        self.said: set[str] = set()
        self.files: dict[str, Parcel] = {}
        self.spent, self.kept = 0.0, 0
        self.stopping = False
        self.failed: list[ParadigmsError] = []

    def work(self) -> None:
        if not self.busy:
            return
        self.here = fingerprint(self.busy[0].share.request.device)
        if not self.elsewhere.near:
            self.files = carried(
                dict.fromkeys(path for part in self.busy for path in part.share.request.files)
            )
        self.unsent = self.elsewhere.workers
        for part in self.busy:
            self._deal(part)
        while self.busy:
            if not self.stopping and self.control.stop():
                self._stop()
            back = [part for part in self.busy if part.future.done()]
            if not back:
                self._wait()
            for part in back:
                if part in self.busy:
                    self._heard(part)
        if self.failed:
            raise self.failed[0]
        if self.stopping:
            left = "saved" if self.elsewhere.near else "as its last stretch left it"
            raise Interrupted(f"stopped; every share is {left}.")
        if self.files:
            with suppress(Exception):
                self.elsewhere.everyone(forget)

    def _wait(self) -> None:
        """Hears meanwhile what those who are near say."""
        self._check_alive()
        if self.elsewhere.near:
            for part in self.busy:
                self._listened(part, part.slate.read())
        time.sleep(TICK)

    def _stop(self) -> None:
        """Those who are near save themselves; the others are left, which costs what they are at."""
        self.stopping = True
        if self.elsewhere.near:
            for part in self.busy:
                part.slate.ask_to_end()
        self.busy = [part for part in self.busy if self.elsewhere.near and not part.future.cancel()]

    def _check_alive(self) -> None:
        if not self.elsewhere.alive():
            raise Failed(f"{self.elsewhere.name} is gone.", "What came back is kept: go on with --resume.")

    def _deal(self, part: _Part) -> None:
        began = time.perf_counter()
        part.slate.wipe()
        folder = b"" if self.elsewhere.near else part.share.packed()
        self.spent += time.perf_counter() - began
        seconds = lasting(len(self.busy), self.spent / max(1, self.kept))
        mixed, near = self.elsewhere.mixed, self.elsewhere.near
        asked = order(part.share, seconds, self.here, mixed, near, self.control.every)
        files = {str(path): self.files[str(path)] for path in part.share.request.files if self.files}
        if self.unsent <= 0 and not part.lacking:  # whoever lacks them says so
            files = {path: parcel.known for path, parcel in files.items()}
        self.unsent, part.lacking = self.unsent - 1, False
        try:
            part.future = self.elsewhere.executor.submit(stretch, self.run, asked, folder, files)
        except OSError as error:
            raise Failed(
                f"no other process can be started: {error.strerror}.", "Ask for --workers 1."
            ) from error
        except RuntimeError as error:  # as a pool does whose processes have died
            raise Failed(
                f"{self.elsewhere.name} takes no more work: {in_a_line(error)}.",
                "What came back is kept: go on with --resume.",
            ) from error
        if part not in self.dealt:
            self.dealt.append(part)

    def _heard(self, part: _Part) -> None:
        """What came of a stretch; after the first error the others end too."""
        try:
            if self._taken_in(part):
                self.busy.remove(part)
            else:
                self._deal(part)
        except ParadigmsError as error:
            self.failed.append(error)
            self.busy.remove(part)
            if not self.stopping:
                self._stop()

    def _taken_in(self, part: _Part) -> bool:
        """Keeps what came back, unless it was lost; returns whether the share is not gone on with."""
        try:
            said, folder = part.future.result()
            told = json.loads(said)
            self._check(part.share, told)
            part.lacking = "lacking" in told
            if folder:
                self._keep(part.share, folder)
        except ParadigmsError:
            raise
        except ModuleNotFoundError as error:
            raise Failed(
                f"{self.elsewhere.name}: {in_a_line(error)}.", "Install it where the workers are."
            ) from error
        except (Exception, CancelledError) as error:
            self._lost(part, error)
        else:
            if not part.lacking:
                self._listened(part, told)
                return self.stopping or set(told["finished"]) >= set(part.share.learners)
        return False

    def _keep(self, share: Share, folder: bytes) -> None:
        began = time.perf_counter()
        try:
            share.keep(folder)
            self.spent, self.kept = self.spent + time.perf_counter() - began, self.kept + 1
        except OSError as error:
            run = share.path.parent.parent
            raise Unwritten(
                f"{run} could not be written to: {error.strerror}.",
                f"Mend that, then go on with --resume {run}",
            ) from error

    def _check(self, share: Share, told: dict[str, Any]) -> None:
        """Raises what the worker says of the person's study, or of itself."""
        if "error" in told:
            kind = getattr(errors, told["error"]["kind"], RuntimeError)
            what, hint = (share.spoken(told["error"][one]) for one in ("what", "hint"))
            if issubclass(kind, ParadigmsError):
                raise kind(what, hint)
            raise Failed(f"{told['worker']}: {what}")
        other = differing(self.here, told["fingerprint"])
        if other and not self.elsewhere.mixed:
            raise UsageError(
                f"{told['worker']} would not come to the same bits: {other}.",
                "Leave it out, or add --mixed, which records it.",
            )

    def _listened(self, part: _Part, told: Mapping[str, Any]) -> None:
        """How far a share is, and what a person should read of it; at its end, or on the way."""
        for text in map(part.share.spoken, told.get("said", ())):
            if text not in self.said:
                self.said.add(text)
                self.control.say(text)
        if told.get("fingerprint", self.here) != self.here:
            self.note(part.share, told["fingerprint"])
        another = "done" in told and part.reach.looked(**told["done"])
        last = min((one.reach for one in self.busy), key=lambda one: one.place)
        if last.title:
            self.control.look(last.title, last.done, last.total)
        if another:
            self.join()

    def _lost(self, part: _Part, error: BaseException) -> None:
        """Again and again at the same place it is given up."""
        part.deaths = part.deaths + 1 if part.reach.place <= part.fell else 1
        part.fell = max(part.fell, part.reach.place)
        lost = f"A stretch of {part.share.words} was lost ({self.elsewhere.why(error)})"
        if self.stopping:
            raise Interrupted(f"stopped. {lost} before it was saved.")
        if part.deaths == DEATHS:
            raise Failed(
                f"{lost}, as {DEATHS - 1} were before.", "What came back is kept: go on with --resume."
            )
        self._check_alive()
        again = "goes on from its last checkpoint" if self.elsewhere.near else "is dealt again"
        self.control.say(f"{lost}; it {again}.")
