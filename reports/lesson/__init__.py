"""The page of a lesson: a question, what was predicted, charts, and which claims held."""

from .chart import Chart, Line

__all__ = ["Chart", "Line"]
