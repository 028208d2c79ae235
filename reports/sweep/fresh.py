"""The best and the default on seeds that had no part in the choice, seed by seed."""

from __future__ import annotations

from matplotlib.figure import Figure

from paradigms import measures

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..words import number, span
from .points import Judged, Swept
from .words import judged, luck_words, named


def plate(one: Swept) -> Plate | None:
    """A line a seed from the default to the best; None where nothing could be chosen."""
    if one.best is None or one.judged is None or not one.judged.differences:
        return None
    held, label = one.judged, one.default.shown.signal.label
    facts = judged(held)
    best, default = facts["iqm"]
    title = (
        f"On fresh seeds {one.label} reaches {number(best, 3)} at {named(one.best)} and {number(default, 3)} "
        f"by default; {luck_words(facts)}"
    )

    def paint(figure: Figure) -> None:
        ax = layout.plot(figure, left=0.16, right=0.78)
        colour = theme.learner_colour(one.place)
        for low, high in zip(held.default, held.best, strict=True):
            if low is not None and high is not None:
                ax.plot([0, 1], [low, high], color=colour, linewidth=1.2, alpha=0.6, marker="o", markersize=6)
        for place, middle in enumerate((default, best)):
            if middle is not None:
                ax.plot([place - 0.12, place + 0.12], [middle, middle], color=theme.INK, linewidth=3)
        for level, dash in ((_mean(one, "baseline"), (0, (2, 3))), (_mean(one, "reference"), (0, (6, 3)))):
            low, high = ax.get_ylim()
            if low - (high - low) <= level <= high + (high - low):
                strokes.level(ax, level, dash)
        ax.set_xlim(-0.4, 1.4)
        ax.set_xticks([0, 1], ["the default", named(one.best) if one.best else ""])
        ax.set_ylabel(f"{label}, test part")
        theme.despine(ax)

    text = f"{title}. A line for each of {len(held.seeds)} fresh seeds; short bars are the IQM."
    caption = "Each line is one seed with the same split, start and order of rows under both settings."
    return Plate(f"{one.record.id}-sweep-fresh", title, text, _table(held), paint, caption)


def _mean(one: Swept, name: str) -> float:
    values = [value for value in one.record.last(name) if value is not None]
    return sum(values) / len(values) if values else float("nan")


def _table(held: Judged) -> Table:
    rows = [
        [str(seed), number(default), number(best)]
        for seed, default, best in zip(held.seeds, held.default, held.best, strict=True)
    ]
    both = (held.default, held.best)
    rows.append(["IQM", *(number(measures.iqm(scores, held.lower_is_better)) for scores in both)])
    ends = (measures.interval(scores, held.lower_is_better) or measures.spread(scores) for scores in both)
    rows.append(["interval or range", *(span(each) for each in ends)])
    return Table(["seed", "default, test part", "best, test part"], rows)
