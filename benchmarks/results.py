"""benchmarks/results.json: what was measured, a row each; a row measured again replaces its last figures."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pairs import Pairs, middle
from benchmarks.row import Row

FILE = Path(__file__).parent / "results.json"
PACKAGES = (
    "torch",
    "numpy",
    "scikit-learn",
    "gymnasium",
    "stable-baselines3",
    "skorch",
    "lightning",
    "optuna",
)


def machine() -> dict[str, Any]:
    """Where it was measured."""
    import torch

    card = torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    vector = torch.backends.cpu.get_cpu_capability()
    return {"processor": f"{platform.machine()}, {vector}", "cores": cores, "gpu": card}


def versions() -> dict[str, str]:
    """Python and the packages on either side."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def entry(row: Row, found: Pairs, cores: int) -> dict[str, Any]:
    """One row's figures, ready for JSON."""
    ratios = [row.ratio(ours, theirs) for ours, theirs in zip(found.ours, found.theirs, strict=True)]
    ratio = median(ratios)
    return {
        "what": row.what,
        "kind": row.kind,
        "must": row.must,
        "aim": row.aim,
        "floor": row.floor,
        "ours": row.ours.label,
        "theirs": row.theirs.label,
        "ratio": ratio,
        "spread": [min(ratios), max(ratios)],
        "pairs": len(ratios),
        "verdict": row.verdict(ratio),
        "our_seconds": median(found.ours),
        "their_seconds": median(found.theirs),
        "our_quality": middle(found.quality),
        "their_quality": middle(found.their_quality),
        "their_scale": row.theirs.scale,
        "load": round(os.getloadavg()[0], 1),
        "cores_each": cores,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
    }


def read(file: Path = FILE) -> dict[str, Any]:
    """Everything measured so far."""
    found: dict[str, Any] = {"rows": {}, "one core": {}, "memory": {}, "curves": {}}
    if file.exists():
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found


def keep(kind: str, name: str, figures: Any, file: Path = FILE) -> None:
    """Writes one row or curve beside the others."""
    found = read(file)
    found[kind][name] = figures
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
