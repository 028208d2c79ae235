"""How far held-out rows are off, stage by stage, and which features the trees ask about."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import layout, theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, stage
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import count, number, percent, shortened, tick

BARS = 31
_MOST = 10


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """The stages, and the questions, as far as they were recorded."""
    made = [_stages(learner, pictures)] if pictures.has("predicted", "true") else []
    if "asked" in pictures and pictures.take("asked")[-1].sum() > 0:
        made.append(_questions(learner, pictures))
    return made


def counted(off: Array) -> tuple[Array, Array]:
    """How many rows lie in each bar [M, B] of errors [M, V], the outer ones with all beyond; the edges."""
    wide = float(np.nanquantile(np.abs(off), 0.99)) or 1.0
    edges = np.linspace(-wide, wide, BARS + 1)
    inside = np.clip(np.nan_to_num(off, nan=wide), -wide, wide)
    return np.stack([np.histogram(line, edges)[0] for line in inside]), edges


def most_asked(asked: Array, most: int) -> list[int]:
    """The features [d] with the most questions, most first."""
    return [int(j) for j in np.argsort(-asked, kind="stable")[:most]]


def _off(pictures: Pictures) -> Array:
    return pictures.take("predicted").astype(float) - pictures.take("true").astype(float)


def _stages(learner: Shown, pictures: Pictures) -> Plate:
    off, moments = _off(pictures), pictures.moments()
    counts, edges = counted(off)
    rows = _rows_of(learner)
    table = Table(
        ["moment", "samples", "trees", "median |error|", "90 % are off by less than"],
        [
            [
                m.words,
                number(m.samples),
                number(m.samples // rows) if rows else "–",
                number(float(np.median(np.abs(off[m.index]))), 3),
                number(float(np.quantile(np.abs(off[m.index]), 0.9)), 3),
            ]
            for m in moments
        ],
        learner.whose(pictures),
    )
    title = (
        f"{learner.label}: half of the rows end within {table.rows[-1][3]} of the truth; "
        f"before the first tree it was {table.rows[0][3]}."
    )
    unit = shortened(str(learner.data.get("target") or "target"), 28)

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), gap=0.09)
        for ax, moment in zip(axes, moments, strict=True):
            _bars(ax, counts[moment.index], edges, theme.learner_colour(learner.place), int(counts.max()))
            head(ax, moment, "" if not rows else count(moment.samples // rows, "tree"))
            if ax is not axes[-1]:
                theme.quiet(ax)
        axes[-1].set_xlabel(f"predicted − true, {unit}")
        axes[-1].set_ylabel("held-out rows")
        axes[-1].xaxis.set_major_formatter(tick)
        theme.despine(axes[-1])

    caption = f"{learner.whose(pictures)} What is still missing is what the next tree is fitted to; "
    caption += "the outermost bars hold all beyond."
    return Plate(f"{learner.record.id}-stages", title, f"{title} {caption}", table, paint, caption)


def _rows_of(learner: Shown) -> int:
    """Training rows, which each tree asks once."""
    return int((learner.data.get("split") or {}).get("train") or 0)


def _bars(ax: Axes, counts: Array, edges: Array, colour: str, tallest: int) -> None:
    ax.stairs(counts, edges, fill=True, color=colour, alpha=0.75)
    ax.axvline(0, color=theme.MUTED, linewidth=1)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(0, 1.05 * max(tallest, 1))


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The errors at one moment."""
    counts, edges = counted(_off(pictures))
    _bars(ax, counts[index], edges, theme.learner_colour(learner.place), int(counts.max()))


def _questions(learner: Shown, pictures: Pictures) -> Plate:
    asked = pictures.take("asked")[-1].astype(float)
    names, chosen = learner.features(), most_asked(asked, _MOST)
    shares = asked / asked.sum()
    rows = [
        [names[j] if j < len(names) else f"feature {j + 1}", number(int(asked[j])), percent(float(shares[j]))]
        for j in chosen
    ]
    note = f"Of {number(int(asked.sum()))} questions of all trees. {learner.whose(pictures, 'Trees')}"
    table = Table(["feature", "questions", "share of the questions"], rows, note)
    title = f"{learner.label}: its trees ask most about {rows[0][0]}, in {rows[0][2]} of their questions."

    def paint(figure: Figure) -> None:
        left = 0.05 + layout.margin(figure, [str(row[0]) for row in rows], 0.0)
        ax = figure.add_axes((left, 0.13, 0.93 - left, 0.68 if not layout.narrow(figure) else 0.8))
        places = np.arange(len(rows))[::-1]
        ax.barh(places, shares[chosen], color=theme.learner_colour(learner.place), alpha=0.8)
        for place, row, share in zip(places, rows, shares[chosen], strict=True):
            ax.text(share, place, f" {row[2]}", va="center", color=theme.INK)
        ax.set_yticks(places, [str(row[0]) for row in rows])
        ax.set_xlim(0, 1.18 * float(shares.max()))
        ax.set_xticks([])
        ax.set_xlabel("share of the questions")
        theme.despine(ax)

    caption = (
        f"{learner.whose(pictures, 'Trees')} How often a feature is asked about says where the trees look."
    )
    return Plate(f"{learner.record.id}-questions", title, f"{title} {caption}", table, paint, caption)
