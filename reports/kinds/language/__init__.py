"""A text: what is foreseen in it, guessed or written, and where attention looks."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still

KIND = Kind(plates, film, still=still, needs=("looks",))
