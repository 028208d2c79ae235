"""What is answered to some lines, and where in the line the writer looks."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import theme
from ...drawing.layout import narrow
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, stage
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import number, percent


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Both, if they were recorded; nothing of a person's own lines unless it was asked for."""
    if learner.aggregate or not pictures.has("lines", "right", "answered", "looks"):
        return []
    return [_answers(learner, pictures), _looks(learner, pictures)]


def spelled(learner: Shown, codes: Array) -> str:
    """Codes as they are written."""
    words = [str(word) for word in learner.data.get("classes") or []]
    return "".join(words[code] if code < len(words) else "?" for code in codes).rstrip()


def _answers(learner: Shown, pictures: Pictures) -> Plate:
    moments = pictures.moments()
    lines, right, answered = (pictures.take(name).astype(int) for name in ("lines", "right", "answered"))
    good = (answered == right).all(2).sum(1)
    title = f"{learner.label}: of {len(lines)} lines it answers {number(int(good[-1]))} rightly at the end, "
    title += f"{number(int(good[0]))} at the start."
    rows = [
        [
            spelled(learner, line),
            spelled(learner, right[k]),
            *(spelled(learner, answered[m.index, k]) for m in moments),
        ]
        for k, line in enumerate(lines)
    ]
    rows.append(["right", "", *(number(int(good[m.index])) for m in moments)])

    def paint(figure: Figure) -> None:
        ax = figure.add_axes((0.04, 0.04, 0.94, 0.92 if narrow(figure) else 0.76))
        ax.set_axis_off()
        heads = ["line", *(m.words for m in moments)]
        step = 1 / (len(lines) + 1)
        for place, text in enumerate(heads):
            ax.text(place / len(heads), 1, text, va="top", color=theme.MUTED, transform=ax.transAxes)
        for k, row in enumerate(rows[:-1]):
            for place, text in enumerate([row[0], *row[2:]]):
                same = not place or text == row[1]
                colour = (
                    theme.INK if not place else theme.learner_colour(learner.place) if same else theme.MUTED
                )
                ax.text(
                    place / len(heads),
                    1 - (k + 1) * step,
                    text,
                    va="top",
                    color=colour,
                    weight="bold" if place and same else "normal",
                    transform=ax.transAxes,
                )

    caption = f"{learner.whose(pictures)} Its answers at each moment; the right ones are bold."
    table = Table(["line", "right", *(m.words for m in moments)], rows, caption)
    return Plate(f"{learner.record.id}-answers", title, f"{title} {caption}", table, paint, caption)


def _looks(learner: Shown, pictures: Pictures) -> Plate:
    moments, looks = pictures.moments(), pictures.take("looks").astype(float)
    line, right = (pictures.take(name)[0].astype(int) for name in ("lines", "right"))
    written = max(1, len(spelled(learner, right)))
    most = [looks[m.index, :written].max(1).mean() for m in moments]
    shares = [percent(float(share)) for share in most]
    title = (
        f"{learner.label}: as it writes “{spelled(learner, right)}”, each symbol takes {shares[-1]} of what "
    )
    title += f"it takes from “{spelled(learner, line)}” from one place, at the start {shares[0]}."
    names, marks = [[*spelled(learner, one)] for one in (line, right)]

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), left=0.03, gap=0.1)
        for ax, moment in zip(axes, moments, strict=True):
            shown = looks[moment.index, :written, : len(names)]
            heat(ax, shown, theme.learner_colour(learner.place), 0, max(1e-9, float(looks.max())))
            head(ax, moment)
        theme.quiet(*axes[:-1])
        axes[-1].set_xticks(range(len(names)), names)
        axes[-1].set_yticks(range(written), marks[:written] or [""])
        axes[-1].set_xlabel("read")
        axes[-1].set_ylabel("written")

    rows = [
        [m.words, number(m.samples), share, _places(looks[m.index, :written])]
        for m, share in zip(moments, shares, strict=True)
    ]
    read = "The last block, mean over its heads; the stronger the colour, the more is taken."
    caption = f"{learner.whose(pictures)} {read}"
    table = Table(
        ["moment", "samples", "share of the place looked at most", "places looked at most, in order"],
        rows,
        caption,
    )
    return Plate(f"{learner.record.id}-looks", title, f"{title} {caption}", table, paint, caption)


def _places(looks: Array) -> str:
    return ", ".join(str(int(place) + 1) for place in np.argmax(looks, axis=1))


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """Where it looks as it writes; of a person's own lines too, since no symbol stands in it."""
    looks = pictures.take("looks").astype(float)
    heat(ax, looks[index], theme.learner_colour(learner.place), 0, max(1e-9, float(looks.max())))
