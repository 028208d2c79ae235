"""What a Q-network believes: the value of the best action, and which action that is."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, stage
from ...reading.comparison import Shown
from ...reading.pictures import Array, Moment, Pictures
from ...words import number, percent, shortened, tick
from . import sights
from .episode import action_name

ARROWS = {
    "left": "←",
    "down": "↓",
    "right": "→",
    "up": "↑",
    "north": "↑",
    "south": "↓",
    "east": "→",
    "west": "←",
}


def slices(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Q over the two observed variables that vary, over the one that does, or nothing."""
    moments, pair = finite(pictures, "q_surface"), pictures.take("q_variables").astype(int).ravel()
    if not moments or pair[0] < 0:
        return []
    names = [variable(learner, int(i)) for i in pair if i >= 0]
    if len(names) == 1:
        return [sights.line(learner, pictures, moments, names[0])]
    return [surface(learner, pictures, moments, *names)]


def finite(pictures: Pictures, name: str) -> list[Moment]:
    """The moments whose values were finite; others have no picture."""
    values = pictures.take(name)
    return [m for m in pictures.moments() if np.isfinite(values[m.index]).all()]


def variable(learner: Shown, number: int) -> str:
    """What an observed variable is called: by its name, as a pixel, or by its number."""
    observed, grid = learner.data.get("observation") or [], learner.data.get("grid")
    if grid and not learner.data.get("discrete"):
        return f"pixel {number // int(grid[1])}, {number % int(grid[1])}"
    return shortened(str(observed[number]), 32) if number < len(observed) else f"variable {number}"


def surface(learner: Shown, pictures: Pictures, moments: list[Moment], x: str, y: str) -> Plate:
    """Q over two observed variables, the others at their middle."""
    values, ends = pictures.take("q_surface").astype(float), pictures.take("q_axes").astype(float)
    observed = [str(name) for name in learner.data.get("observation") or []]
    title, table = _told(learner, pictures, values, moments, f"over {x} and {y}")
    low, high = float(np.nanmin(values.max(-1))), float(np.nanmax(values.max(-1)))

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), left=0.05, right=0.865, gap=0.1)
        for ax, m in zip(axes, moments, strict=True):
            best = values[m.index].max(-1)
            heat(
                ax,
                best,
                theme.learner_colour(learner.place),
                low,
                high,
                origin="lower",
                extent=tuple(ends),
                interpolation="bilinear",
            )
            head(ax, m, f"up to {number(float(best.max()), 3)}")
            _borders(ax, values[m.index], ends, learner, ax is axes[-1])
        theme.quiet(*axes[:-1])
        axes[-1].set_xlabel(x)
        axes[-1].set_ylabel(y)
        for axis in (axes[-1].xaxis, axes[-1].yaxis):
            axis.set_major_formatter(tick)
        _scale(figure, axes[-1], learner, low, high)

    rest = " The other variables stand at their middle." if len(observed) != 2 else ""
    lost = (
        ""
        if len(moments) == len(pictures.moments())
        else " Moments whose values are not finite are left out."
    )
    caption = f"{learner.whose(pictures, 'Values')} A slice: {x} and {y}.{rest} "
    caption += "Colour is the value of the best action; lines are where it changes."
    return Plate(f"{learner.record.id}-values", title, f"{title} {caption}", table, paint, caption + lost)


def _told(
    learner: Shown, pictures: Pictures, values: Array, moments: list[Moment], where: str
) -> tuple[str, Table]:
    rows = []
    for m in moments:
        best = values[m.index].max(-1)
        action, share = _wins(learner, values[m.index])
        ends = (number(float(value), 3) for value in (best.min(), best.mean(), best.max()))
        rows.append([m.words, number(m.samples), *ends, action, percent(share)])
    head = ["moment", "samples", "lowest", "mean", "highest value of the best action", "wins most", "share"]
    table = Table(head, rows, f"Values {where}. {learner.whose(pictures, 'Values')}")
    first, last = rows[0], rows[-1]
    title = (
        f"{learner.label}: the best action is worth {last[3]} on average at the end, {first[3]} at "
        f"the start; "
    )
    return title + f"{last[5]} wins in {last[6]} of the picture.", table


def _wins(learner: Shown, values: Array) -> tuple[str, float]:
    """The action that is best in most places, and in which share of them."""
    greedy = (smooth(values) if values.ndim == 3 else values).argmax(-1)
    actions, places = np.unique(greedy, return_counts=True)
    most = int(places.argmax())
    return action_name(learner, int(actions[most])), float(places[most] / places.sum())


def _borders(ax: Axes, values: Array, ends: Array, learner: Shown, large: bool) -> None:
    """The lines between the regions of the greedy action, and on the large picture their names."""
    greedy = smooth(values).argmax(-1)
    size = greedy.shape
    x, y = np.linspace(ends[0], ends[1], size[1]), np.linspace(ends[2], ends[3], size[0])
    if len(np.unique(greedy)) > 1:
        levels = np.arange(greedy.min(), greedy.max()) + 0.5
        ax.contour(x, y, greedy, levels=levels, colors=theme.INK, linewidths=1.6 if large else 1.0)
    if not large:
        return
    for action in np.unique(greedy):
        inside = np.argwhere(greedy == action)
        if len(inside) >= 0.06 * greedy.size:
            middle = inside[np.abs(inside - np.median(inside, axis=0)).sum(axis=1).argmin()]
            box = {
                "boxstyle": "round,pad=0.25",
                "facecolor": theme.PAPER,
                "edgecolor": theme.GRID,
                "alpha": 0.9,
            }
            ax.text(
                x[middle[1]],
                y[middle[0]],
                action_name(learner, int(action)),
                ha="center",
                va="center",
                bbox=box,
            )


def smooth(values: Array) -> Array:
    """Means over 3 × 3 neighbours, so that single values draw no stripes."""
    wide = np.pad(values, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows, columns = values.shape[:2]
    parts = [wide[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    return np.asarray(np.mean(parts, axis=0))


def _scale(
    figure: Figure, beside: Axes, learner: Shown, low: float, high: float, beneath: bool = False
) -> None:
    place = beside.get_position()
    ax = figure.add_axes((place.x1 + 0.035, place.y0, 0.018, place.height))
    heat(
        ax,
        np.linspace(0, 1, 64)[:, None],
        theme.learner_colour(learner.place),
        0,
        1,
        beneath,
        origin="lower",
        extent=(0, 1, low, high if high > low else low + 1),
    )
    ax.set_xticks([])
    ax.yaxis.tick_right()
    ax.yaxis.set_major_formatter(tick)
    ax.locator_params(axis="y", nbins=5)
    ax.set_title("value")


def table(learner: Shown, pictures: Pictures) -> Plate:
    """Q of numbered states: on their grid where they have one, else states beside actions."""
    values, moments = pictures.take("q_values").astype(float), finite(pictures, "q_values")
    title, cells = _told(learner, pictures, values, moments, "of every state")
    grid, ground = learner.data.get("grid"), str(learner.data.get("ground") or "")
    best = values.max(-1)
    best[:, [state for state, sign in enumerate(ground) if sign != "."]] = np.nan  # nobody acts there
    low, high = float(np.nanmin(best)), float(np.nanmax(best))

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments), left=0.05, right=0.865, gap=0.1)
        for ax, m in zip(axes, moments, strict=True):
            shown = best[m.index].reshape(grid) if grid else values[m.index].T
            lowest = low if grid else float(np.nanmin(values))
            heat(ax, shown, theme.learner_colour(learner.place), lowest, high, bool(grid))
            head(ax, m, f"up to {number(float(np.nanmax(best[m.index])), 3)}")
            theme.quiet(ax)
            if grid and ax is axes[-1]:
                _arrows(ax, values[m.index].argmax(-1).reshape(grid), learner, ground)
        if not grid:
            _name_axes(axes[-1], learner, values.shape[-1])
        _scale(figure, axes[-1], learner, low, high, bool(grid))

    caption = f"{learner.whose(pictures, 'Values')} "
    caption += (
        "Every state of the grid; arrows are the best actions."
        if grid
        else "Every state from left to right, one row an action."
    )
    return Plate(f"{learner.record.id}-values", title, f"{title} {caption}", cells, paint, caption)


def _name_axes(ax: Axes, learner: Shown, actions: int) -> None:
    ax.set_yticks(range(actions), [action_name(learner, a)[:9] for a in range(actions)])
    ax.tick_params(length=0)
    ax.set_xlabel("states")


def _arrows(ax: Axes, greedy: Array, learner: Shown, ground: str) -> None:
    for (row, column), action in np.ndenumerate(greedy):
        if ground and ground[row * greedy.shape[1] + column] != ".":
            continue
        name = action_name(learner, int(action))
        ax.text(
            column,
            row,
            ARROWS.get(name, name[:3]),
            ha="center",
            va="center",
            size=20 if greedy.size < 60 else 14,
        )
