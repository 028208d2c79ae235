"""The tree's questions from the root down, and the class of whoever ends there."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import layout, theme
from ...drawing.plate import Plate, Table
from ...reading.comparison import Shown
from ...reading.pictures import Pictures
from ...words import number, percent
from .grown import SHOWN, Grown, Node, criterion, grown, impurity


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """The tree, if it was recorded."""
    needed = ("tree_features", "tree_thresholds", "tree_children", "tree_levels", "tree_counts")
    return [_tree(learner, pictures)] if pictures.has(*needed) else []


def _tree(learner: Shown, pictures: Pictures) -> Plate:
    tree = grown(learner, pictures)
    classes = learner.classes(len(tree.nodes[0].counts))
    rows = [
        [
            number(node.level),
            node.question or "leaf",
            number(node.rows),
            classes[node.most],
            percent(node.share),
            number(node.gain, 3) if node.question else "",
        ]
        for node in sorted(tree.nodes.values(), key=lambda node: (node.level, node.x))
    ]
    asked = Counter(tree.asked)
    rows += [["asked in all", name, number(n), "", "", ""] for name, n in asked.most_common(5)]
    rows += [["whole tree", "leaves", number(tree.leaves), "", "", ""]]
    by = criterion(learner)
    gain = "information gain (bits)" if by == "entropy" else "fall of Gini's index"
    table = Table(
        ["level", "question (yes to the left)", "training rows", "commonest class", "its share", gain],
        rows,
        f"{learner.whose(pictures, 'Tree')} Thresholds are in scaled features.",
    )
    first = tree.nodes[0].question
    title = (
        f"{learner.label}: it first asks whether {first}; {number(tree.leaves)} leaves answer in the end."
        if first
        else f"{learner.label}: it asks nothing."
    )

    def paint(figure: Figure) -> None:
        narrow = layout.narrow(figure)
        ax = figure.add_axes((0.01, 0.03, 0.98, 0.94 if narrow else 0.78))
        draw(ax, tree, classes, tree.deepest, most=SHOWN, words=1 if narrow else 2)

    worth = _worth(tree.nodes[0], by)
    hidden = f" Below level {SHOWN} it goes on." if tree.deepest > SHOWN else ""
    caption = (
        f"{learner.whose(pictures, 'Tree')} Yes goes left; a node has the colour of its commonest class; "
        f"thresholds are in scaled features.{worth}{hidden}"
    )
    return Plate(f"{learner.record.id}-tree", title, f"{title} {caption}", table, paint, caption)


def _worth(root: Node, by: str) -> str:
    """What the first question takes from how mixed the rows are."""
    if not root.question:
        return ""
    mixed = impurity(np.array(root.counts), by)
    if by == "entropy":
        return (
            f" Its first question gains {number(root.gain, 3)} of {number(mixed, 3)} bits (information gain)."
        )
    return f" Its first question takes {number(root.gain, 3)} from a Gini index of {number(mixed, 3)}."


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The tree as deep as it was at one moment, without words."""
    tree = grown(learner, pictures)
    draw(ax, tree, [], int(pictures.take("tree_level")[index]), most=SHOWN, words=-1)


def draw(ax: Axes, tree: Grown, classes: list[str], level: int, most: int, words: int) -> None:
    """Nodes down to `level`, at most `most` levels under the root; boxes with words down to level `words`."""
    theme.bare(ax)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    deep = max(1, min(most, tree.deepest))
    shown = [node for node in tree.nodes.values() if node.level <= min(level, most)]
    for node in shown:
        if node.above is not None:
            above = tree.nodes[node.above]
            ends = (_height(above, deep), _height(node, deep))
            ax.plot(
                (above.x, node.x), ends, color=theme.MUTED, linewidth=1.4 if words >= 0 else 0.8, zorder=1
            )
    for node in shown:
        _box(ax, node, classes, deep, node.level <= words)


def _height(node: Node, deep: int) -> float:
    return 0.9 - 0.8 * node.level / deep


def _box(ax: Axes, node: Node, classes: list[str], deep: int, words: bool) -> None:
    colour, y = theme.class_colour(node.most), _height(node, deep)
    if not words:
        ax.plot(node.x, y, "s", color=colour, alpha=0.3 + 0.7 * node.share, markersize=8)
        return
    answer = f"{classes[node.most]} {percent(node.share)}"
    lines = [node.question, answer] if node.question else [answer]
    style: dict[str, Any] = {
        "ha": "center",
        "va": "center",
        "color": theme.INK,
        "linespacing": 1.4,
        "zorder": 3,
    }
    text = ax.text(node.x, y, "\n".join([*lines, f"{number(node.rows)} rows"]), size=12.5, **style)
    text.set_bbox(
        {"boxstyle": "round,pad=0.35", "facecolor": theme.PAPER, "edgecolor": colour, "linewidth": 2.2}
    )
