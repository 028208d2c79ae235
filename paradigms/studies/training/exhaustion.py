"""How a processor or a graphics card says that its memory is full."""

from __future__ import annotations

import gc

import torch

_SAID = ("not enough memory", "can't allocate memory", "out of memory")


def lacking(error: BaseException) -> bool:
    """Whether this is how it is said."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(said in str(error) for said in _SAID)


def release() -> None:
    """Gives back what nobody holds any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
