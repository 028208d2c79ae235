"""What a run's own folder says that it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paradigms.errors import UsageError
from paradigms.runs.folder import VERSION, RunFolder, plain
from paradigms.studies.asking.request import Request


def request_of(folder: RunFolder, model: str | None = None) -> Request:
    """The request that made this folder.

    Args:
        model: MODULE:FACTORY, where the folder says that this is the network; no code is imported because a
            folder names it.

    Raises:
        UsageError: it holds no run, one of another version, or one that was edited into nonsense.
    """
    config = folder.read_json("config.json")
    try:
        if isinstance(config["version"], int) and config["version"] > VERSION:
            raise UsageError(
                f"{folder.path / 'config.json'} has version {config['version']}; "
                f"this paradigms reads up to {VERSION}.",
                "Use the newer paradigms that wrote it.",
            )
        if config["version"] == 1:
            raise UsageError(
                f"{folder.path} is a run of an older paradigms: it can be drawn, not gone on with.",
                f"Train it anew: {config['command']}",
            )
        if not isinstance(config["command"], str) or not all(
            isinstance(one["id"], str) for one in [*config["learners"]]
        ):
            raise TypeError
        check_model(str(folder.path), config["options"].get("model"), model)
        return Request.from_json(config["options"]).checked()
    except (AttributeError, KeyError, TypeError):
        raise UsageError(f"{folder.path} holds another config.json.", "Name the folder of a run.") from None


def extended(config: Mapping[str, Any], request: Request, command: str) -> dict[str, Any] | None:
    """What config.json says once a sweep is asked more than it was begun with; None where it is not."""
    options = plain(request.to_json())
    if config["options"] == options:
        return None
    study = config["study"] | {"seeds": list(request.replica_seeds)}
    return {**config, "options": options, "study": study, "extended": [*config.get("extended", []), command]}


def check_model(where: str, kept: object, model: str | None) -> None:
    """Raises unless the network that is kept there is this package's own, or the one that was typed."""
    if isinstance(kept, str) and ":" in kept and model != kept:
        raise UsageError(f"{where} names the network {kept}, whose code is not kept.", f"Add --model {kept}")
    if model not in (None, kept):
        raise UsageError(f"{where} was not trained with --model {model}.", "Leave it out.")


def workers_of(config: Mapping[str, Any]) -> int:
    """How many processes a run's seeds were shared out over when it began, whatever this machine has.

    Raises:
        UsageError: config.json was edited into nonsense.
    """
    study = config.get("study")
    workers = study.get("workers", 1) if isinstance(study, dict) else None
    if not isinstance(workers, int) or isinstance(workers, bool) or not 1 <= workers <= 1024:
        raise UsageError(f"config.json says {workers!r} of its workers.", "Train it anew.")
    return workers
