"""Clouds of any direction and width among their rows."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates

KIND = Kind(plates, film)
