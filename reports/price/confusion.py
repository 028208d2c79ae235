"""Who confuses what with what: one square a teacher, from the same kind of test rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing import layout, theme
from ..drawing.plate import Plate, Table
from ..drawing.stage import heat
from ..reading.comparison import Shown
from ..reading.mistakes import clearest, mistakes
from ..reading.pictures import Array
from ..words import listing, number, percent, shortened


def plate(learners: Sequence[Shown]) -> Plate | None:
    """The confusions at the end of the learners that recorded them."""
    found = {it.label: _counts(it) for it in learners if it.pictures and "confusion" in it.pictures}
    if not found:
        return None
    shown = [it for it in learners if it.label in found]
    names = [str(name) for name in shown[0].data.get("classes") or range(len(next(iter(found.values()))))]
    table = _listed(found, names)
    title = _title(found, names, table)

    def paint(figure: Figure) -> None:
        for ax, it in zip(_axes(figure, len(shown)), shown, strict=True):
            _square(ax, found[it.label], names, it)

    seeds = listing([f"{it.label} {it.pictures.seed}" for it in shown if it.pictures])
    caption = (
        f"Rows are true classes, columns answers, at the end, on the test part of one seed each ({seeds}); "
        "strong colour is a large share of the class. What is right lies on the diagonal."
    )
    return Plate("same-confusion", title, f"{title} {caption}", table, paint, caption)


def _counts(learner: Shown) -> Array:
    assert learner.pictures is not None
    return np.asarray(learner.pictures.take("confusion")[-1])


def _listed(found: dict[str, Array], names: Sequence[str]) -> Table:
    """The three most frequent mistakes of each, and how much of all is right."""
    rows = [
        [label, names[one.true], names[one.taken], number(one.rows), number(counts[one.true].sum())]
        for label, counts in found.items()
        for one in mistakes(counts)[:3]
    ]
    right = [[label, "all", "itself", number(np.trace(c)), number(c.sum())] for label, c in found.items()]
    return Table(["learner", "true class", "taken for", "test rows", "of so many"], [*rows, *right])


def _title(found: dict[str, Array], names: Sequence[str], table: Table) -> str:
    """The mistake that stands out of each learner, if one does."""
    parts = []
    for label, counts in found.items():
        one = clearest(counts)
        if one is not None:
            row = next(row for row in table.rows if row[0] == label)
            true, taken = (shortened(name, 16) for name in (row[1], row[2]))
            parts.append(f"{label} takes {true} for {taken} ({row[3]} of {row[4]} test rows)")
    if not parts:
        return "Of no learner does one mistake stand out."
    return f"Most frequent mistakes: {'; '.join(parts)}."


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
