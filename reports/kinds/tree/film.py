"""A tree that asks one question more of everybody with every pass."""

from __future__ import annotations

from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Pictures
from .grown import grown


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`level` [M], how deep the tree is; its nodes are told as they stand."""
    if not pictures.has("tree_features", "tree_children", "tree_level"):
        return {"nodes": []}
    tree = grown(learner, pictures)
    classes = learner.classes(len(tree.nodes[0].counts))
    nodes = [
        {
            "number": node.number,
            "x": round(node.x, 4),
            "level": node.level,
            "above": node.above,
            "most": node.most,
            "class": classes[node.most],
            "share": round(node.share, 4),
            "rows": node.rows,
            "question": node.question,
        }
        for node in tree.nodes.values()
    ]
    pack.whole("level", pictures.take("tree_level").astype(int))
    return {"nodes": nodes, "deepest": max(node.level for node in tree.nodes.values())}
