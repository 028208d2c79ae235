"""The versions of a run folder: what an older one says, said as the newest does.

Version 1 knows no axis of settings: what a learner's options resolve to is called its settings there.
"""

from __future__ import annotations

from typing import Any

from paradigms.errors import UsageError

Json = dict[str, Any]

NEWEST = 2
_SINCE_2 = ("name", "setting", "varied", "failed", "solved")


def version_of(config: Json, folder: str) -> int:
    """The version of a config.json.

    Raises
        UsageError: nobody has written such a one yet, or never will
    """
    version = config.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise UsageError(f"{folder!r} is not as a run leaves it: version {version!r} in config.json.")
    if version > NEWEST:
        raise UsageError(
            f"{folder!r} has format {version}, and this version of paradigms reads formats up to {NEWEST}.",
            "Upgrade: pip install --upgrade paradigms",
        )
    return version


def modern(learner: Json, version: int) -> Json:
    """A learner of config.json with `options`, and `settings` as a list with the options of each."""
    rest = {name: value for name, value in learner.items() if name not in ("options", "settings")}
    options = dict((learner.get("options") if version > 1 else learner.get("settings")) or {})
    listed = (learner.get("settings") if version > 1 else None) or [{"setting": 0, "varied": {}}]
    settings = [
        {
            "setting": int(one["setting"]),
            "varied": dict(one.get("varied") or {}),
            "options": dict(one.get("options") or options | dict(one.get("varied") or {})),
        }
        for one in listed
    ]
    return {**rest, "options": options, "settings": settings}


def aged(entry: Json) -> Json:
    """An entry of the summary as version 1 has it."""
    kept = {name: value for name, value in entry.items() if name not in _SINCE_2}
    return {"settings" if name == "options" else name: value for name, value in kept.items()}
