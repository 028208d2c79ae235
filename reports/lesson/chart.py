"""What a lesson's chart shows, as plain values; drawing it needs matplotlib, saying it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np


@dataclass(frozen=True)
class Line:
    """One line: y [R, X] of R seeds, or [X], over x [X], which are numbers or names.

    One that was `computed` is drawn thin and dashed over the others, so that both are seen where they agree.
    """

    label: str
    x: Sequence[Any] | np.ndarray
    y: Any
    computed: bool = False

    @property
    def values(self) -> np.ndarray:
        """[R, X]."""
        return np.atleast_2d(np.asarray(self.y, dtype=np.float64))


@dataclass(frozen=True)
class Chart:
    """One figure: `title` states the finding; `levels` and `marks` are named lines across and upright.

    `log` names the axes that are logarithmic, `limits` those of y; with `points` nothing joins the points.
    """

    name: str
    title: str
    x: str
    y: str
    lines: Sequence[Line]
    levels: Mapping[str, float] = field(default_factory=dict)
    marks: Mapping[str, float] = field(default_factory=dict)
    log: Literal["", "x", "y", "xy"] = ""
    limits: tuple[float, float] | None = None
    caption: str = ""
    points: bool = False
