"""Which learners of a run are finished, and how long the growing files were then."""

from __future__ import annotations

from collections.abc import Callable

from paradigms.errors import Unwritten
from paradigms.runs.folder import RunFolder
from paradigms.studies.saving.generations import Generations


class Ledger:
    """The finished learners, in order; each is written down when all it leaves is on the disk."""

    def __init__(self, folder: RunFolder, say: Callable[[str], None] = lambda text: None) -> None:
        self.folder, self._kept = folder, Generations(folder, "done")
        self.learners: list[str] = []
        self.sizes = {folder.metrics.name: 0, folder.predictions.name: folder.header}
        self.trouble: OSError | None = None
        self._read(say)

    def _read(self, say: Callable[[str], None]) -> None:
        for _, about in self._kept.load(say):
            if covers(self.folder, about["sizes"]):
                self.learners, self.sizes = list(about["learners"]), dict(about["sizes"])
                return
            say(f"{self.folder.path} holds fewer rows than when it was last written: going back further.")

    def add(self, learner: str) -> None:
        """This one is finished; its checkpoints are not needed any more."""
        self.learners.append(learner)
        self.sizes = self.folder.sizes()
        self.write()

    def write(self) -> None:
        """Only when what is finished is on the disk; else it stays for the next time."""
        if not self.folder.writer.flush():
            self.trouble = self.folder.writer.trouble
            return
        try:
            self.folder.writer.sync(self.sizes)
            self._kept.save({}, {"learners": self.learners, "sizes": self.sizes})
            for learner in self.learners:
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
