"""A folder whose modules are things to take: one a file, found by looking, in the order of the known ones."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType

from paradigms.errors import unknown


def names(package: str, order: Sequence[str]) -> list[str]:
    """Every module of the package, as people type it; one that `order` does not name comes last."""
    paths = importlib.import_module(package).__path__
    found = [one.name.replace("_", "-") for one in pkgutil.iter_modules(paths)]
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))


def module(package: str, kind: str, name: str, known: Sequence[str]) -> ModuleType:
    """The module of that name.

    Raises:
        UsageError: there is none, with the nearest of those that are known.
    """
    if name not in known:
        raise unknown(kind, name, known)
    return importlib.import_module(f"{package}.{name.replace('-', '_')}")
