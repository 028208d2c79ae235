"""Draw a report: folder -> summary -> figures and page. Only derived files are written."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from paradigms.enclosure import check_enclosed
from paradigms.errors import UsageError
from paradigms.runs import atomic

from .. import sweep
from ..drawing import theme
from ..drawing.plate import Plate
from ..kinds import stills
from ..reading.comparison import Comparison, Shown, compare
from ..reading.folder import Json, as_left
from . import page, reel
from . import sweep as sweep_page
from .page import Drawn, Panels, Shared, slug
from .plates import LearnerPlates, Plates, plates_of
from .reel import Fields
from .summary import of_sweep, summarise, summary_of

LARGE = 10_000_000


@dataclass(frozen=True)
class Page:
    """What was drawn: the page, its size in bytes, the slides, and the summary that all of it shows."""

    path: Path
    size: int
    figures: int
    slides: list[Path]
    summary: Json

    @property
    def warning(self) -> str | None:
        """One line if the page is too large to be opened everywhere."""
        if self.size <= LARGE:
            return None
        return f"the page is {self.size / 1e6:.1f} MB; fewer learners or seeds make it smaller."


class Press:
    """Draws plates, numbering them; with a folder it writes slides into it too.

    A slide is packed by another thread while the next figure is drawn.
    """

    def __init__(self, slides: Path | None) -> None:
        self._folder = slides
        self.slides: list[Path] = []
        self.figures = 0
        self._packer = ThreadPoolExecutor(1)
        self._packing: list[Future[None]] = []

    def finish(self) -> None:
        """All slides are written.

        Raises:
            OSError: one is not.
        """
        self._packer.shutdown()
        for packed in self._packing:
            packed.result()

    @property
    def folder(self) -> str:
        """What links to slides begin with; nothing if none are written."""
        return f"{self._folder.name}/" if self._folder else ""

    def still(self, learner: Shown) -> Markup | None:
        """The learner's four moments in a row, for paper and for pages whose script does not run."""
        painted = stills.of(learner)
        if painted is None:
            return None
        figure = theme.blank(theme.STRIP)
        text = painted(figure)
        return Markup(theme.to_svg(figure, f"s{learner.number}", text))

    def print(self, plates: Sequence[Plate]) -> list[Drawn]:
        return [self._one(plate) for plate in plates]

    def _one(self, plate: Plate) -> Drawn:
        self.figures += 1
        figure = theme.blank(theme.PAGE)
        plate.paint(figure)
        svg = Markup(theme.to_svg(figure, f"f{self.figures}", plate.text))
        return Drawn(plate, self.figures, svg, self._slide(plate))

    def _slide(self, plate: Plate) -> str | None:
        if self._folder is None:
            return None
        figure = theme.blank()
        plate.paint(figure)
        path = self._folder / f"{slug(plate.name)}.png"
        if path in self.slides:
            path = path.with_stem(f"{path.stem}-{self.figures}")
        self._packing.append(self._packer.submit(_pack, theme.slide(figure, plate.title), path))
        self.slides.append(path)
        return f"{self.folder}{path.name}"


def _pack(pixels: NDArray[np.uint8], path: Path) -> None:
    atomic.write(path, theme.to_png(pixels))


@contextmanager
def _uncollected() -> Iterator[None]:
    """What stood before is not searched for garbage again and again while matplotlib makes its objects."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _drawn(comparison: Comparison, plates: Plates, press: Press, fields: Fields = "median") -> str:
    with theme.style(), _uncollected():
        shared = Shared(press.print(plates.family), press.print(plates.side), press.print(plates.price))
        panels = [_panels(own, press) for own in plates.learners]
        stills = [press.still(learner) for learner in comparison.learners]
    reels = [reel.reel(it, fields) for it in comparison.learners]
    return page.html(comparison, shared, panels, reels, stills, press.folder)


def _sweep_drawn(
    comparison: Comparison, learners: Sequence[sweep.Swept], plates: Sequence[Plate], press: Press
) -> str:
    with theme.style():
        return sweep_page.html(comparison, learners, press.print(plates), press.folder)


def _panels(own: LearnerPlates, press: Press) -> Panels:
    return Panels(press.print(own.change), press.print(own.gradient), press.print(own.learned))


def draw(folders: Sequence[Path], out: Path, embed_rows: bool = False, fields: Fields = "median") -> Page:
    """Draw `report.html`, `summary.json` and `figures/*.png` of these runs into `out`.

    The player shows pictures of the median seed; with `fields="all"` of every seed.

    Raises
        UsageError: a folder is no run or was edited into nonsense, or `out` cannot be written
    """
    with as_left(folders):
        return _draw(folders, Path(out), embed_rows, fields)


def _draw(folders: Sequence[Path], out: Path, embed_rows: bool, fields: Fields) -> Page:
    comparison = compare(folders, embed_rows)
    if sweep.applies(comparison):
        learners = sweep.swept(comparison)
        shown = sweep.plates(learners)
        told = comparison.summary | of_sweep(learners, shown)
        return write_all(out, told, partial(_sweep_drawn, comparison, learners, shown))
    plates = plates_of(comparison)
    # Rows that a person asked to see are for this page: the summary is always the one of `summarise`.
    summary = summarise(*folders) if embed_rows else summary_of(comparison, plates)
    return write_all(out, summary, partial(_drawn, comparison, plates, fields=fields))


def write_all(out: Path, summary: Json, drawn: Callable[[Press], str]) -> Page:
    """The page's text as `drawn` makes it, its slides, and the summary.

    Raises
        UsageError: `out` cannot be written
    """
    check_enclosed(out)
    try:
        (out / "figures").mkdir(parents=True, exist_ok=True)
        press = Press(out / "figures")
        text = drawn(press)
        press.finish()
        _clear(out / "figures", press.slides)
        told = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        _write(out / "summary.json", told)
        size = _write(out / "report.html", text)
    except OSError as error:
        raise UsageError(
            f"{str(out)!r} cannot be written: {error.strerror}.", "Name another folder: --out DIR"
        ) from None
    return Page(out / "report.html", size, press.figures, press.slides, summary)


def _clear(folder: Path, kept: Sequence[Path]) -> None:
    """Slides of an earlier drawing must not outlive it: they may show rows that this one hides."""
    for path in folder.glob("*.png"):
        if path not in kept:
            path.unlink()


def _write(path: Path, text: str) -> int:
    """Writes the whole text; its size in bytes."""
    content = text.encode("utf-8", errors="replace")
    atomic.write(path, content)
    return len(content)


def page_html(*folders: Path) -> str:
    """The page as text, without writing anything."""
    comparison = compare(folders)
    if sweep.applies(comparison):
        learners = sweep.swept(comparison)
        return _sweep_drawn(comparison, learners, sweep.plates(learners), Press(None))
    return _drawn(comparison, plates_of(comparison), Press(None))


def notebook_html(folder: Path, height: int = 720) -> str:
    """The page for a notebook: inside a frame that can reach neither the notebook nor the network."""
    return (
        f'<iframe sandbox="allow-scripts" title="paradigms report" '
        f'style="width:100%;height:{height}px;border:0" srcdoc="{escape(page_html(folder))}"></iframe>'
    )
