"""One replica's tree: its nodes with their questions, and where each stands when it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import number, shortened

SHOWN = 4
"""Levels that are drawn, the root's not counted: below them boxes would be too small to read."""


@dataclass(frozen=True)
class Node:
    """A node, its place across in [0, 1], its level, who is above it, its rows by class and its question."""

    number: int
    x: float
    level: int
    above: int | None
    counts: tuple[int, ...]
    question: str
    gain: float = 0.0
    """What its question takes from its rows' impurity, on average over them."""

    @property
    def rows(self) -> int:
        return sum(self.counts)

    @property
    def most(self) -> int:
        """The commonest class."""
        return int(np.argmax(self.counts))

    @property
    def share(self) -> float:
        """Its share of the rows."""
        return max(self.counts) / max(self.rows, 1)


def impurity(counts: Array, criterion: str) -> float:
    """How far rows of each class [C] are from one class: their entropy in bits, or Gini's index.

    >>> impurity(np.array([4, 4]), "entropy"), impurity(np.array([4, 4]), "gini")
    (1.0, 0.5)
    """
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum() if criterion == "entropy" else 1 - (shares**2).sum())


@dataclass(frozen=True)
class Grown:
    """A tree to be drawn: nodes by number down to level `SHOWN`, and how deep it is in all."""

    nodes: dict[int, Node]
    deepest: int
    leaves: int
    asked: tuple[str, ...]


def grown(learner: Shown, pictures: Pictures) -> Grown:
    """The tree of the replica that is shown."""
    features, thresholds, children, levels, counts = (
        pictures.take(f"tree_{name}") for name in ("features", "thresholds", "children", "levels", "counts")
    )
    names = learner.features()
    there = np.flatnonzero(levels >= 0)
    inner = [int(node) for node in there if children[node, 0] != node]
    found: dict[int, Node] = {}
    tree = _Arrays(features, thresholds, children, levels, counts, criterion(learner))
    _place(0, None, (0.0, 1.0), found, tree, names)
    asked = tuple(_name(names, int(features[node])) for node in inner)
    return Grown(found, int(levels.max()), len(there) - len(inner), asked)


def criterion(learner: Shown) -> str:
    """By what its questions were chosen."""
    return str((learner.spec.get("options") or {}).get("criterion") or "gini")


@dataclass(frozen=True)
class _Arrays:
    features: Array
    thresholds: Array
    children: Array
    levels: Array
    counts: Array
    criterion: str

    def gain(self, node: int) -> float:
        """The fall of impurity by a node's question, none of a leaf's."""
        below = [self.counts[child] for child in self.children[node] if child != node]
        if not below:
            return 0.0
        left = sum(one.sum() * impurity(one, self.criterion) for one in below)
        return impurity(self.counts[node], self.criterion) - left / self.counts[node].sum()

    def under(self, node: int) -> int:
        """Nodes at the edge of what is drawn under this one: the room that it needs."""
        if self.levels[node] >= SHOWN or self.children[node, 0] == node:
            return 1
        return sum(self.under(int(child)) for child in self.children[node])


def _place(
    node: int,
    above: int | None,
    span: tuple[float, float],
    found: dict[int, Node],
    tree: _Arrays,
    names: list[str],
) -> None:
    leaf = tree.children[node, 0] == node
    question = (
        ""
        if leaf
        else f"{_name(names, int(tree.features[node]))} ≤ {number(float(tree.thresholds[node]), 2)}"
    )
    counts = tuple(int(count) for count in tree.counts[node])
    found[node] = Node(node, sum(span) / 2, int(tree.levels[node]), above, counts, question, tree.gain(node))
    if leaf or tree.levels[node] >= SHOWN:
        return
    yes, no = (int(child) for child in tree.children[node])
    share = tree.under(yes) / (tree.under(yes) + tree.under(no))
    cut = span[0] + share * (span[1] - span[0])
    _place(yes, node, (span[0], cut), found, tree, names)
    _place(no, node, (cut, span[1]), found, tree, names)


def _name(names: list[str], feature: int) -> str:
    return shortened(names[feature] if feature < len(names) else f"feature {feature + 1}", 18)
