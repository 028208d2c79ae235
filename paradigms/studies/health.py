"""What is installed and whether it works, for `paradigms doctor`."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from paradigms import __version__


def examine() -> tuple[list[str], bool]:
    """Lines to print, and whether everything that is needed is there."""
    lines, missing = [f"python       {sys.version.split()[0]}  ({sys.executable})"], []
    lines.append(f"paradigms    {__version__}")
    for name in _needed():
        try:
            lines.append(f"{name:<12} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
            lines.append(f"{name:<12} missing")
    lines += [] if "torch" in missing else _device()
    lines.append(f"processors   {os.cpu_count()}")
    lines.append(_writable())
    if missing:
        lines.append(f"Missing: {', '.join(missing)}. Type:  pip install {' '.join(missing)}")
    else:
        lines.append("Everything is there. Try:  paradigms compare --quick")
    return lines, not missing


def _needed() -> list[str]:
    try:
        stated = requires("paradigms") or []
    except PackageNotFoundError:
        stated = ["torch", "numpy", "gymnasium", "scikit-learn", "seaborn", "click"]
    plain = [line.split(";")[0] for line in stated if "extra ==" not in line]
    return [re.match(r"[\w.-]+", line)[0] for line in plain]  # type: ignore[index]


def _device() -> list[str]:
    import torch

    from paradigms.engine import devices

    device = devices.resolve("auto")
    name = f"  ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else ""
    lines = [f"device       {device}{name}: what --device auto takes"]
    lines.append(f"threads      {torch.get_num_threads()}: change with --threads N")
    denormal = "yes" if torch.set_flush_denormal(True) else "not on this processor"
    return [*lines, f"denormals    flushed: {denormal}"]


def _writable() -> str:
    try:
        with tempfile.NamedTemporaryFile(dir=Path.cwd()):
            return f"folder       {Path.cwd()} can be written"
    except OSError as error:
        return f"folder       {Path.cwd()} cannot be written ({error.strerror}): name another with --out"
