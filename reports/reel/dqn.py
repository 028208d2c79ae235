"""A greedy episode of each moment's policy, and what its actions are believed to be worth."""

from __future__ import annotations

import numpy as np

from ..comparison import Shown
from ..folder import Json
from ..snapshots import Array, Snapshots
from ..views.episode import action_name, kind
from ..views.values import ARROWS, smooth
from ..words import shortened
from .pack import Pack

TRACES, LEVELS = 6, 2048


def film(learner: Shown, shots: Snapshots, pack: Pack) -> Json:
    """`episode` [M, T, o], `actions` [M, T], `lasts` [M], `return` [M]; `best` and `greedy` over two axes."""
    about: Json = {"observation": _observed(learner), "grid": learner.data.get("grid")}
    if "episode" in shots:
        about |= _episode(learner, shots, pack)
    if "episode_return" in shots:
        pack.add("return", shots.take("episode_return").astype(float))
    if shots.has("q_surface", "q_axes", "q_variables"):
        drawn = shots.take("q_variables").min() >= 0 and np.isfinite(shots.take("q_surface")).any()
        about |= _surface(shots, pack) if drawn else {}
    elif "q_values" in shots:
        about |= _table(learner, shots, pack)
    known = int(max(len(learner.data.get("actions") or []), about.get("most", 0)))
    names = [action_name(learner, action) for action in range(known)]
    return {**about, "actions": names, "arrows": [ARROWS.get(name, name[:3]) for name in names]}


def _observed(learner: Shown) -> list[str]:
    return [shortened(str(name), 26) for name in learner.data.get("observation") or []]


def _episode(learner: Shown, shots: Snapshots, pack: Pack) -> Json:
    episode = shots.take("episode").astype(float)
    lasts = lived(episode)
    longest = max(int(lasts.max()), 1)
    for variable in range(min(episode.shape[2], TRACES)):
        pack.add(f"episode/{variable}", episode[:, :longest, variable], along=1, levels=LEVELS)
    pack.whole("lasts", lasts)
    about: Json = {"film": kind(learner, episode.shape[2]), "variables": min(episode.shape[2], TRACES)}
    if "episode_actions" in shots:
        actions = shots.take("episode_actions").astype(int)[:, :longest]
        pack.whole("taken", actions)
        about["most"] = int(actions.max(initial=0)) + 1
    return about


def lived(episode: Array) -> Array:
    """How many steps each episode [M, T, o] lasts."""
    over: Array = np.all(np.isnan(episode), axis=2)
    return np.where(over.any(axis=1), over.argmax(axis=1), episode.shape[1])


def _surface(shots: Snapshots, pack: Pack) -> Json:
    values = shots.take("q_surface").astype(float)
    pack.add("best", values.max(axis=-1), bits=8, along=2)
    pack.whole("greedy", np.array([smooth(one).argmax(axis=-1) for one in values]))
    axes = [float(end) for end in shots.take("q_axes").ravel()]
    pair = [int(variable) for variable in shots.take("q_variables").ravel()]
    return {"ends": axes, "pair": pair, "most": values.shape[-1], "slice": True}


def _table(learner: Shown, shots: Snapshots, pack: Pack) -> Json:
    """Of numbered states: on their grid the best action, else every action of every state."""
    values = shots.take("q_values").astype(float)
    grid = learner.data.get("grid")
    if grid:
        pack.add("best", values.max(axis=-1).reshape(-1, *grid), bits=8, along=0)
        pack.whole("greedy", values.argmax(axis=-1).reshape(-1, *grid))
    else:
        pack.add("values", values.transpose(0, 2, 1), bits=8, along=0)
    return {"most": values.shape[-1]}
