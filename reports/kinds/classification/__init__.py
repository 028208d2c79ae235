"""Which classes are taken for which, and the regions of the plane that belong to each."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still
from .question import question

KIND = Kind(plates, film, question, still, ("surface", "sureness", "plane_axes"))
