"""What is foreseen beside what is true, what it writes, which words it guesses, and where it looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import theme
from ...drawing.layout import margin, narrow
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, stage
from ...reading.comparison import Shown
from ...reading.pictures import Array, Moment, Pictures
from ...words import number, percent, shortened
from .rows import Foreseen, foreseen, looked, spoken, vocabulary

LINES = 3
"""Rows of text that are written out at each moment."""


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """As far as they were recorded; nothing of a person's own text unless it was asked for."""
    if learner.aggregate or not pictures.has("looks"):
        return []
    if pictures.has("guesses", "sure", "holed", "hidden", "holes"):
        return [_guesses(learner, pictures), _looks(learner, pictures, int(pictures.take("holes")[0]))]
    ahead = foreseen(pictures)
    if ahead is None or "read" not in pictures:
        return []
    written = [_written(learner, pictures)] if "written" in pictures else []
    return [_foreseen(learner, pictures, ahead), *written, _looks(learner, pictures, ahead.place)]


def _foreseen(learner: Shown, pictures: Pictures, ahead: Foreseen) -> Plate:
    words, moments = vocabulary(learner), pictures.moments()
    begun = spoken(words, pictures.take("read").astype(int)[: ahead.place + 1])
    rows = []
    for m in moments:
        best = int(ahead.chances[m.index].argmax())
        row = [m.words, number(m.samples), words[ahead.codes[best]], percent(ahead.chances[m.index, best])]
        rows.append(row if ahead.apart is None else [*row, number(float(ahead.apart[m.index]), 3)])
    columns = ["moment", "samples", "likeliest of the words drawn", "its chance"]
    title = f"{learner.label}, after “{begun} …”: "
    if ahead.apart is None:
        title += f"“{rows[-1][2]}” is likeliest at the end, with {rows[-1][3]}."
    else:
        columns.append("bits from the true chances")
        title += f"what it foresees ends {rows[-1][4]} bits from the true chances; it began at {rows[0][4]}."

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), left=0.03, gap=0.16)
        for ax, moment in zip(axes, moments, strict=True):
            _bars(ax, ahead, moment.index, theme.learner_colour(learner.place))
            head(ax, moment)
        theme.quiet(*axes[:-1])
        _name(axes[-1], [words[code] for code in ahead.codes])
        axes[-1].set_xlabel("chance of being the next word")
        theme.despine(axes[-1])

    caption = f"{learner.whose(pictures)} Bars: what it foresees."
    caption += "" if ahead.truth is None else " Strokes: the chances by the grammar that wrote the text."
    table = Table(columns, rows, f"The row: “{spoken(words, pictures.take('read').astype(int))}”")
    return Plate(f"{learner.record.id}-foreseen", title, f"{title} {caption}", table, paint, caption)


def _bars(ax: Axes, ahead: Foreseen, index: int, colour: str) -> None:
    at = np.arange(len(ahead.codes))
    ax.barh(at, ahead.chances[index], height=0.72, color=colour)
    if ahead.truth is not None:
        ax.scatter(ahead.truth, at, marker="|", s=260, linewidths=3, color=theme.INK, zorder=3)
    ax.set_ylim(len(at) - 0.4, -0.6)
    top = max(float(ahead.chances.max()), 0.0 if ahead.truth is None else float(ahead.truth.max()))
    ax.set_xlim(0, min(1.0, 1.08 * top) or 1.0)


def _name(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(range(len(names)), [shortened(name, 12) for name in names])


def _written(learner: Shown, pictures: Pictures) -> Plate:
    words, moments = vocabulary(learner), pictures.moments()
    written = pictures.take("written").astype(int)
    texts = {m.index: [spoken(words, row) for row in written[m.index]] for m in moments}
    first, last = (texts[m.index][0] for m in (moments[0], moments[-1]))
    title = (
        f"{learner.label} writes “{shortened(last, 60)}” at the end, “{shortened(first, 60)}” at the start."
    )
    rows = [[m.words, number(m.samples), text] for m in moments for text in texts[m.index]]

    def paint(figure: Figure) -> None:
        _lines(figure, moments, [texts[m.index][:LINES] for m in moments])

    caption = (
        f"Seed {pictures.seed}: rows drawn word by word from what it foresees, by the same chance each time."
    )
    table = Table(["moment", "samples", "what it writes"], rows, caption)
    return Plate(f"{learner.record.id}-written", title, f"{title} {caption}", table, paint, caption)


def _lines(figure: Figure, moments: Sequence[Moment], texts: Sequence[Sequence[str]]) -> None:
    """Blocks of text, one a moment, from above to below."""
    ax = figure.add_axes((0.04, 0.04, 0.94, 0.92 if narrow(figure) else 0.76))
    ax.set_axis_off()
    room, step = 46 if narrow(figure) else 84, 1 / (len(moments) * (LINES + 1.6))
    at = 1.0
    for moment, lines in zip(moments, texts, strict=True):
        ax.text(0, at, moment.words, va="top", color=theme.MUTED, transform=ax.transAxes)
        for line in lines:
            at -= step
            ax.text(0.02, at, shortened(line, room), va="top", color=theme.INK, transform=ax.transAxes)
        at -= 1.6 * step


def _guesses(learner: Shown, pictures: Pictures) -> Plate:
    words, moments = vocabulary(learner), pictures.moments()
    asked, hidden = (pictures.take(name).astype(int) for name in ("holed", "hidden"))
    guesses, sure = pictures.take("guesses").astype(int), pictures.take("sure").astype(float)
    named = [int((guesses[m.index, :, 0] == hidden).sum()) for m in moments]
    texts = [spoken(words, row) for row in asked]
    title = f"{learner.label}: of {len(hidden)} rows with a hole it names {number(named[-1])} at the end, "
    title += f"{number(named[0])} at the start."

    def guess(index: int, row: int) -> str:
        return f"{words[guesses[index, row, 0]]} {percent(sure[index, row, 0])}"

    columns = ["row", "hidden", *(f"{m.words}: first guess" for m in moments)]
    rows = [
        [text, words[hidden[row]], *(guess(m.index, row) for m in moments)] for row, text in enumerate(texts)
    ]
    rows.append(["named", "", *(number(count) for count in named)])

    def paint(figure: Figure) -> None:
        ax = figure.add_axes((0.04, 0.04, 0.94, 0.92 if narrow(figure) else 0.76))
        ax.set_axis_off()
        step, last = 1 / len(texts), moments[-1].index
        for row, text in enumerate(texts):
            ax.text(0, 1 - row * step, text, va="top", color=theme.INK, transform=ax.transAxes)
            said = ", ".join(
                f"{words[code]} {percent(share)}"
                for code, share in zip(guesses[last, row], sure[last, row], strict=True)
            )
            right = guesses[last, row, 0] == hidden[row]
            answer = f"{said}   ({'right' if right else 'it was ' + words[hidden[row]]})"
            ax.text(0.03, 1 - (row + 0.42) * step, answer, va="top", transform=ax.transAxes,
                    color=theme.learner_colour(learner.place))  # fmt: skip

    caption = f"{learner.whose(pictures)} Under each row what it takes for likely in the hole at the end."
    table = Table(columns, rows, caption)
    return Plate(f"{learner.record.id}-guesses", title, f"{title} {caption}", table, paint, caption)


def _looks(learner: Shown, pictures: Pictures, place: int) -> Plate:
    words = vocabulary(learner)
    looks, seen, block = looked(pictures, place)
    heads = int((learner.spec.get("options") or {}).get("heads") or 1)
    names = [_head(number_, heads, block) for number_ in range(looks.shape[1])]
    end, start = looks[-1], looks[0]
    others = np.delete(np.arange(len(seen)), [0, place])
    others = others if len(others) else np.array([0])
    which, column = divmod(int(end[:, others].argmax()), len(others))
    there = int(others[column])
    spot = f"the hole in “{spoken(words, seen)}”" if not block else f"the end of “{spoken(words, seen)} …”"
    rows = [
        [
            name,
            words[seen[int(end[k].argmax())]],
            percent(float(end[k].max())),
            percent(float(start[k].max())),
        ]
        for k, name in enumerate(names)
    ]
    share, before = percent(float(end[which, there])), percent(float(start[which, there]))
    title = f"{learner.label}: from {spot}, {names[which]} looks at “{words[seen[there]]}” with {share}, "
    title += f"at the start with {before}."
    rows.append([f"{names[which]} at “{words[seen[there]]}”", words[seen[there]], share, before])

    def paint(figure: Figure) -> None:
        left, low = margin(figure, names, 0.16), 0.25 if narrow(figure) else 0.2
        ax = figure.add_axes((left, low, 0.97 - left, 0.95 - low if narrow(figure) else 0.6))
        heat(ax, end, theme.learner_colour(learner.place), 0, max(1e-9, float(end.max())))
        ax.set_xticks(
            range(len(seen)), [shortened(words[code], 10) for code in seen], rotation=50, ha="right"
        )
        ax.set_yticks(range(len(names)), names)
        theme.despine(ax)

    read = "The stronger the colour, the more a head takes from that word, at the end."
    caption = f"{learner.whose(pictures)} {read}"
    columns = ["head", "looks most at", "share at the end", "largest share at the start"]
    table = Table(columns, rows, caption)
    return Plate(f"{learner.record.id}-looks", title, f"{title} {caption}", table, paint, caption)


def _head(place: int, heads: int, block: int) -> str:
    """A head's name; where all are of one block, its own number alone."""
    return f"head {place + 1}" if not block else f"block {place // heads + 1}, head {place % heads + 1}"


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """Chances of the next word, or of what the first hole holds; where neither is there, where it looks."""
    ahead, colour = foreseen(pictures), theme.learner_colour(learner.place)
    if ahead is not None:
        _bars(ax, ahead, index, colour)
        return
    if "sure" not in pictures:
        looks = pictures.take("looks").astype(float).mean(1)
        heat(ax, looks[index], colour, 0, max(1e-9, float(looks.max())))
        return
    sure: Array = pictures.take("sure").astype(float)[index, 0]
    ax.barh(np.arange(len(sure)), sure, height=0.72, color=colour)
    ax.set_ylim(len(sure) - 0.4, -0.6)
    ax.set_xlim(0, 1)
