"""How far a share is, so that the person sees the last of all."""

from __future__ import annotations


class Reach:
    """The learner that is trained, the how many-th it is, and how much of it is done."""

    def __init__(self) -> None:
        self.stage, self.title, self.done, self.total = 0, "", 0, 1

    def looked(self, title: str, done: int, total: int) -> bool:
        """How far it is; returns whether another learner has begun."""
        another = title != self.title or not self.stage
        self.stage += another
        self.title, self.done, self.total = title, done, total
        return another

    @property
    def place(self) -> tuple[int, float]:
        """The further, the larger."""
        return self.stage, self.done / max(1, self.total)
