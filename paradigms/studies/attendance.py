"""Who would train elsewhere, for `paradigms doctor --on`: workers, what they have and how they round."""

from __future__ import annotations

from typing import Any

from paradigms.studies.asking.elsewhere import Elsewhere
from paradigms.studies.sharing.fingerprint import differing, fingerprint, presence


def attendance(there: Elsewhere) -> tuple[list[str], bool]:
    """Lines to print, a worker each, and whether all of them come to the bits of this machine."""
    here, lines, well = fingerprint(), [], True
    found = there.everyone(presence)
    for name, said in found.items():
        word, good = _told(said, here)
        lines.append(f"{name}: {word}")
        well = well and good
    many = "" if there.workers == 1 else "s"
    return [f"{there.name}: {there.workers} task{many} at once", *lines], well and bool(found)


def _told(said: Any, here: dict[str, str]) -> tuple[str, bool]:
    if isinstance(said, ModuleNotFoundError):
        return f"{said}. Install it there: pip install paradigms=={here['paradigms']}", False
    if isinstance(said, BaseException):
        return f"{type(said).__name__}: {said}", False
    own, threads = said["fingerprint"], said["threads"]
    memory = "" if said["memory"] is None else f", {said['memory'] / 1e9:,.0f} GB"
    about = (
        f"{said['worker']}, {said['system']}, {own['device']} ({own['processor']}), "
        f"{threads} thread{'' if threads == 1 else 's'}{memory}"
    )
    other = differing(here, own)
    if other:
        return f"{about}; refused without --mixed: {other}", False
    return f"{about}; rounds as this machine", True
