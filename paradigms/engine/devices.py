"""Which device and which arithmetic: asked for by name, never silently another."""

from __future__ import annotations

import os

import numpy as np
import torch
from torch import Tensor

from paradigms.errors import UsageError

_MISSING = {
    "cuda": "no CUDA device is visible to this PyTorch",
    "mps": "no Apple GPU (MPS) is visible to this PyTorch",
}


def _available(kind: str) -> bool:
    if kind == "cuda":
        return torch.cuda.is_available()
    if kind == "mps":
        return torch.backends.mps.is_available()
    return True


def resolve(name: str) -> torch.device:
    """The device called `name`; `auto` takes CUDA, then MPS, then the CPU.

    Raises:
        UsageError: an explicit device that is not there.
    """
    if name == "auto":
        name = next(kind for kind in ("cuda", "mps", "cpu") if _available(kind))
    if not _available(name):
        raise UsageError(f"--device {name}: {_MISSING[name]}.", "Use --device auto or --device cpu.")
    return torch.device(name)


def resolve_dtype(name: str, device: torch.device) -> torch.dtype:
    """float32 or float64.

    Raises:
        UsageError: float64 on MPS, which has none.
    """
    if name == "float64" and device.type == "mps":
        raise UsageError(
            "--dtype float64: Apple GPUs have no float64.", "Use --device cpu with --dtype float64."
        )
    return {"float32": torch.float32, "float64": torch.float64}[name]


def exact(tensor: Tensor) -> Tensor:
    """In float64, for scores and closed forms; on the CPU where the device has none (MPS)."""
    return tensor.cpu().double() if tensor.device.type == "mps" else tensor.double()


def numbers(tensor: Tensor) -> np.ndarray:
    """As a NumPy array in float64."""
    return tensor.detach().cpu().double().numpy()


KEPT = 31 << 20
"""Bytes of a block whose release tells the allocator to keep such blocks; more than it takes as a hint."""


def prepare(threads: int | None) -> int:
    """Sets threads and flushes denormal numbers; returns the number of threads in use.

    Denormals appear in the second moments of units that died and cost three quarters of a DQN run.
    The flag belongs to a thread and is inherited by the threads it starts, so this comes before the
    first parallel operation of the process. So does what Intel's library is told: to round a product
    alike wherever in memory it lies, or a replica's last bits would hang on how many come before it.

    glibc gives what a step frees back to the system and asks for it again at the next one, page by page,
    until it has seen a large block come and go; whether it has was luck, and cost a DQN run 8 %.
    """
    os.environ.setdefault("MKL_CBWR", "AUTO")
    for kind in (np.float32, np.float64):
        np.finfo(kind)  # NumPy 1 remembers what it finds, and warns if that is a machine without denormals
    torch.set_flush_denormal(True)
    torch.empty(KEPT, dtype=torch.uint8)  # never written to: no memory, no time
    if threads is not None:
        torch.set_num_threads(threads)
    return torch.get_num_threads()
