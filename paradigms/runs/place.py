"""Where a page goes that is drawn without being a run: a lesson's, an example's, that of several runs."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

from paradigms.errors import UsageError


def free(name: str) -> Path:
    """The first of `runs/NAME-DATE-1`, -2, … that is not there; nothing is written."""
    stem = f"{name}-{date.today().isoformat()}"
    return next(path for n in count(1) if not (path := Path("runs") / f"{stem}-{n}").exists())


def chosen(out: Path, kind: str, file: str, force: bool) -> bool:
    """Whether the folder that was named holds a page of this kind, as `file` in it shows, to be replaced.

    Args:
        kind: with its article, `a lesson`.

    Raises:
        UsageError: it holds something else, or `force` is off.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file.", "Name a folder.")
    if not (out.is_dir() and any(out.iterdir())):
        return False
    if not (out / file).is_file():
        raise UsageError(f"{out} is not empty and is not {kind}'s folder.", "Name another folder with --out.")
    if not force:
        raise UsageError(
            f"{out} already holds {kind}.", "Add --force to replace it, or name another with --out."
        )
    return True
