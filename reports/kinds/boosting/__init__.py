"""What is still missing after so many trees, and what the trees ask about."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

KIND = Kind(plates, film, still=still, needs=("predicted", "true"))
