"""Rows that become one cluster after another: the tree of their merges, and the plane."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

KIND = Kind(plates, film, still=still, needs=("plane_centres", "plane_axes", "branches"))
