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
    from .newrows import new_pieces, read_new
    from .photographs import read_images
    from .preprocessing import Preprocessing
    from .prose import read_text, symbols
    from .series import read_series
    from .sources import load
    from .splits import Part, Split, split
    from .streams.table import read_stream, streaming
    from .tables import read_table

_HOMES = {
    "Column": "dataset",
    "Dataset": "dataset",
    "Part": "splits",
    "Preprocessing": "preprocessing",
    "Split": "splits",
    "load": "sources",
    "new_pieces": "newrows",
    "read_images": "photographs",
    "read_new": "newrows",
    "read_series": "series",
    "read_stream": "streams.table",
    "read_table": "tables",
    "read_text": "prose",
    "split": "splits",
    "streaming": "streams.table",
    "symbols": "prose",
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
    "new_pieces",
    "read_images",
    "read_new",
    "read_series",
    "read_stream",
    "read_table",
    "read_text",
    "split",
    "streaming",
    "symbols",
]


def __getattr__(name: str) -> Any:
    """Load the module behind a public name at its first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
