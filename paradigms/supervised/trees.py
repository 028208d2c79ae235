"""Binary trees as arrays: what scikit-learn has grown, laid out so that many trees answer many rows at once.

Node 0 is the root. A node asks whether a feature is at most a threshold, and sends a row to one of its two
children; a leaf sends it to itself. Trees of one learner have room for the same number of nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor


class Grown(NamedTuple):
    """Questions of trees: [..., S] features and thresholds, [..., S, 2] children; yes comes first."""

    features: Tensor
    thresholds: Tensor
    children: Tensor


def room(rows: int, depth: int) -> int:
    """S: the most nodes that a tree of so many levels can have, or one that tells all rows apart."""
    return int(min(2 ** (depth + 1), 2 * rows) - 1)


def bare(*shape: int) -> Grown:
    """Trees [*shape] that ask nothing."""
    alone = torch.arange(shape[-1]).unsqueeze(1).expand(*shape, 2).clone()
    return Grown(torch.zeros(shape, dtype=torch.int64), torch.zeros(shape), alone)


def plant(grown: Grown, place: tuple[int, ...], tree: Any) -> None:
    """Lays a tree of scikit-learn out at a place of trees that ask nothing.

    Rows are compared in float32, and a threshold is a float64 between two of them: rounded down it parts the
    same rows.
    """
    asks = np.flatnonzero(tree.children_left >= 0)
    exact = tree.threshold[asks]
    low = exact.astype(np.float32)
    low = np.where(low > exact, np.nextafter(low, np.float32(-np.inf)), low)
    children = np.stack([tree.children_left[asks], tree.children_right[asks]], 1)
    grown.features[place][asks] = torch.from_numpy(tree.feature[asks].astype(np.int64))
    grown.thresholds[place][asks] = torch.from_numpy(low)
    grown.children[place][asks] = torch.from_numpy(children.astype(np.int64))


def walk(grown: Grown, x: Tensor, depth: int) -> Iterator[Tensor]:
    """The nodes [R, T, N] at which rows x [R, N, d] are, from the roots of R × T trees down."""
    trees = grown.features.shape[1]
    columns = x.float().transpose(1, 2)  # [R, d, N]
    node = x.new_zeros((len(grown.features), trees, x.shape[1]), dtype=torch.int64)
    columns = columns.expand(len(node), -1, -1)
    yes, no = grown.children.unbind(3)
    yield node
    for _ in range(depth):
        asked = columns.gather(1, grown.features.gather(2, node))
        left = asked <= grown.thresholds.gather(2, node)
        node = torch.where(left, yes.gather(2, node), no.gather(2, node))
        yield node
