"""Images: independent rows that keep their height and width."""

from __future__ import annotations

from dataclasses import dataclass

from .rows import Rows


@dataclass(frozen=True)
class Images(Rows):
    """Grey images `(height, width)`, or `(channels, height, width)` where there are channels.

    >>> Images(8, 8).shape, Images(32, 32, channels=3).shape
    ((8, 8), (3, 32, 32))
    """

    height: int
    width: int
    channels: int | None = None
    name = "images"
    plane = True

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one image."""
        return (() if self.channels is None else (self.channels,)) + (self.height, self.width)

    @property
    def picture(self) -> tuple[int, int] | None:
        """Grey images alone are drawn."""
        return (self.height, self.width) if self.channels is None else None

    @property
    def words(self) -> str:
        """What an example is, for people."""
        colours = "" if self.channels is None else f" in {self.channels} channels"
        return f"images of {self.height} × {self.width}{colours}"
