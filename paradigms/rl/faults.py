"""What an environment can do wrong, told with whose it is and where it was."""

from __future__ import annotations

from typing import Any

import gymnasium

from paradigms.errors import Failed


class Wrong(Exception):
    """An answer that no learner can use; the text says what it was."""


def failed(where: str, env: gymnasium.Env[Any, Any], error: Exception) -> Failed:
    """The error of a run that such an environment ends."""
    name = type(env.unwrapped).__name__ if env.spec is None else env.spec.id
    did = f"gave {error}" if isinstance(error, Wrong) else f"raised {type(error).__name__}: {error}"
    return Failed(f"{where}: {name} {did}.", "Mend the environment, or choose another with --env.")
