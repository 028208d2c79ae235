"""Runs again what a run's folder says, elsewhere, and compares."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paradigms.errors import Failed, Interrupted, UsageError
from paradigms.runs.difference import differences
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.plan import Plan, plans
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import request_of
from paradigms.studies.saving.ledger import Ledger
from paradigms.studies.study import run
from paradigms.studies.training.learning import Control


@dataclass(frozen=True)
class Verdict:
    """What differs, in sentences; how much was compared; what else is not as it was."""

    differences: list[str]
    compared: int
    changed: list[str]

    @property
    def identical(self) -> bool:
        """Whether every word and number is the same."""
        return not self.differences


def verify(path: Path, control: Control, model: str | None = None) -> Verdict:
    """Trains what `path` says in a temporary folder and compares; `path` is only read.

    Args:
        model: MODULE:FACTORY, where the folder says that this is the network.

    Raises:
        UsageError: it holds no finished run, or files that nobody can read.
        Interrupted: the person wants to stop.
    """
    folder = RunFolder(path)
    request, config = request_of(folder, model), folder.read_json("config.json")
    found = plans(request)[0]
    _check_finished(request, folder, found)
    _check_repeats(found)
    with tempfile.TemporaryDirectory(prefix="paradigms-verify-") as elsewhere:
        again = RunFolder(Path(elsewhere) / "run", new=True)
        try:
            run(request, again, control, str(config.get("command", "")))
        except Interrupted:
            raise Interrupted("stopped; nothing was compared.") from None
        if (path / "summary.json").exists():
            again.write_json("summary.json", _summary(again.path))
        different, compared = _compared(path, again.path)
        return Verdict(different, compared, _changed(config, again.read_json("config.json")))


def _check_finished(request: Request, folder: RunFolder, found: Sequence[Plan]) -> None:
    """Every learner of the run has its model; every setting of a sweep stands in its ledger."""
    done = Ledger(folder)
    for plan in found:
        kept = (folder.path / "model" / f"{plan.id}.json").is_file()
        if not kept or (request.grid and done.missing(plan.id, plan.asked)):
            raise UsageError(
                f"{plan.id} is not finished in {folder.path}.",
                f"Finish it first: paradigms {request.command} --resume {folder.path}",
            )


def _check_repeats(found: Sequence[Plan]) -> None:
    """Every environment of the run gives the same episodes for the same seeds.

    Raises:
        Failed: one does not, so that there is nothing to compare.
    """
    from paradigms.rl.repeating import doubts

    worlds = {
        (one.options.env, one.options.limit): one.world.name
        for plan in found
        for one in plan.settings
        if one.world is not None
    }
    for named, title in worlds.items():
        if doubt := doubts(*named):
            raise Failed(f"{title} {doubt}.", "Draw from self.np_random whatever it draws.")


def _summary(folder: Path) -> Any:
    from paradigms.reports import summarise

    return summarise(folder)


def _compared(path: Path, again: Path) -> tuple[list[str], int]:
    try:
        return differences(path, again)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(f"{path} is not as a run leaves it: {reason}.", "Train it again.") from None


def _changed(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Versions, device, threads and the like that are not what they were."""
    found = []
    for part in ("versions", "study"):
        then = before.get(part)
        then = then if isinstance(then, dict) else {}
        names = (
            name for name in sorted(then.keys() | now[part].keys()) if then.get(name) != now[part].get(name)
        )
        found += [f"{name}: {_word(then.get(name))}, now {_word(now[part].get(name))}" for name in names]
    return found


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
