"""Which of the models that a run has kept is asked: whose, and of which setting."""

from __future__ import annotations

from typing import Any

from paradigms.errors import UsageError, unknown
from paradigms.runs.folder import RunFolder

Models = dict[str, dict[int, dict[str, Any]]]
"""Learner's id → setting → what is said of its model."""


def chosen(run: RunFolder, learner: str | None, setting: int | None) -> dict[str, Any]:
    """What model/ID.json says of the model to ask: of a sweep the best, unless a setting is named.

    Raises:
        UsageError: there is none, or several without a choice.
    """
    asked = models(run)
    if learner is not None and learner not in asked:
        raise unknown("learner", learner, asked)
    if learner is None and len(asked) > 1:
        raise UsageError(f"{run.path} holds {', '.join(asked)}.", "Choose with --learner ID.")
    name = learner or next(iter(asked))
    from paradigms.reports import kept

    return asked[name][kept(run.path, name, asked[name], setting)]


def models(run: RunFolder) -> Models:
    """Those that answer rows of a table.

    Raises:
        UsageError: there are none.
    """
    if not (run.path / "model").is_dir():
        raise UsageError(f"{run.path} holds no trained model.", "Name the folder of a finished run.")
    found: Models = {}
    for path in sorted((run.path / "model").glob("*.json")):
        about = run.read_json(f"model/{path.name}")
        if about["preprocessing"]:
            found.setdefault(about["learner"], {})[int(about.get("setting", 0))] = about
    if not found:
        raise UsageError(f"{run.path} holds no learner that answers rows of a table.")
    return found
