"""What comes back of normal and of odd rows, and how far off it is."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

KIND = Kind(plates, film, still=still, needs=("errors_normal", "errors_odd", "threshold"))
