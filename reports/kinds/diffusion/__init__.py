"""Rows made of noise, as they come to lie where real ones do."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

KIND = Kind(plates, film, still=still, needs=("generated", "plane_axes"))
