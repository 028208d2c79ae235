"""A lesson's chart as a plate: every seed thin, the IQM thick with its interval, what is computed dashed."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paradigms import measures

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..words import NOTHING, count, given, number, shortened, span, tick
from .chart import Chart, Line

SHOWN = 24
"""Rows of a line in the chart's table, at most."""
BESIDE = 20
"""Letters of a name beside a slide's axes, before it goes on in the next line."""
SLOT = 0.16
"""Between the points of two lines that stand at one name, as a share of the room between names."""
THIN = 12
"""Seeds up to which each is drawn."""
DASHES: tuple[Any, ...] = ((0, (6, 3)), (0, (2, 3)), (0, (7, 2, 1.5, 2)), "-")


def plate(chart: Chart) -> Plate:
    """With its data as a table."""

    def paint(figure: Figure) -> None:
        told = [shortened(name, 27) for name in _named(chart)]
        small = layout.narrow(figure)
        ax = layout.plot(figure, told, left=(0.21 if small else 0.11) if _wide(chart) else 0.085)
        _scales(ax, chart)
        for place, line in enumerate(chart.lines):
            _line(ax, chart, line, place)
        for place, (label, value) in enumerate(chart.levels.items()):
            ax.axhline(value, color=theme.MUTED, linewidth=1.6, linestyle=DASHES[place % 4], label=label)
        for place, (label, value) in enumerate(chart.marks.items()):
            ax.axvline(value, color=theme.INK, linewidth=1.4, linestyle=DASHES[place % 4], label=label)
        _limits(ax, chart)
        ax.set_xlabel(chart.x)
        _ticks(ax, chart)
        _upright(ax, chart.y)
        theme.despine(ax)
        if told:
            handles, labels = ax.get_legend_handles_labels()
            names = [shortened(label, 27) for label in labels]
            layout.legend(
                figure, handles, names if small else ["\n".join(wrap(name, BESIDE)) for name in names]
            )

    return Plate(chart.name, chart.title, _spoken(chart), _table(chart), paint, _caption(chart))


def _wide(chart: Chart) -> bool:
    """Whether the numbers along y need much room."""
    known = np.concatenate([np.abs(line.values[np.isfinite(line.values)]) for line in chart.lines])
    top = known.max() if known.size and chart.limits is None else 0.0
    least = min(known[known > 0], default=1.0)
    return bool(top >= 10_000 or (least < 1e-3 if "y" in chart.log else 0 < top < 0.01))


def _named(chart: Chart) -> list[str]:
    """What the legend names; nothing where one line is all."""
    every = [*(line.label for line in chart.lines), *chart.levels, *chart.marks]
    return every if len(every) > 1 else []


def _middle(line: Line) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """IQM over the seeds that have a value, and its ends, [X] each; infinities as gaps."""
    values = strokes.known(line.values)
    if len(values) == 1:
        return values[0], values[0], values[0]
    found = [_ends(column[np.isfinite(column)]) for column in values.T]
    middle, low, high = np.array(found).T
    return middle, low, high


def _ends(seeds: np.ndarray) -> tuple[float, float, float]:
    if not seeds.size:
        return np.nan, np.nan, np.nan
    low, high = measures.interval(seeds) or measures.spread(seeds) or (np.nan, np.nan)
    return float(measures.iqm(seeds)), low, high


def _at(line: Line, chart: Chart) -> np.ndarray:
    """Where its points stand: names side by side."""
    names = _names(chart)
    if names:
        return np.array([names.index(str(one)) for one in line.x], dtype=np.float64)
    return np.asarray(line.x, dtype=np.float64)


def _names(chart: Chart) -> list[str]:
    """The names along the axis, if it is no axis of numbers."""
    every = [one for line in chart.lines for one in line.x]
    return list(dict.fromkeys(map(str, every))) if any(isinstance(one, str) for one in every) else []


def _line(ax: Axes, chart: Chart, line: Line, place: int) -> None:
    x, colour = _at(line, chart), theme.learner_colour(place)
    middle, low, high = _middle(line)
    few = len(x) <= 30
    if line.computed:
        _computed(ax, chart, line, x)
        return
    if chart.points:
        x = x + _aside(chart, place)
        for row in line.values:
            ax.plot(x, strokes.known(row), "o", color=colour, markersize=5, alpha=0.45)
        ax.plot(x, middle, "D", color=colour, markersize=8, label=line.label)
        return
    if 1 < len(line.values) <= THIN:
        for row in line.values:
            ax.plot(x, strokes.known(row), color=colour, linewidth=0.8, alpha=0.35)
    ax.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
    ax.plot(
        x, middle, color=colour, linewidth=2.6, linestyle=theme.dash(place),
        marker=theme.marker(place) if few else None, markersize=6, label=line.label,
    )  # fmt: skip


def _computed(ax: Axes, chart: Chart, line: Line, x: np.ndarray) -> None:
    """Over what was measured, and thinner: a stroke at each name, or a dashed line."""
    style: dict[str, Any] = (
        {"marker": "_", "markersize": 34, "markeredgewidth": 1.6, "linestyle": "none"}
        if chart.points
        else {"linewidth": 1.6, "linestyle": (0, (4, 3))}
    )
    ax.plot(x, _middle(line)[0], color=theme.INK, zorder=4, label=line.label, **style)


def _aside(chart: Chart, place: int) -> float:
    """How far a line's points stand beside their name, so that no line hides another."""
    beside = [at for at, line in enumerate(chart.lines) if not line.computed]
    return SLOT * (beside.index(place) - (len(beside) - 1) / 2)


def _scales(ax: Axes, chart: Chart) -> None:
    if "x" in chart.log:
        ax.set_xscale("log")
    if "y" in chart.log:
        ax.set_yscale("log")


def _limits(ax: Axes, chart: Chart) -> None:
    if chart.limits is not None:
        ax.set_ylim(*chart.limits)


def _ticks(ax: Axes, chart: Chart) -> None:
    names = [shortened(name, 22) for name in _names(chart)]
    if names:
        ax.set_xticks(range(len(names)), names)
        ax.set_xlim(-0.4, len(names) - 0.6)
        _aslant(ax, names)
    elif "x" in chart.log:
        ax.set_xticks(*strokes.log_ticks(*ax.get_xlim(), 8))
        ax.minorticks_off()
    elif max(map(abs, ax.get_xlim())) >= 1000:
        ax.xaxis.set_major_formatter(tick)
    if "y" in chart.log:
        ax.set_yticks(*strokes.log_ticks(*ax.get_ylim(), 6))
        ax.minorticks_off()
    elif max(map(abs, ax.get_ylim())) >= 1000:
        ax.yaxis.set_major_formatter(tick)


def _upright(ax: Axes, label: str) -> None:
    """The label of y, on two lines where the axes are too low for one."""
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    place = ax.get_position()
    room = 72 * figure.get_figheight() * place.height
    if layout.width(label) > room:
        label = "\n".join(wrap(label, max(12, -(-len(label) // 2) + 4)))
        aside = 20 / (72 * figure.get_figwidth())
        ax.set_position((place.x0 + aside, place.y0, place.width - aside, place.height))
    ax.set_ylabel(label)


def _aslant(ax: Axes, names: list[str]) -> None:
    """Names that would run into each other are turned, and the axes make room; they need no label then."""
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    place = ax.get_position()
    room = 72 * figure.get_figwidth() * place.width / len(names)
    longest = max(map(layout.width, names))
    if longest + layout.width("mm") < room:
        return
    ax.tick_params(axis="x", rotation=40)
    for label in ax.get_xticklabels():
        label.set(ha="right", rotation_mode="anchor", size=12)
    needed = 0.05 + 0.6 * longest / (72 * figure.get_figheight())
    bottom = max(place.y0, min(0.45, needed))
    ax.set_position((place.x0, bottom, place.width, place.y1 - bottom))
    ax.set_xlabel("")


def _spoken(chart: Chart) -> str:
    told = []
    for line in chart.lines[:6]:
        middle = _middle(line)[0]
        known = np.flatnonzero(np.isfinite(middle))
        if known.size:
            first, last = known[0], known[-1]
            ends = f"from {number(middle[first])} at {_said(line.x[first])} to {number(middle[last])}"
            told.append(f"{line.label}: {ends} at {_said(line.x[last])}.")
    return " ".join([f"{chart.title}. {chart.y} over {chart.x}.", *told])


def _said(value: Any) -> str:
    return value if isinstance(value, str) else given(float(value))


def _table(chart: Chart) -> Table:
    several = any(len(line.values) > 1 for line in chart.lines)
    head = ["line", chart.x, f"{chart.y}{' (IQM)' if several else ''}"] + (
        ["interval or range", "seeds"] if several else []
    )
    rows = []
    for line in chart.lines:
        middle, low, high = _middle(line)
        for i in sorted({int(at) for at in np.linspace(0, len(middle) - 1, min(SHOWN, len(middle))).round()}):
            row = [line.label, _said(line.x[i]), number(middle[i])]
            drawn = len(line.values) > 1
            ends = span((low[i], high[i])) if drawn else NOTHING
            seeds = str(np.isfinite(line.values[:, i]).sum()) if drawn else NOTHING
            rows.append(row + ([ends, seeds] if several else []))
    rows += [
        [label, NOTHING, number(value), *[NOTHING] * (len(head) - 3)] for label, value in chart.levels.items()
    ]
    rows += [
        [label, given(value), NOTHING, *[NOTHING] * (len(head) - 3)] for label, value in chart.marks.items()
    ]
    return Table(head, rows)


def _caption(chart: Chart) -> str:
    known = [np.isfinite(line.values).sum(axis=0) for line in chart.lines if len(line.values) > 1]
    counts = np.concatenate([one[one > 0] for one in known]) if known else np.zeros(0, int)
    if not counts.size:
        return chart.caption
    least, most = int(counts.min()), int(counts.max())
    seeds = count(most, "seed") if least == most else f"{least} to {count(most, 'seed')}"
    ends = "95 % interval" if most >= measures.FEWEST_SEEDS else "range"
    if chart.points:
        return f"{chart.caption} {seeds}, a dot each; diamond: their IQM.".strip()
    return f"{chart.caption} {seeds}; thick: IQM, band: its {ends}.".strip()
