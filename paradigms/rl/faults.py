"""What an environment can do wrong, told with whose it is and where it was."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import gymnasium

from paradigms.errors import Failed

LONGEST = 300
"""Letters of what an environment says."""


class Wrong(Exception):
    """An answer that no learner can use; the text says what it was."""


def told(error: Exception, words: str | None = None) -> str:
    """Its kind and what it says (or these words of it), on one line and not without an end."""
    said = " ".join((str(error) if words is None else words).split()).rstrip(".")
    said = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def shut(env: gymnasium.Env[Any, Any]) -> None:
    """Closes an environment that is done with; what its own code raises then, costs nobody a result."""
    with suppress(Exception):
        env.close()


def failed(where: str, env: gymnasium.Env[Any, Any], error: Exception) -> Failed:
    """The error of a run that such an environment ends."""
    name = type(env.unwrapped).__name__ if env.spec is None else env.spec.id
    did = f"gave {error}" if isinstance(error, Wrong) else f"raised {told(error)}"
    return Failed(f"{where}: {name} {did}.", "Mend the environment, or choose another with --env.")
