"""The errors a person can cause or meet, each one line: what happened, and what to type next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ParadigmsError(Exception):
    """The root: a run failed for a reason worth one line. `exit_code` is the process's."""

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        self.what, self.hint = what, hint
        super().__init__(f"{what} {hint}".strip())


class UsageError(ParadigmsError):
    """An option or argument that cannot be meant as it stands."""

    exit_code = 2


class DataError(UsageError):
    """A table that cannot be learned from."""


class Interrupted(ParadigmsError):
    """The person stopped the run; what was learned so far is saved."""

    exit_code = 130


class Unwritten(ParadigmsError):
    """What was learned could not be written to the end."""


class Failed(ParadigmsError):
    """Code that is not this project's own (an environment, a plugged-in learner) has failed."""

    def add(self, where: str) -> None:
        """Says where, in front of what is said already."""
        self.what = f"{where}: {self.what}"
        self.args = (f"{self.what} {self.hint}".strip(),)


NAMED = 12
"""Known names in one message, at most."""


def unknown(kind: str, name: str, known: Iterable[str], hint: str = "") -> UsageError:
    """An error that names the nearest known names, or else the first of them.

    >>> print(unknown("dataset", "digts", ["digits", "iris"]))
    unknown dataset 'digts': did you mean 'digits'?
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        guess = "did you mean " + " or ".join(repr(n) for n in near) + "?"
    else:
        more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
        guess = "known: " + ", ".join(known[:NAMED]) + more + "."
    return UsageError(f"unknown {kind} {name!r}: {guess}", hint)
