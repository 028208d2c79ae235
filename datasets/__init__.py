"""What is learned from: bundled, generated and downloaded data, a person's own CSV, splits, scaling.

Importing this package costs nothing but the catalogue; NumPy, pandas and scikit-learn are loaded with the
first name that needs them, because `--help` and `list` read the catalogue too.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .catalogue import CATALOGUE, OPENML, Entry

if TYPE_CHECKING:
    from .dataset import Column, Dataset
    from .newrows import read_new
    from .preprocessing import Preprocessing
    from .series import read_series
    from .sources import load
    from .splits import Part, Split, split
    from .tables import read_table

_HOMES = {
    "Column": "dataset",
    "Dataset": "dataset",
    "Part": "splits",
    "Preprocessing": "preprocessing",
    "Split": "splits",
    "load": "sources",
    "read_new": "newrows",
    "read_series": "series",
    "read_table": "tables",
    "split": "splits",
}

__all__ = [
    "CATALOGUE",
    "OPENML",
    "Column",
    "Dataset",
    "Entry",
    "Part",
    "Preprocessing",
    "Split",
    "load",
    "read_new",
    "read_series",
    "read_table",
    "split",
]


def __getattr__(name: str) -> Any:
    """Load the module behind a public name at its first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
