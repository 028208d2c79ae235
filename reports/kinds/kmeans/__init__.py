"""Centres among their rows."""

from __future__ import annotations

from .. import Kind
from .film import film
from .plates import plates, still
from .question import question

KIND = Kind(plates, film, question, still, ("plane_centres", "plane_axes"))
