"""One learner trained to its end, or until the person wants to stop; saved on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from torch import Tensor

from paradigms.engine.loop import train
from paradigms.engine.training import Training
from paradigms.errors import Failed, Interrupted, ParadigmsError
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import spoken
from paradigms.studies.asking.assembly import Assembly
from paradigms.studies.asking.elsewhere import Elsewhere
from paradigms.studies.asking.ranks import Ranks
from paradigms.studies.saving.generations import Generations, Saved
from paradigms.studies.saving.ledger import Ledger, covers
from paradigms.studies.saving.pace import Pace
from paradigms.studies.training import checkpoint, products
from paradigms.studies.training.beside import Beside
from paradigms.studies.training.exhaustion import lacking
from paradigms.studies.training.recorder import Recorder


@dataclass
class Control:
    """What the outside tells a study and is told by it; every part has a silent default.

    `look(title, done, total)` follows training, `stop()` asks whether to end at this step, `say(text)`
    takes what a person should read. A checkpoint is saved `every` so many seconds, or less often where
    that would take more than a hundredth of the time. A `patient` one is asked to stop between steps alone,
    and waits for what is done beside training. `elsewhere` is where shares are trained, if not here; `ranks`
    are the processes that compute slices of each batch.
    """

    look: Callable[[str, int, int], None] = lambda title, done, total: None
    stop: Callable[[], bool] = lambda: False
    say: Callable[[str], None] = lambda text: None
    every: float = 10.0
    patient: bool = False
    elsewhere: Elsewhere | None = None
    ranks: Ranks | None = None


class Session:
    """One learner's training in this process, from where a checkpoint left it, else from the beginning."""

    def __init__(self, assembly: Assembly, folder: RunFolder, control: Control, ledger: Ledger) -> None:
        self.assembly, self.folder, self.control = assembly, folder, control
        self.saved: int | None = None
        assembly.learner.during = Beside(self._stop_beside, control, assembly)
        self.training, self.recorder = assembly.training, Recorder(assembly, folder)
        self.began, self.before = time.perf_counter(), 0.0
        self.pace = Pace(control.every, lambda: checkpoint.size(self.training, self.recorder))
        self.refused: str | None = None
        self.kept = Generations(folder, assembly.id)
        for tensors, about in self.kept.load(control.say):
            if covers(folder, about["sizes"]):
                self._go_on((tensors, about))
                return
            control.say(f"{folder.path} holds fewer rows than a checkpoint says: going back further.")
        folder.cut(ledger.sizes)
        self.recorder.start()

    def _go_on(self, saved: Saved) -> None:
        about = saved[1]
        for remark in checkpoint.restore(saved, self.training, self.recorder):
            self.control.say(f"Warning: {remark}")
        self.folder.cut(about["sizes"])
        self.before, self.saved = float(about["wall_seconds"]), self.training.step

    @property
    def wall(self) -> float:
        """Seconds of this learner so far, in every process that trained it."""
        return self.before + time.perf_counter() - self.began

    def observe(self, training: Training, signals: dict[str, Tensor]) -> bool:
        """A block is over."""
        self.recorder.observe(training, signals)
        self.control.look(self.assembly.entry.title, training.step, training.total)
        self.between(training)
        return True

    def between(self, training: Training) -> None:
        """A step is over: saves when it is time to, ends when the person wants to."""
        stopping = self.control.stop()
        if stopping or self.pace.due:
            self.save()
        if stopping:
            where = f"at step {training.step} of {training.total}"
            raise Interrupted(
                f"stopped; {self.assembly.id} is saved {where}."
                if self.refused is None
                else f"stopped {where}, which could not be saved: {self.refused}."
            )

    def _stop_beside(self, what: str) -> None:
        """The person wants to end within what is done beside training, which is done again later."""
        where = (
            "nothing of it is saved yet"
            if self.saved is None
            else f"it is saved as it was at step {self.saved}"
        )
        raise Interrupted(f"stopped while {what} for {self.assembly.id}; {where}.")

    def save(self) -> None:
        """A checkpoint, unless the disk refuses; the one before it stays until this one is safe."""
        began = self.pace.clock()
        try:
            self._save()
            self.refused = None
        except OSError as error:
            if self.refused is None:
                self.control.say(
                    f"Warning: no checkpoint could be saved in {self.folder.path}: {error.strerror}. "
                    "Going on, and trying again."
                )
            self.refused = str(error.strerror)
        self.pace.paid(began)

    def _save(self) -> None:
        if not self.folder.writer.flush():
            raise self.folder.writer.trouble or OSError
        sizes = self.folder.sizes()
        self.folder.writer.sync(sizes)
        tensors, about = self._state()
        self.kept.save(tensors, about | {"sizes": sizes, "wall_seconds": self.wall})
        self.saved = self.training.step

    def _state(self) -> Saved:
        return checkpoint.state(self.training, self.recorder)


def learn(assembly: Assembly, folder: RunFolder, ledger: Ledger, control: Control) -> None:
    """Trains one learner to its end and writes what it leaves.

    Raises:
        Interrupted: the person wants to stop; the folder holds a checkpoint.
        Failed: an environment or the learner itself has raised.
    """
    training = assembly.training
    with _blamed(assembly):
        session = Session(assembly, folder, control, ledger)
        train(training, session.recorder.moments, session.observe, session.between)
        control.look(assembly.entry.title, training.total, training.total)
        session.recorder.finish(training, session.wall)
    if assembly.company.kept:
        for remark in products.keep(assembly, session.recorder, folder):
            control.say(f"Warning: {remark}")


@contextmanager
def _blamed(assembly: Assembly) -> Iterator[None]:
    """What somebody else's code raises is told with the learner, the step and its replicas."""
    try:
        yield
    except ParadigmsError as error:
        if isinstance(error, Failed):
            error.add(f"{assembly.id}, step {assembly.training.step}")
        raise
    except (MemoryError, OSError):
        raise
    except Exception as error:
        if lacking(error):
            raise
        many = spoken(assembly.company.replicas)
        raise Failed(
            f"{assembly.id}, step {assembly.training.step} ({many}): "
            f"the learner raised {type(error).__name__}: {error}."
        ) from error
