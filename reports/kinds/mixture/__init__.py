"""Clouds of any direction and width among their rows."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

KIND = Kind(plates, film, still=still, needs=("plane_centres", "plane_clouds", "plane_axes"))
