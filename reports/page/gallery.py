"""A gallery of learners as Markdown: of each a picture of what it has learned, and a measured sentence.

The pictures are the page's own, small; the sentences are made from the numbers of the run's summary.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops

from paradigms.runs import atomic

from .. import kinds
from ..drawing import theme
from ..drawing.plate import Plate
from ..reading.comparison import Shown, compare
from ..reading.summary import mean
from ..together import family
from ..together.own import COMMANDS
from ..words import count, number, percent, sentence, span

HEAD = """# The systems

<!-- written by: {made_by} -->

Every learner with its defaults, {many}, kind by kind of feedback. A score is the interquartile mean over
seeds on the test part, with its 95 % bootstrap interval; sentences and pictures come from the run's numbers.
Nothing is ranked: tasks differ. `paradigms compare --all` makes the page that shows them all at work."""
DOTS = 54
"""To the inch: a slide becomes 648 pixels wide."""
COLOURS = 64
EDGE = 8
"""Pixels above and below what is drawn."""


def write(run: Path, docs: Path, made_by: str) -> Path:
    """`systems.md` in the folder `docs`, and its pictures in `docs/systems`, of the learners of a run."""
    learners = compare([run]).learners
    pictures = docs / "systems"
    pictures.mkdir(parents=True, exist_ok=True)
    for path in pictures.glob("*.png"):
        path.unlink()
    parts = [_head(learners[0], made_by)]
    for kind in family.grouped(learners):
        parts.append(f"## {sentence(kind.name)}")
        for learner in kind.learners:
            plate = next(iter(kinds.plates(learner)), None)
            if plate is not None:
                atomic.write(pictures / f"{_name(learner)}.png", picture(plate))
            parts.append(entry(learner, plate))
    page = docs / "systems.md"
    atomic.write(page, ("\n\n".join(parts) + "\n").encode())
    return page


def _name(learner: Shown) -> str:
    return str(learner.spec["name"])


def _head(learner: Shown, made_by: str) -> str:
    many = count(len(learner.entry["seeds"]), "seed")
    return HEAD.format(made_by=made_by, many=many)


def entry(learner: Shown, plate: Plate | None) -> str:
    """Its name, what it has learned as a picture, the measured sentence, what to type."""
    parts = [f"### {learner.label}"]
    if plate is not None:
        parts.append(f"![{plate.title}](systems/{_name(learner)}.png)")
    paradigm = str(learner.spec.get("paradigm"))
    typed = f"paradigms run {COMMANDS.get(paradigm, paradigm)} {_name(learner)}"
    return "\n\n".join([*parts, measured(learner), f"`{typed}`"])


def measured(learner: Shown) -> str:
    """What it scores, and how far that is from its baseline to its reference."""
    one = learner.entry
    where = f"on {learner.spec.get('dataset')}"
    if one["iqm"] is None:
        return f"No typical score {where}."
    words = (
        f"{sentence(learner.signal.label)} {number(one['iqm'])} ({span(one['ci95'] or one['range'])}) {where}"
    )
    if one["progress"] is None:
        return f"{words}; no reference is known."
    ends = [
        f"{name}, {number(mean(values))},"
        for name, values in (
            (learner.spec.get("baseline_name"), one["baselines"]),
            (one["reference_name"], one["references"]),
        )
    ]
    return f"{words}, {percent(one['progress'])} of the way from {ends[0]} to {ends[1].removesuffix(',')}."


def picture(plate: Plate) -> bytes:
    """The plate without its title, as a small PNG of few colours."""
    with theme.style():
        figure = theme.blank()
        plate.paint(figure)
        figure.set_dpi(DOTS)
        drawn = Image.fromarray(np.ascontiguousarray(theme.pixels(figure)[..., :3]))
    file = io.BytesIO()
    _trimmed(drawn).quantize(COLOURS).save(file, "png", optimize=True)
    return file.getvalue()


def _trimmed(drawn: Image.Image) -> Image.Image:
    """Without the empty paper above and below, but for a small margin."""
    paper = Image.new("RGB", drawn.size, drawn.getpixel((0, 0)))
    _, top, _, bottom = ImageChops.difference(drawn, paper).getbbox() or (0, 0, *drawn.size)
    return drawn.crop((0, max(0, top - EDGE), drawn.width, min(drawn.height, bottom + EDGE)))
