"""Which replicas of a run are finished, and how long the growing files were then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from paradigms.errors import Unwritten
from paradigms.runs.folder import EMPTY, RunFolder
from paradigms.runs.identity import Replica, replicas
from paradigms.studies.saving.generations import Generations


class Ledger:
    """The finished replicas of each learner; they are written down when all they leave is on the disk."""

    def __init__(self, folder: RunFolder, say: Callable[[str], None] = lambda text: None) -> None:
        self.folder, self.sizes = folder, dict(EMPTY)
        self.done: dict[str, set[Replica]] = {}
        self.trouble: OSError | None = None
        self._kept = Generations(folder, "done")
        for _, about in self._kept.load(say):
            if covers(self.folder, about["sizes"]):
                self.done = {learner: set(replicas(pairs)) for learner, pairs in about["learners"].items()}
                self.sizes = dict(about["sizes"])
                return
            say(f"{self.folder.path} holds fewer rows than when it was last written: going back further.")

    def missing(self, learner: str, asked: Iterable[Replica]) -> tuple[Replica, ...]:
        """Those of a learner's replicas that are not finished."""
        done = self.done.get(learner, set())
        return tuple(one for one in asked if one not in done)

    def add(self, learner: str, some: Collection[Replica]) -> None:
        """These are finished; the learner's checkpoints are not needed any more."""
        self.done.setdefault(learner, set()).update(some)
        self.sizes = self.folder.sizes()
        self.write()

    def write(self) -> None:
        """Only when what is finished is on the disk; else it stays for the next time."""
        if not self.folder.writer.flush():
            self.trouble = self.folder.writer.trouble
            return
        try:
            self.folder.writer.sync(self.sizes)
            learners = {learner: sorted(done) for learner, done in self.done.items()}
            self._kept.save({}, {"learners": learners, "sizes": self.sizes})
            for learner in self.done:
                Generations(self.folder, learner).drop()
            self.trouble = None
        except OSError as error:
            self.trouble = error

    def close(self) -> None:
        """Once more, if the disk refused before.

        Raises:
            Unwritten: it still does.
        """
        if self.trouble is not None:
            self.write()
        if self.trouble is not None:
            raise Unwritten(
                f"{self.folder.path} could not be written to the end: {self.trouble.strerror}.",
                f"Mend that, then go on with --resume {self.folder.path}",
            )


def covers(folder: RunFolder, sizes: dict[str, int]) -> bool:
    """Whether the growing files are at least as long as they were."""
    now = folder.sizes()
    return all(now[name] >= size for name, size in sizes.items())
