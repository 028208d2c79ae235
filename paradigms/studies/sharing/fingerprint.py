"""What a worker's last bits hang on: its processor's branch, its packages, and a few products themselves.

With other instructions a product rounds otherwise, and a return of 295 became one of 365; identical bits
hold between workers whose fingerprints are equal.
"""

from __future__ import annotations

import hashlib
import os
import platform
import socket
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from paradigms.engine import devices
from paradigms.studies.asking.description import versions

SIZES = (3, 10, 64, 129)


def fingerprint(device: str = "auto") -> dict[str, str]:
    """Versions, the device that `device` means here, and how this process rounds."""
    devices.prepare(None)
    where = str(devices.resolve(device))
    name = torch.cuda.get_device_name() if where == "cuda" else torch.backends.cpu.get_cpu_capability()
    return {**versions(), "device": where, "processor": name, "rounding": _rounding()}


@cache
def _rounding() -> str:
    """Of products and functions of fixed numbers, in both precisions, by PyTorch and NumPy; one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            return _told()
    finally:
        torch.set_num_threads(threads)


def _told() -> str:
    told = hashlib.sha256()
    for dtype in (torch.float32, torch.float64):
        for size in SIZES:
            row = torch.arange(1, size * size + 1, dtype=dtype)
            one = (row * 0.618033988749895).frac().view(1, size, size)
            other = (row * 0.414213562373095).frac().view(1, size, size)
            product = torch.bmm(one, other)
            for found in (product, product.tanh(), product.neg().exp(), product.sum(1), product.norm(dim=1)):
                told.update(found.numpy().tobytes())
            told.update(np.matmul(one.numpy(), other.numpy()).tobytes())
    return told.hexdigest()[:16]


def differing(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """What is not the same, in words; empty where all is."""
    names = [name for name in {**here, **there} if here.get(name) != there.get(name)]
    return ", ".join(f"{name} {there.get(name, 'none')} (here {here.get(name, 'none')})" for name in names)


def whoami() -> str:
    """This worker, in a word."""
    return f"{socket.gethostname()}:{os.getpid()}"


def presence() -> dict[str, Any]:
    """What a worker says of itself to `paradigms doctor --on`."""
    return {
        "worker": whoami(),
        "fingerprint": fingerprint(),
        "system": platform.platform(terse=True),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        if hasattr(os, "sysconf")
        else None,
        "threads": torch.get_num_threads(),
    }
