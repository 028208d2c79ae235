"""The page of a sweep: what varies, which of its settings is the best, and how sure that is."""

from .plates import plates
from .points import Swept, applies, swept
from .terminal import table
from .words import sentences, summary

__all__ = ["Swept", "applies", "plates", "sentences", "summary", "swept", "table"]
