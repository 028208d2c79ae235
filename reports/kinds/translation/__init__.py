"""Lines and what is answered to them, and where the writer looks."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

KIND = Kind(plates, film, still=still, needs=("looks",))
