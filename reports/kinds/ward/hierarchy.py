"""The last merges as lines: where each cluster stands, how high it was made, and which colour it has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...reading.pictures import Array


@dataclass(frozen=True)
class Merge:
    """A bracket: its feet (x and height), its own height, its rows, its cluster (−1: above the cut)."""

    left: tuple[float, float]
    right: tuple[float, float]
    height: float
    rows: int
    cluster: int


def merges(branches: Array, clusters: int) -> list[Merge]:
    """Of `branches` [T, 4], in the order in which they were made; leaves stand side by side."""
    count = len(branches)
    pairs = branches[:, :2].astype(int)
    places = np.full(2 * count + 1, np.nan)
    places[_line(pairs, count)] = np.arange(count + 1)
    heights, whose = np.zeros(2 * count + 1), np.full(2 * count + 1, -1)
    for number, (left, right) in enumerate(pairs):
        places[count + 1 + number] = (places[left] + places[right]) / 2
        heights[count + 1 + number] = branches[number, 2]
    above = {int(one): count + 1 + k for k, pair in enumerate(pairs) for one in pair}
    cut = 2 * count + 1 - (clusters - 1)  # nodes from here on stand above the cut
    tops = sorted((one for one in above if one < cut <= above[one]), key=lambda one: places[one])
    for cluster, top in enumerate(tops):
        stack = [top]
        while stack:
            one = stack.pop()
            whose[one] = cluster
            if one > count:
                stack += pairs[one - count - 1].tolist()
    found = []
    for k, (left, right) in enumerate(pairs):
        feet = [(float(places[one]), float(heights[one])) for one in (left, right)]
        found.append(
            Merge(feet[0], feet[1], float(branches[k, 2]), int(branches[k, 3]), int(whose[count + 1 + k]))
        )
    return found


def _line(pairs: Array, count: int) -> list[int]:
    """The leaves from left to right, so that no two brackets cross."""
    stack, line = [2 * count], list[int]()
    while stack:
        one = stack.pop()
        if one <= count:
            line.append(one)
        else:
            left, right = pairs[one - count - 1].tolist()
            stack += [right, left]
    return line
