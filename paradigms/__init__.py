"""How machines learn, side by side: supervised, unsupervised and reinforcement learning on one engine.

>>> import paradigms as pg
>>> study = pg.compare(seeds=10)        # doctest: +SKIP
>>> study.summary, study.frame          # doctest: +SKIP
>>> study.report("out")                 # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paradigms.studies.api import Study, compare, open_study, run

__all__ = ["Study", "compare", "open_study", "run"]

# In a checkout ./paradigms hides the installed package, and cli/, datasets/ and reports/ stand beside it.
_beside = Path(__file__).parent.parent
if (_beside / "pyproject.toml").is_file() and (_beside / "datasets").is_dir():
    __path__.append(str(_beside))

try:
    __version__ = version("paradigms")
except PackageNotFoundError:
    __version__ = "0+checkout"


def __getattr__(name: str) -> Any:
    """Loads the Python interface, and torch with it, at its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("paradigms.studies.api"), name)
