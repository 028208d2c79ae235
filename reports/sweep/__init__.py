"""The page of a sweep: what varies, which of its settings is the best, and how sure that is."""

from .plates import plates
from .points import applies
from .terminal import table
from .words import sentences, summary

__all__ = ["applies", "plates", "sentences", "summary", "table"]
