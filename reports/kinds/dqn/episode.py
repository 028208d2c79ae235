"""One greedy episode at some moments of the training, drawn from what the agent observed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ...drawing import layout, theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, row_label, stage, strip
from ...reading.comparison import Shown
from ...reading.pictures import Array, Moment, Pictures
from ...words import number, shortened, tick
from . import bodies

_LINES = 6


def plate(learner: Shown, pictures: Pictures) -> Plate:
    """The episodes as film strips, on the hill, on the grid, or as traces."""
    episode, moments = pictures.take("episode").astype(float), pictures.moments()
    lived = [_lived(episode[m.index]) for m in moments]
    returns = pictures.take("episode_return").astype(float) if "episode_return" in pictures else None
    earned = [float(returns[m.index]) if returns is not None else float("nan") for m in moments]
    title = f"{learner.label}: its greedy episode lasts {len(lived[-1])} steps at the end, "
    title += f"{len(lived[0])} at the start"
    title += (
        f"; it earns {number(earned[-1], 3)} instead of {number(earned[0], 3)}."
        if returns is not None
        else "."
    )
    actions = pictures.take("episode_actions").astype(int) if "episode_actions" in pictures else None

    def paint(figure: Figure) -> None:
        words = [f"return {number(value, 3)}" if np.isfinite(value) else "" for value in earned]
        _paint(figure, learner, moments, lived, words, actions)

    rows = [
        [m.words, number(m.samples), str(len(states)), number(value, 4), _used(learner, actions, m.index)]
        for m, states, value in zip(moments, lived, earned, strict=True)
    ]
    table = Table(["moment", "samples", "steps", "return", "actions taken"], rows)
    caption = (
        f"One greedy episode of seed {pictures.seed} (the median seed) at each moment. {_manner(learner)}"
    )
    return Plate(f"{learner.record.id}-episode", title, f"{title} {caption}", table, paint, caption)


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """How a greedy episode of one moment ends, or what was observed in it."""
    states, colour = (
        _lived(pictures.take("episode").astype(float)[index]),
        theme.learner_colour(learner.place),
    )
    film, kind = bodies.film(str(learner.spec["dataset"]), states.shape[1]), _kind(learner)
    if kind == "film" and film:
        film(ax, states[-1:], colour)
    elif kind == "hill":
        bodies.mountain_car(ax, states, colour)
    elif kind == "grid":
        _path(ax, states, learner, colour)
    else:
        _observed(ax, states)


def _observed(ax: Axes, states: Array, labels: Sequence[str] = ("",) * _LINES) -> None:
    """A line for each variable; a dot where the episode has one step."""
    alone = "o" if len(states) == 1 else ""
    for n, line in enumerate(states.T[:_LINES]):
        style = {"color": theme.class_colour(n), "linestyle": theme.DASHES[n], "marker": alone}
        ax.plot(line, linewidth=1.8, label=labels[n], **style)


def _lived(states: Array) -> Array:
    """The states before the episode's end."""
    over = np.flatnonzero(np.isnan(states).all(axis=1))
    return states[: over[0]] if over.size else states


def _used(learner: Shown, actions: Array | None, index: int) -> str:
    """How often each action was taken, in words."""
    if actions is None:
        return "–"
    taken, counts = np.unique(actions[index][actions[index] >= 0], return_counts=True)
    return ", ".join(f"{action_name(learner, int(a))} {n}" for a, n in zip(taken, counts, strict=True))


def action_name(learner: Shown, action: int) -> str:
    """The action's name, or its number."""
    names = learner.data.get("actions") or []
    return shortened(str(names[action]) if action < len(names) else str(action), 16)


def kind(learner: Shown, observed: int) -> str:
    """How an episode of so many observed variables is drawn in the player: as a body, a way, or traces."""
    manner = _kind(learner)
    body = bodies.film(str(learner.spec["dataset"]), observed)
    return manner if manner != "film" else body.__name__ if body else "traces"


def _kind(learner: Shown) -> str:
    environment, observed = str(learner.spec["dataset"]), len(learner.data.get("observation") or [])
    if bodies.film(environment, observed):
        return "film"
    if environment.startswith("MountainCar-") and observed == 2:
        return "hill"
    return "grid" if learner.data.get("discrete") and learner.data.get("grid") else "traces"


def _manner(learner: Shown) -> str:
    return {
        "film": "Numbers below are the steps.",
        "hill": "Positions of the car on the hill, later ones stronger; the flag is the goal.",
        "grid": f"The way over the grid; the ring is the start, the square the last step.{_signs(learner)}",
        "traces": "What it observed and what it did, step by step.",
    }[_kind(learner)]


def _signs(learner: Shown) -> str:
    """What the squares of the grid mean."""
    known = set(str(learner.data.get("ground") or ""))
    filled = " Nobody can stay on the filled squares." if known & set("#x") else ""
    return filled + (" The framed one is the goal." if "*" in known else "")


def _paint(
    figure: Figure,
    learner: Shown,
    moments: list[Moment],
    lived: list[Array],
    words: list[str],
    actions: Array | None,
) -> None:
    colour, kind = theme.learner_colour(learner.place), _kind(learner)
    film = bodies.film(str(learner.spec["dataset"]), lived[0].shape[1])
    if kind == "film" and film:
        for ax, m, states, text in zip(strip(figure, len(moments), 0.14), moments, lived, words, strict=True):
            film(ax, states, colour)
            row_label(ax, f"{m.words}\n{text}")
    elif kind == "traces":
        _traces(figure, learner, moments, lived, words, actions)
    else:
        axes = stage(figure, len(moments))
        for ax, m, states, text in zip(axes, moments, lived, words, strict=True):
            bodies.mountain_car(ax, states, colour) if kind == "hill" else _path(ax, states, learner, colour)
            head(ax, m, text)
            theme.quiet(ax)


def _path(ax: Axes, states: Array, learner: Shown, colour: str) -> None:
    """The way over a grid of numbered states, slightly shaken so that ways back are seen."""
    rows, columns = learner.data["grid"]
    state = states[:, 0].astype(int)
    shake = np.random.default_rng(0).uniform(-0.14, 0.14, size=(len(state), 2))
    x, y = state % columns + shake[:, 0], state // columns + shake[:, 1]
    ax.plot(x, y, color=colour, linewidth=2.2, alpha=0.75)
    ax.plot(
        x[0], y[0], "o", markersize=15, markerfacecolor="none", markeredgecolor=theme.INK, markeredgewidth=2
    )
    ax.plot(x[-1], y[-1], "s", markersize=11, color=theme.INK)
    for line in range(1, columns):
        ax.axvline(line - 0.5, color=theme.GRID, linewidth=1, zorder=0)
    for line in range(1, rows):
        ax.axhline(line - 0.5, color=theme.GRID, linewidth=1, zorder=0)
    ground(ax, learner)
    ax.set_xlim(-0.5, columns - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)


def ground(ax: Axes, learner: Shown) -> None:
    """The squares of a grid where nobody can stay, filled, and where an episode ends best, framed."""
    _, columns = learner.data["grid"]
    for state, sign in enumerate(learner.data.get("ground") or ""):
        corner = state % columns - 0.5, state // columns - 0.5
        if sign in "#x":
            ax.add_patch(Rectangle(corner, 1, 1, color=theme.GRID, linewidth=0, zorder=0))
        if sign == "*":
            ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=theme.INK, linewidth=2.5, zorder=1))


def _traces(
    figure: Figure,
    learner: Shown,
    moments: list[Moment],
    lived: list[Array],
    words: list[str],
    actions: Array | None,
) -> None:
    """Observations above, actions below, one column a moment."""
    names = [shortened(str(name), 13) for name in learner.data.get("observation") or []]
    labels = [names[n] if n < len(names) else str(n) for n in range(min(_LINES, lived[0].shape[1]))]
    shown = list(zip(moments, lived, words, strict=True))
    if layout.narrow(figure) and len(shown) > 2:
        shown = [shown[0], shown[-1]]
    left, bottom, right, top = layout.frame(figure, labels, 0.09, 0.79)
    grid = {"left": left, "right": right, "top": top - 0.1, "bottom": bottom, "hspace": 0.12, "wspace": 0.16}
    ratios = {"height_ratios": [2.2, 1]}
    axes = figure.subplots(
        2, len(shown), squeeze=False, sharex="col", sharey="row", gridspec_kw=grid | ratios
    )
    for (above, below), (m, states, text) in zip(axes.T, shown, strict=True):
        _observed(above, states, labels)
        above.set_title(f"{m.words}\n{text}" if text else m.words)
        if actions is not None:
            taken = actions[m.index][: len(states)]
            alone = "o" if len(taken) == 1 else ""
            below.step(range(len(taken)), taken, where="post", color=theme.INK, linewidth=1.2, marker=alone)
        below.set_xlabel("step")
        below.locator_params(axis="x", nbins=3, integer=True)
        above.yaxis.set_major_formatter(tick)
    count = len(learner.data.get("actions") or [])
    axes[1, 0].set_yticks(
        range(count), [action_name(learner, a)[:9] for a in range(count)]
    ) if count <= 4 else None
    axes[0, 0].set_ylabel("observed")
    axes[1, 0].set_ylabel("" if 0 < count <= 4 else "action")
    theme.despine(*axes.ravel())
    layout.legend(figure, *axes[0, 0].get_legend_handles_labels(), at=(0.795, 0.765))
