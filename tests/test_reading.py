"""docs/reading.md names functions that exist, where it says they are, and leaves no learner out."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from paradigms.registry import REGISTRY

PAGE = Path(__file__).parent.parent / "docs" / "reading.md"
TEXT = PAGE.read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"\[`([\w.]+)`\]\(([^)]+)\)", TEXT)))


@cache
def defined(file: Path) -> frozenset[str]:
    """Functions and classes of a file, methods as Class.method."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return frozenset(found)


@pytest.mark.parametrize(("name", "link"), NAMED)
def test_what_is_named_stands_where_the_page_says(name: str, link: str) -> None:
    assert name in defined((PAGE.parent / link).resolve())


def test_every_link_names_a_function() -> None:
    assert len(re.findall(r"\]\(", TEXT)) == len(re.findall(r"\[`[\w.]+`\]\(", TEXT)) > 50


def test_every_learner_that_compare_trains_has_a_section() -> None:
    sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    named = {section.split("\n")[0]: section for section in sections}
    compared = [entry for entry in REGISTRY.values() if entry.compared]
    others = {name for name, entry in REGISTRY.items() if not entry.compared}
    assert [name for name in named if name not in others] == ["The loop", *(entry.name for entry in compared)]
    for entry in compared:
        module = entry.module.replace(".", "/") + ".py"
        assert f"[`build`](../{module})" in named[entry.name], entry.name
