"""The worked examples: one a file, found by looking in this folder, in the order that `ORDER` gives the known ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paradigms import shelf

if TYPE_CHECKING:
    from paradigms.worked import Example

ORDER = ("prices", "disease", "segments", "spam", "fraud", "maintenance", "forecasting", "driving")


def names() -> list[str]:
    """Every example of the folder."""
    return shelf.names(__name__, ORDER)


def load(name: str) -> Example:
    """The example of that name.

    Raises:
        UsageError: there is none, with the nearest.
    """
    example: Example = shelf.module(__name__, "example", name, names()).EXAMPLE
    return example
