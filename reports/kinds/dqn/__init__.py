"""An agent's episodes, and what it believes its actions are worth."""

from __future__ import annotations

from .. import Kind
from .episode import still
from .film import film
from .plates import plates

KIND = Kind(plates, film, still=still, needs=("episode",))
