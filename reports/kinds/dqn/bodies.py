"""States of well-known environments drawn as what they are: a cart with its pole, two links, a hill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import Rectangle

from ...drawing import theme
from ...reading.pictures import Array

Film = Callable[[Axes, Array, str], None]


def frames(ax: Axes, length: int) -> Array:
    """Evenly spaced steps of an episode, its last one among them: as many as there is room for."""
    return np.unique(np.linspace(0, max(length - 1, 0), _room(ax)).round().astype(int))


def _room(ax: Axes) -> int:
    wide = ax.get_position().width * ax.figure.get_figwidth()  # type: ignore[union-attr]
    return 9 if wide > 9 else 5 if wide > 5 else 1


def _number_frames(ax: Axes, steps: Array, width: float, y: float) -> None:
    for place, step in enumerate(steps if len(steps) > 1 else []):
        ax.text(place * width, y, f"{step}", ha="center", va="top", color=theme.MUTED)


def _window(ax: Axes, width: float, low: float, high: float) -> None:
    ax.set_xlim(-0.55 * width, (_room(ax) - 0.45) * width)
    ax.set_ylim(low, high)
    ax.set_aspect("equal", adjustable="box", anchor="W")
    theme.bare(ax)


_TRACK = 2.4
"""Metres from its middle at which CartPole's track ends."""


def cart_pole(ax: Axes, states: Array, colour: str) -> None:
    """Gymnasium's CartPole: position and angle of the pole, from its upright; posts are the track's ends."""
    width, length = 6.8, 2.6
    steps = frames(ax, len(states))
    x, angle = states[steps, 0], states[steps, 2]
    at = np.arange(len(steps)) * width
    tops = np.stack([at + x + length * np.sin(angle), 0.35 + length * np.cos(angle)], 1)
    feet = np.stack([at + x, np.full(len(at), 0.35)], 1)
    end = max(_TRACK, float(np.nanmax(np.abs(states[:, 0]), initial=0.0)))
    rails = [[(a - end - 0.6, -0.35), (a + end + 0.6, -0.35)] for a in at]
    posts = [[(a + side * _TRACK, -0.55), (a + side * _TRACK, -0.15)] for a in at for side in (-1, 1)]
    ax.add_collection(LineCollection(rails + posts, colors=theme.MUTED, linewidths=1.2))
    carts = [Rectangle((a + p - 0.6, -0.3), 1.2, 0.6) for a, p in zip(at, x, strict=True)]
    ax.add_collection(PatchCollection(carts, facecolor=theme.MUTED, edgecolor="none"))
    ax.add_collection(
        LineCollection(list(np.stack([feet, tops], 1)), colors=colour, linewidths=5, capstyle="round")
    )
    _number_frames(ax, steps, width, -0.6)
    _window(ax, width, -1.9, 3.3)


def acrobot(ax: Axes, states: Array, colour: str) -> None:
    """Gymnasium's Acrobot: two links hanging from a joint; the goal is the dashed height."""
    width = 5.0
    steps = frames(ax, len(states))
    first = np.arctan2(states[steps, 1], states[steps, 0])
    second = first + np.arctan2(states[steps, 3], states[steps, 2])
    joint = np.stack([np.arange(len(steps)) * width, np.zeros(len(steps))], 1)
    elbow = joint + np.stack([np.sin(first), -np.cos(first)], 1)
    tip = elbow + np.stack([np.sin(second), -np.cos(second)], 1)
    goals = [[(a - 1.9, 1.0), (a + 1.9, 1.0)] for a in joint[:, 0]]
    ax.add_collection(LineCollection(goals, colors=theme.MUTED, linewidths=1.2, linestyles=[(0, (4, 3))]))
    ax.add_collection(
        LineCollection(
            list(np.stack([joint, elbow, tip], 1)), colors=colour, linewidths=4.5, capstyle="round"
        )
    )
    ax.plot(joint[:, 0], joint[:, 1], "o", color=theme.INK, markersize=6)
    _number_frames(ax, steps, width, -2.1)
    _window(ax, width, -3.2, 2.1)


def mountain_car(ax: Axes, states: Array, colour: str) -> None:
    """Gymnasium's MountainCar: where the car was, later positions stronger; the goal is the flag."""
    x = np.linspace(-1.2, 0.6, 120)
    ax.plot(x, np.sin(3 * x), color=theme.MUTED, linewidth=1.6)
    ax.plot([0.5, 0.5], [np.sin(1.5), np.sin(1.5) + 0.45], color=theme.INK, linewidth=1.8)
    ax.plot(0.5, np.sin(1.5) + 0.42, marker=">", color=theme.INK, markersize=9)
    position = states[:, 0]
    strength: Any = np.linspace(0.15, 0.9, len(position))
    ax.scatter(
        position,
        np.sin(3 * position) + 0.06,
        s=60,
        color=colour,
        alpha=strength,
        linewidths=0,
        rasterized=True,
    )
    ax.set_xlim(-1.25, 0.65)
    ax.set_ylim(-1.15, 1.6)


def film(environment: str, observed: int) -> Film | None:
    """The drawing of a film strip for this environment, if there is one."""
    known: dict[str, tuple[int, Film]] = {"CartPole": (4, cart_pole), "Acrobot": (6, acrobot)}
    size, drawing = known.get(environment.split("-v", maxsplit=1)[0], (0, None))
    return drawing if size == observed else None
