"""What people look at: run folders turned into a summary, figures and one self-contained page.

A report is drawn from the folder alone, in three steps: folder -> summary dict -> figures and page.
Nothing here imports a learner, and importing this package imports neither matplotlib nor pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .page.report import Page, draw, notebook_html, page_html
    from .page.summary import summarise
    from .page.terminal import table
    from .reading.tidy import frame
    from .sweep.winners import kept, winners

_HOME = {
    "summarise": "page.summary",
    "draw": "page.report",
    "page_html": "page.report",
    "notebook_html": "page.report",
    "Page": "page.report",
    "table": "page.terminal",
    "frame": "reading.tidy",
    "kept": "sweep.winners",
    "winners": "sweep.winners",
}

__all__ = ["Page", "draw", "frame", "kept", "notebook_html", "page_html", "summarise", "table", "winners"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
