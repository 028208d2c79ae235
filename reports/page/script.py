"""The page's one script: modules of `player/` and of the kinds, each after what it imports, wrapped once.

A page that opens from a disk cannot import modules, so they are joined into one function. Their names must
therefore differ from each other; `import` lines and the word `export` are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from .. import kinds

PLAYER = Path(__file__).parent.parent / "player"
_IMPORT = re.compile(r"^import\b[^;]*?from \"(\.[^\"]+)\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)


def bundle() -> str:
    """The player and the panels of all kinds, as one strict function that calls itself."""
    return _joined((*kinds.panels(), PLAYER / "main.js"))


@cache
def _joined(entries: Sequence[Path]) -> str:
    """Everything that `entries` import, and themselves."""
    order: list[Path] = []
    for entry in entries:
        _visit(entry.resolve(), order)
    return '(() => {\n"use strict";\n' + "\n".join(map(_body, order)) + "})();\n"


def _visit(file: Path, order: list[Path]) -> None:
    if file in order:
        return
    for imported in _IMPORT.findall(file.read_text(encoding="utf-8")):
        _visit((file.parent / imported).resolve(), order)
    order.append(file)


def _body(file: Path) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", file.read_text(encoding="utf-8"))).strip() + "\n"
