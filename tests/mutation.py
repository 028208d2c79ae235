"""How much of what the page says the tests notice: one token changed at a time in what makes words.

    python tests/mutation.py                 60 changes drawn at random, and which of them nobody noticed
    python tests/mutation.py --draws 200 --seed 1 reports/panels

Strokes are left out: functions that paint, and the module's own constants that only those read. So are guards
that nothing right meets (`strict`). A change is
noticed if a test of TESTS fails, or never ends. The tests run in a fork of this process, with the changed
module in place of the true one.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import importlib.abc
import importlib.util
import io
import os
import random
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
WHERE = (
    "reports/panels",
    "reports/together",
    "reports/price",
    "reports/kinds",
    "reports/films/question.py",
    "reports/reading/mistakes.py",
    "reports/reading/phases.py",
    "reports/reading/summary.py",
    "reports/reading/comparison.py",
    "reports/reading/noise.py",
    "reports/words.py",
    "reports/page/summary.py",
    "paradigms/luck.py",
)
TESTS = (
    "test_words.py",
    "test_told.py",
    "test_facts.py",
    "test_pictures_told.py",
    "test_questions.py",
    "test_drift.py",
    "test_truth.py",
    "test_price.py",
    "test_summary.py",
    "test_luck.py",
    "test_phases.py",
    "test_curves_told.py",
    "test_below.py",
    "test_said.py",
    "test_family.py",
)
SLOW = ("paradigms.engine.devices", "paradigms.reports.page.report", "seaborn", "safetensors.numpy", "pytest")
LEFT_OUT = (
    "the_page_holds or terminal or costs_nothing"
    " or way_through_the_page or six_play or can_be_large or telephone or figures_of_a_family"
)
"""Tests that draw a page, or look at one in a browser."""
LONGEST = 90
"""Seconds of a processor that the tests may take with a change; a third of it is usual."""
DRAWN = ("film.py", "bodies.py")
"""What the player draws, and what an episode looks like."""
STROKES = {"paint", "film"}
TURNED = {
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "argmax": "argmin", "argmin": "argmax"}


class Mutator(ast.NodeTransformer):
    """Counts the places where one token can be changed, and changes the one that is asked for."""

    def __init__(self, chosen: int | None = None) -> None:
        self.chosen, self.place, self.line, self.what = chosen, -1, 0, ""

    def _here(self, node: ast.AST, what: str) -> bool:
        self.place += 1
        if self.place != self.chosen:
            return False
        self.line, self.what = getattr(node, "lineno", 0), what
        return True

    def visit_Module(self, node: ast.Module) -> ast.AST:
        """A private constant is a stroke where nothing but strokes reads it."""
        elsewhere = {one.id for one in _outside_strokes(node) if isinstance(one.ctx, ast.Load)}
        for one in node.body:
            own = [target.id for target in getattr(one, "targets", []) if isinstance(target, ast.Name)]
            if not own or not own[0].startswith("_") or own[0] in elsewhere:
                self.visit(one)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Functions that are handed axes or a figure draw strokes."""
        if _strokes(node):
            return node
        if ast.get_docstring(node) is not None:
            head, rest = node.body[:1], node.body[1:]
            node.body = head + [self.visit(one) for one in rest]
            return node
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """How a class is decorated says nothing on the page."""
        node.body = [self.visit(one) for one in node.body]
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """`strict` of zip guards against what no run is."""
        return node if node.arg == "strict" else self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Docstrings say nothing on the page."""
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        turned = TURNED.get(type(node.ops[0]))
        if turned is not None and self._here(node, f"{type(node.ops[0]).__name__} → {turned.__name__}"):
            node.ops[0] = turned()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if self._here(node, "and ↔ or"):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not | ast.USub) and self._here(node, "sign or not dropped"):
            return node.operand
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        swapped = SWAPPED.get(type(node.op))
        if swapped is not None and self._here(node, f"{type(node.op).__name__} → {swapped.__name__}"):
            node.op = swapped()
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in NAMES and self._here(node, f"{node.id} → {NAMES[node.id]}"):
            node.id = NAMES[node.id]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr in NAMES and self._here(node, f"{node.attr} → {NAMES[node.attr]}"):
            node.attr = NAMES[node.attr]
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if isinstance(value, bool):
            if self._here(node, f"{value} turned"):
                node.value = not value
        elif isinstance(value, int | float):
            if self._here(node, f"{value} → {value + 1}"):
                node.value = value + 1
        elif (
            isinstance(value, str) and any(map(str.isalpha, value)) and self._here(node, f"{value!r} changed")
        ):
            node.value = value[:-1] + "x" if value[-1].isalpha() else value[:-2] + "x" + value[-1]
        return node


def _strokes(node: ast.AST) -> bool:
    """Whether this is a function that draws."""
    if not isinstance(node, ast.FunctionDef):
        return False
    kinds = {ast.unparse(one.annotation) for one in node.args.args if one.annotation is not None}
    return node.name in STROKES or bool(kinds & {"Axes", "Figure", "Sequence[Axes]", "list[Axes]"})


def _outside_strokes(node: ast.AST) -> Iterator[ast.Name]:
    """All names but those inside of functions that draw."""
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.Name):
            yield one
        elif not _strokes(one):
            yield from _outside_strokes(one)


class Changed(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Finds one module changed."""

    def __init__(self, name: str, path: Path, tree: ast.AST) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """The changed one instead of the true."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)


def files(where: Sequence[str]) -> Iterator[Path]:
    for one in where:
        path = ROOT / one
        inside = [path] if path.is_file() else sorted(path.rglob("*.py"))
        yield from (each for each in inside if each.name not in DRAWN)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = parts if parts[0] == "paradigms" else ("paradigms", *parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def places(where: Sequence[str]) -> list[tuple[Path, int]]:
    """Every change that can be made."""
    found = []
    for path in files(where):
        counter = Mutator()
        counter.visit(ast.parse(path.read_text(encoding="utf-8")))
        found += [(path, place) for place in range(counter.place + 1)]
    return found


def noticed(path: Path | None = None, tree: ast.AST | None = None) -> bool:
    """Whether a test fails with this module, or as it is, in a process of its own."""
    child = os.fork()
    if not child:
        code = 1
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
            code = run(None if path is None or tree is None else Changed(module_of(path), path, tree))
        os._exit(code)
    return os.waitpid(child, 0)[1] != 0


def run(changed: Changed | None) -> int:
    """The tests' exit code, silently."""
    import pytest

    import paradigms

    for name in ("reports", "luck"):  # else `from paradigms import luck` would find the true one
        vars(paradigms).pop(name, None)
    for name in [name for name in sys.modules if name.startswith(("paradigms.reports", "paradigms.luck"))]:
        del sys.modules[name]
    if changed is not None:
        sys.meta_path.insert(0, changed)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        here = [str(ROOT / "tests" / name) for name in TESTS]
        return int(
            pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", "-k", f"not ({LEFT_OUT})", *here])
        )


def main() -> None:
    """Draws changes, and says what nobody noticed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("where", nargs="*", default=WHERE)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for name in SLOW:
        importlib.import_module(name)  # else every fork would
    if noticed():
        sys.exit("The tests fail as it is: nothing can be said.")
    every = places(asked.where)
    drawn = random.Random(asked.seed).sample(every, min(asked.draws, len(every)))
    found = 0
    for number, (path, place) in enumerate(drawn, 1):
        mutator = Mutator(place)
        tree = ast.fix_missing_locations(mutator.visit(ast.parse(path.read_text(encoding="utf-8"))))
        seen = noticed(path, tree)
        found += seen
        if not seen:
            print(f"not noticed: {path.relative_to(ROOT)}:{mutator.line}: {mutator.what}", flush=True)
        if number % 10 == 0:
            print(f"{found} of {number} noticed ({len(every)} changes can be made)", flush=True)


if __name__ == "__main__":
    main()
