"""The page's one script: the modules of `player/`, what is imported before what imports it, wrapped once.

A page that opens from a disk cannot import modules, so they are joined into one function. Their names must
therefore differ from each other; `import` lines and the word `export` are dropped.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePosixPath

SOURCES = Path(__file__).parent / "player"
_IMPORT = re.compile(r"^import\b[^;]*?from \"(\./|\.\./)([^\"]+)\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)


@cache
def bundle(entry: str = "main.js") -> str:
    """Everything that `entry` imports, and itself, as one strict function that calls itself."""
    order: list[str] = []
    _visit(PurePosixPath(entry), order)
    parts = [_body(name) for name in order]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def _visit(name: PurePosixPath, order: list[str]) -> None:
    if str(name) in order:
        return
    for up, path in _IMPORT.findall(_text(str(name))):
        parent = name.parent.parent if up == "../" else name.parent
        _visit(parent / path, order)
    order.append(str(name))


def _text(name: str) -> str:
    return (SOURCES / name).read_text(encoding="utf-8")


def _body(name: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", _text(name))).strip() + "\n"
