"""Names that people chose, made safe for one line of text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from paradigms.errors import UsageError, unknown

LONGEST_NAME = 60


def shown(name: object, longest: int = LONGEST_NAME) -> str:
    r"""A name on one line: control characters escaped, cut where it is long.

    >>> shown("two\nlines")
    'two\\nlines'
    """
    text = str(name)
    safe = text if text.isprintable() else repr(text)[1:-1]
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


def quoted(name: object, longest: int = LONGEST_NAME) -> str:
    """A name in quotes, on one line."""
    return f"'{shown(name, longest)}'"


def listed(names: Iterable[object], most: int = 8) -> str:
    """Names joined by commas; only the first few of a long list.

    >>> listed("abcde", most=3)
    'a, b, c and 2 more'
    """
    every = [shown(name) for name in names]
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def either(names: Sequence[object], most: int = 4) -> str:
    """Names in quotes, the last two joined by "or"; only the first few of a long list.

    >>> either(["NA", "-"])
    "'NA' or '-'"
    """
    some = [quoted(name) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(some)} or {len(names) - most} other words"
    return " or ".join(filter(None, [", ".join(some[:-1]), some[-1]]))


def plural(count: int, noun: str) -> str:
    """A count with its noun.

    >>> plural(1, "row"), plural(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def drop_hint(names: Sequence[str]) -> str:
    """What to type to leave columns out, as a shell takes it.

    >>> drop_hint(["when", "opened on"])
    "Leave them out with --drop 'when,opened on'."
    >>> drop_hint(["start, UTC", "x"])
    "Leave them out with --drop 'start, UTC' --drop x."
    """
    joined = [",".join(names)] if not any("," in name for name in names) else list(names)
    typed = " ".join(f"--drop{'=' if name.startswith('-') else ' '}{_argument(name)}" for name in joined)
    return f"Leave {'it' if len(names) == 1 else 'them'} out with {typed}."


def _argument(text: str) -> str:
    """One argument of a command; what cannot be printed in the notation of bash and zsh."""
    if text.isprintable():
        return shlex.quote(text) if not text.isalnum() else text
    return "$'" + repr(text)[1:-1].replace("'", "\\'") + "'"


def unknown_column(name: str, columns: Sequence[str], hint: str = "") -> UsageError:
    """An error that names the nearest columns, or the first few."""
    near = unknown("column", shown(name), [shown(column) for column in columns], hint)
    if "did you mean" in near.what or len(columns) <= 12:
        return near
    return UsageError(f"unknown column {quoted(name)}: the table has {listed(columns, 12)}.", hint)
