"""Charts that were told, not recorded -> a page, its slides and its summary: of lessons and examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..drawing import theme
from ..lesson.chart import Chart
from ..lesson.plate import plate
from ..reading.folder import Json
from .page import environment, source
from .report import Page, Press, write_all
from .watched import UNWATCHED, watched


def draw(
    template: str,
    charts: Sequence[Chart],
    summary: Json,
    out: Path,
    films: Sequence[tuple[str, Path]] = (),
    **shown: Any,
) -> Page:
    """Draws `report.html`, `summary.json` and `figures/*.png` into `out`.

    Args:
        films: runs that play on the page, as their names there and their folders.
        shown: what the template shows beside the figures.

    Raises:
        UsageError: `out` cannot be written.
    """
    plates = [plate(chart) for chart in charts]

    def html(press: Press) -> str:
        with theme.style():
            figures = press.print(plates)
            playing = watched(films, press) if films else UNWATCHED
        page = environment().get_template(template)
        return page.render(drawn=figures, style=source("style.css"), **playing, **shown)

    return write_all(out, summary, html)
