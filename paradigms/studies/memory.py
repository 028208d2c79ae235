"""The device's memory was not enough: told with how many replicas it was tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from paradigms.errors import Failed

_SAID = ("not enough memory", "can't allocate memory", "out of memory")


@contextmanager
def enough(learner: str, replicas: int) -> Iterator[None]:
    """Raises one line where the memory runs out inside.

    Raises:
        Failed: with fewer replicas to ask for.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not lacking(error):
            raise
        fewer = f"Ask for --seeds {replicas // 2}" if replicas > 1 else "Ask for a smaller network or memory"
        raise Failed(
            f"{learner}: {replicas} replicas ran out of the device's memory.", f"{fewer}."
        ) from error


def lacking(error: BaseException) -> bool:
    """Whether this is how a processor or a graphics card says that its memory is full."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(said in str(error) for said in _SAID)
