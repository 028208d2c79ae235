"""How a handful of settings learn: the best, the default, and settings from good to bad between them."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate
from ..words import listing, number
from .points import Point, Swept
from .words import named

MOST = 5


def plate(one: Swept) -> Plate | None:
    """Validation curves over feedback."""
    record = one.record
    if record.metric not in record.held_out:
        return None
    shown = {_label(one, point): _curve(point) for point in chosen(one)}
    label = one.default.shown.signal.label
    title = _title(one, shown)

    def paint(figure: Figure) -> None:
        ax = layout.plot(figure, list(shown), right=0.7)
        x = np.concatenate([line.x for line in shown.values()])
        strokes.feedback_axis(
            ax, float(x[x > 0].min()), float(x.max()), "feedback consumed (samples a replica)"
        )
        strokes.limits(ax, list(shown.values()), [])
        inner, outer = _room(shown), ax.get_ylim()
        ax.set_ylim(max(inner[0], outer[0]), min(inner[1], outer[1]))
        for place, (name, line) in enumerate(shown.items()):
            colour = theme.learner_colour(place)
            strokes.shade(ax, line, colour, 0.14)
            ax.plot(
                line.x, strokes.known(line.middle), color=colour, linewidth=2.4, label=name,
                linestyle=theme.dash(place), marker=theme.marker(place),
                markevery=max(1, len(line.x) // 8), markersize=7,
            )  # fmt: skip
        ax.set_ylabel(f"{label}, validation part")
        theme.despine(ax)
        layout.legend(figure, *ax.get_legend_handles_labels(), at=(0.715, 0.85))

    text = f"{title}. {label} over feedback, IQM and interval of each. " + " ".join(
        f"{name} ends at {number(line.last)}." for name, line in shown.items()
    )
    table = strokes.as_table("samples", shown, "interval or range")
    return Plate(f"{record.id}-sweep-curves", title, text, table, paint, _cut(shown))


def _room(shown: dict[str, strokes.Curve]) -> tuple[float, float]:
    """The heights at which lines begin and end, and half as much around them; a wild way there is cut off."""
    values = np.array([end for line in shown.values() for end in (line.middle[0], line.last)])
    values = values[np.isfinite(values)]
    if not values.size or not np.ptp(values) > 0:
        return -np.inf, np.inf
    pad = 0.5 * float(np.ptp(values))
    return float(values.min()) - pad, float(values.max()) + pad


def _cut(shown: dict[str, strokes.Curve]) -> str:
    """Which lines leave the picture, and how far they go."""
    low, high = _room(shown)
    gone = []
    for name, line in shown.items():
        known = line.middle[np.isfinite(line.middle)]
        beyond = known[(known < low) | (known > high)]
        if beyond.size:
            gone.append(f"{name} (to {number(float(beyond[np.abs(beyond - known[-1]).argmax()]), 3)})")
    return f"Out of the picture and back runs: {listing(gone)}." if gone else ""


def chosen(one: Swept) -> list[Point]:
    """The best, the default, and the rest evenly from the better to the worse."""
    sign = -1.0 if one.lower_is_better else 1.0
    ranked = sorted(one.grid, key=lambda point: -sign * point.iqm)
    first = [point for point in (one.best, one.default) if point is not None]
    rest = [point for point in ranked if point is not one.best]
    places: list[float] = np.linspace(0, len(rest) - 1, MOST - len(first)).tolist() if rest else []
    return [*first, *(rest[place] for place in sorted({round(one) for one in places}))]


def _curve(point: Point) -> strokes.Curve:
    record = point.shown.record
    values = record.held_out[record.metric] if record.metric in record.held_out else np.full((1, 1), np.nan)
    return strokes.curve(record.held_out.samples, values, record.lower_is_better, average=False)


def _label(one: Swept, point: Point) -> str:
    if point is one.default:
        return "the default"
    return named(point) + (" (best)" if point is one.best else "")


def _title(one: Swept, shown: dict[str, strokes.Curve]) -> str:
    ends = {name: line.last for name, line in shown.items() if np.isfinite(line.last)}
    if len(ends) < 2:
        return f"{one.label}: how the settings learn"
    low, high = min(ends.values()), max(ends.values())
    return f"{one.label}: the shown settings end between {number(low, 3)} and {number(high, 3)}"
