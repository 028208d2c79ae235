"""A folder whose files lie in it: no link and no name leads out."""

from __future__ import annotations

from pathlib import Path

from paradigms.errors import UsageError

ROOMS = ("", "model", "checkpoint", "figures")
"""Where a run writes, under its folder."""


def check_enclosed(folder: Path) -> None:
    """Nothing that would be written in a run's folder lies elsewhere.

    Raises:
        UsageError: with the name of a link that leads out.
    """
    home = folder.resolve()
    for room in ROOMS:
        for path in (*([folder / room] if room else []), *(folder / room).glob("*")):
            if path.is_symlink() and not path.resolve().is_relative_to(home):
                raise UsageError(
                    f"{path} is a link that leads out of the run's folder.", "Put what it stands for there."
                )


def name_within(name: object, what: str) -> str:
    """`name` as the name of one file, not a path.

    Raises:
        UsageError: anything else.

    >>> name_within("dqn-CartPole-v1", "learner")
    'dqn-CartPole-v1'
    """
    if not isinstance(name, str) or name in ("", ".", "..") or set(name) & set("/\\\0"):
        raise UsageError(f"{name!r} is not the name of a {what}.")
    return name
