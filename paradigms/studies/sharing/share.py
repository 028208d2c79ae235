"""A share of a study: any set of its replicas, as a run of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from paradigms.choices import projected
from paradigms.errors import UsageError
from paradigms.registry import takers
from paradigms.runs import atomic
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import Replica, spoken
from paradigms.studies.asking.company import Company
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import kept_request
from paradigms.studies.saving.ledger import Ledger
from paradigms.studies.sharing import archive


@dataclass(frozen=True)
class Share:
    """Some of a run's replicas, asked for as a run in its `checkpoint/`; `learners`: id → its replicas.

    What came of it from elsewhere lies packed beside its folder, and stands for it until it is unpacked.
    """

    request: Request
    path: Path
    learners: Mapping[str, tuple[Replica, ...]]

    @property
    def words(self) -> str:
        """Which replicas, in words."""
        every = sorted({replica for some in self.learners.values() for replica in some})
        seeds = sorted({replica.seed for replica in every})
        if any(replica.setting for replica in every):
            return spoken(every)
        return f"seeds {seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}"

    def spoken(self, text: str) -> str:
        """What is said of it, said of the run that it belongs to."""
        return text.replace(str(self.path), str(self.path.parent.parent))

    def open(self) -> RunFolder:
        """As it was left, or a new one.

        Raises:
            UsageError: it was begun as something else.
        """
        if self.begun:
            return RunFolder(self.path)
        shutil.rmtree(self.path, ignore_errors=True)
        return RunFolder(self.path, new=True)

    def finished(self, learners: Iterable[str]) -> bool:
        """Whether nothing of these learners is left to train."""
        if not self.begun:
            return False
        ledger = Ledger(RunFolder(self.path))
        return not any(ledger.missing(one, self.learners.get(one, ())) for one in learners)

    @property
    def _arrived(self) -> Path:
        return self.path.with_name(f"{self.path.name}.tar")

    def packed(self) -> bytes:
        """All of it, to travel; nothing where it has not begun."""
        if self._arrived.exists():
            return self._arrived.read_bytes()
        return archive.packed(self.path) if self.begun else b""

    def keep(self, content: bytes) -> None:
        """It as it came back.

        Raises:
            Refused: it is no run's folder.
        """
        archive.opened(content)
        atomic.write(self._arrived, content)

    def _settle(self) -> None:
        """What arrived becomes its folder; killed on the way, it does so again."""
        if not self._arrived.exists():
            return
        try:
            archive.unpack(self._arrived.read_bytes(), self.path)
        except archive.Refused as why:
            raise UsageError(f"{self._arrived} is damaged: {why}.", "Remove it, and go on again.") from None
        self._arrived.unlink()

    @property
    def begun(self) -> bool:
        """Whether it was, with as many threads as this machine gives, which may be another's."""
        self._settle()
        if not (self.path / "config.json").exists():
            return False
        known = kept_request(RunFolder(self.path))
        if replace(known, threads=None) != replace(self.request, threads=None):
            raise UsageError(f"{self.path} began with other options than it has now.", "Train it anew.")
        return True


def dealt(request: Request, hands: Sequence[Sequence[Company]], folder: RunFolder) -> list[Share]:
    """A share for each hand of companies, which may be of several learners."""
    return [_share(request, hand, folder) for hand in hands if hand]


def _share(request: Request, hand: Sequence[Company], folder: RunFolder) -> Share:
    among: dict[str, tuple[Replica, ...]] = {}
    learners: dict[str, tuple[Replica, ...]] = {}
    for company in hand:
        for known, name in ((among, company.plan.entry.name), (learners, company.plan.id)):
            known[name] = (*known.get(name, ()), *company.replicas)
    own = replace(request, among=among, workers=1)
    if len(among) < len(request.learners):
        own = _narrowed(own, hand)
    return Share(own, folder.path / "checkpoint" / f"{archive.PREFIX}{_digest(learners)}", learners)


def _narrowed(request: Request, hand: Sequence[Company]) -> Request:
    """The same of some learners alone, without what others need."""
    entries = {company.plan.entry.name: company.plan.entry for company in hand}
    data = any(entry.dataset is not None for entry in entries.values())
    taken = {
        option
        for entry in entries.values()
        for option in entry.options
        if entry.name in takers(option, request.learners)
    }
    taken |= {"dataset", "data"} if data else set()
    fitting = tuple(name for name in request.learners if name in entries)
    narrow = replace(
        request,
        learners=fitting,
        options={name: value for name, value in request.options.items() if name in taken},
        grid=projected(request.grid, taken),
        named=fitting,
    )
    if data:
        return narrow
    of_data = ("dataset", "data", "same_data", "target", "task", "drop", "stream", "ram", "cache")
    nothing: dict[str, Any] = dict.fromkeys(of_data)
    return replace(narrow, **nothing)


def _digest(learners: Mapping[str, Sequence[Replica]]) -> str:
    said = json.dumps({name: sorted(some) for name, some in sorted(learners.items())})
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def drop(folder: RunFolder) -> None:
    """What they made together is safe."""
    for path in (folder.path / "checkpoint").glob(f"{archive.PREFIX}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
