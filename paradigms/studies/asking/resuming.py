"""What a run's own folder says that it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paradigms.errors import UsageError
from paradigms.runs.folder import VERSION, RunFolder, plain
from paradigms.studies.asking.request import Request


def request_of(folder: RunFolder, model: str | None = None) -> Request:
    """The request that made this folder, to go on with.

    Args:
        model: MODULE:FACTORY, where the folder says that this is the network; no code is imported because a
            folder names it.

    Raises:
        UsageError: it holds no run, one of another version, one that was edited into nonsense, or one with
            another network.
    """
    request = kept_request(folder)
    named = [one.get("model") for one in (request.options, *request.grid)]
    for one in named:
        if ":" in str(one) and model != one:
            raise UsageError(
                f"{folder.path} names the network {one}, whose code is not kept.", f"Add --model {one}"
            )
    if model is not None and model not in named:
        raise UsageError(f"{folder.path} was not trained with --model {model}.", "Leave it out.")
    return request


def kept_request(folder: RunFolder) -> Request:
    """What stands in config.json.

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
