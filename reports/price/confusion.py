"""Who confuses what with what: one square a teacher, from the same kind of held-out rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing import layout, theme
from ..drawing.plate import Plate, Table
from ..drawing.stage import heat
from ..reading.comparison import Shown
from ..reading.pictures import Array
from ..words import number, percent, shortened


def plate(learners: Sequence[Shown]) -> Plate | None:
    """The confusions at the end of the learners that recorded them."""
    found = {it.label: _counts(it) for it in learners if it.pictures and "confusion" in it.pictures}
    if not found:
        return None
    shown = [it for it in learners if it.label in found]
    names = [str(name) for name in shown[0].data.get("classes") or range(len(next(iter(found.values()))))]
    worst = {label: _worst(counts, names) for label, counts in found.items()}
    title = "Confused most: " + "; ".join(f"{label} {words}" for label, (words, _) in worst.items()) + "."

    def paint(figure: Figure) -> None:
        for ax, it in zip(_axes(figure, len(shown)), shown, strict=True):
            _square(ax, found[it.label], names, it)

    rows = [
        [label, names[i], names[j], number(int(counts[i, j])), percent(counts[i, j] / counts[i].sum())]
        for label, counts in found.items()
        for i, j in _most(counts)
    ]
    table = Table(["learner", "true class", "answered", "rows", "share of the class"], rows)
    caption = (
        "Rows are true classes, columns answers, at the end, for each learner's median seed; strong colour "
        "is a large share of the class. What is right lies on the diagonal."
    )
    return Plate("same-confusion", title, f"{title} {caption}", table, paint, caption)


def _counts(learner: Shown) -> Array:
    assert learner.pictures is not None
    return np.asarray(learner.pictures.take("confusion")[-1])


def _most(counts: Array, few: int = 3) -> list[tuple[int, int]]:
    """The largest confusions, largest first."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(wrong, axis=None, kind="stable")[::-1][:few]
    pairs = [(int(at) // len(counts), int(at) % len(counts)) for at in order]
    return [(i, j) for i, j in pairs if wrong[i, j] > 0]


def _worst(counts: Array, names: Sequence[str]) -> tuple[str, float]:
    pairs = _most(counts, 1)
    if not pairs:
        return "nothing", 0.0
    (i, j) = pairs[0]
    share = counts[i, j] / counts[i].sum()
    return f"{shortened(names[i], 16)} as {shortened(names[j], 16)} ({percent(share)})", float(share)


def _axes(figure: Figure, count: int) -> list[Axes]:
    """In a row, from five on in two; on the page two in a row."""
    columns = min(2, count) if layout.narrow(figure) else count if count <= 4 else 3
    rows = -(-count // columns)
    width, height = 0.92 / columns, (0.97 if layout.narrow(figure) else 0.74) / rows
    low, head = (0.06, 0.16) if layout.narrow(figure) else (0.1, 0.09)
    corners = [(0.06 + (i % columns) * width, low + (rows - 1 - i // columns) * height) for i in range(count)]
    return [figure.add_axes((x, y, width - 0.035, height - head)) for x, y in corners]


def _square(ax: Axes, counts: Array, names: Sequence[str], learner: Shown) -> None:
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    heat(ax, share, theme.learner_colour(learner.place), 0, 1, aspect="equal")
    theme.quiet(ax)
    few = len(names) <= 12 and max(map(len, names)) <= 4
    if few:
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(length=0)
    right = float(np.trace(counts) / max(counts.sum(), 1))
    ax.set_title(f"{shortened(learner.label, 24)}\n{percent(right)} right", linespacing=1.25)
