"""What a command has resident at its peak, with every process that it started, looked at from outside.

A process's own account (`ru_maxrss`) leaves out those beside it. Read from Linux's /proc: elsewhere there is
nothing to look at.
"""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.5
"""Seconds between two looks; the system itself keeps each process's most."""


@dataclass(frozen=True)
class Peak:
    """Megabytes at the most, in how many processes; CPU seconds of all of them; what was printed.

    Of several processes that ran at the same time the most of each is summed, which all of them together may
    never have had.
    """

    megabytes: float
    processes: int
    seconds: float
    out: str


def peak(command: Sequence[str], cwd: Path | None = None) -> Peak:
    """Runs a command to its end.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    before, found = _seconds(), (0.0, 0)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=cwd) as process:
        while process.poll() is None:
            found = max(found, _resident(process.pid))
            time.sleep(EVERY)
        assert process.stdout is not None
        out = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), out)
    return Peak(*found, _seconds() - before, out)


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident(root: int) -> tuple[float, int]:
    """Megabytes of a process and all below it, and how many they are."""
    parents, sizes = {}, {}
    for entry in PROC.glob("[0-9]*"):
        try:
            words = (entry / "status").read_text().split()
            parents[int(entry.name)] = int(words[words.index("PPid:") + 1])
            sizes[int(entry.name)] = float(words[words.index("VmHWM:") + 1]) / 1e3
        except (OSError, ValueError):  # gone since, or a thread of the kernel
            continue
    family = {root}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    there = [sizes[one] for one in family if one in sizes]
    return sum(there), len(there)
