"""Options from a file: TOML, or the config.json of a run."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paradigms.errors import UsageError, unknown
from paradigms.options import ONLY, OPTIONS, STUDY

KEYS = (*OPTIONS, *STUDY, ONLY.name)


def read(path: Path) -> dict[str, Any]:
    """Option name → value.

    Raises:
        UsageError: a file that cannot be read, a mistake in it (with its line), an unknown key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"--config {path}: {reason}.", "Name a TOML file, or a run's config.json.") from None
    found = _from_run(path, text) if path.suffix == ".json" else _from_toml(path, text)
    for key in found:
        if key not in KEYS:
            wrong = unknown("key", key, KEYS)
            raise UsageError(f"{path}, line {_line(text, key)}: {wrong.what}")
    return found


def _from_toml(path: Path, text: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}.") from None
    return {key.replace("-", "_"): value for key, value in found.items()}


def _from_run(path: Path, text: str) -> dict[str, Any]:
    from paradigms.studies.asking.request import candidates

    try:
        kept = json.loads(text)
        found = dict(kept["options"])
        learners = found.pop("learners")
        trained = list(dict.fromkeys(one["name"] for one in kept["learners"]))
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is not the config.json of a run.", "A run's folder holds one.") from None
    command = found.pop("command", None)
    for name in ("grid", "keep"):
        found.pop(name, None)
    if "data" not in found:
        found.pop("task", None)  # it has chosen the learners, and they are named
    usual = candidates(found.get("same_data"), found.get("labels"))
    others = command == "compare" and tuple(learners) != usual
    return found | ({"only": trained} if found.pop("named", False) or others else {})


def _line(text: str, key: str) -> int:
    """Where the key stands; a dash and an underscore are the same."""
    spelled = re.escape(key).replace("_", "[-_]")
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(rf"\s*\[*\s*[\"']?{spelled}[\"']?\s*[.=:\]]", line):
            return number
    return 1


def laid_over(config: Path | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The file's options under those of the command line, which win.

    Raises:
        UsageError: the file names a network of somebody's own, and the command line does not.
    """
    from_file = {} if config is None else read(config)
    typed = {name: value for name, value in given.items() if value is not None}
    named = from_file.get("model")
    if isinstance(named, str) and ":" in named and "model" not in typed:
        raise UsageError(
            f"{config} names the network {named}, whose code is not kept.", f"Add --model {named}"
        )
    if {"samples", "epochs"} & set(typed):
        from_file = {name: value for name, value in from_file.items() if name not in ("samples", "epochs")}
    if {"data", "dataset"} & set(typed):
        from_file = {n: v for n, v in from_file.items() if n not in ("data", "dataset", "target", "drop")}
    return from_file | typed
