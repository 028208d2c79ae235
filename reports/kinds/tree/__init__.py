"""A tree of questions, level by level."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

NEEDS = ("tree_features", "tree_thresholds", "tree_children", "tree_levels", "tree_counts", "tree_level")
KIND = Kind(plates, film, still=still, needs=NEEDS)
