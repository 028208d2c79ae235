"""A greedy episode of each moment's policy, and what its actions are believed to be worth."""

from __future__ import annotations

import numpy as np

from ...films.pack import Pack
from ...reading.comparison import Shown
from ...reading.folder import Json
from ...reading.pictures import Array, Pictures
from ...words import shortened
from .episode import action_name, kind
from .values import ARROWS, smooth

TRACES, LEVELS = 6, 2048


def film(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """`episode` [M, T, o], `actions` [M, T], `lasts` [M], `return` [M]; `best` and `greedy` over two axes."""
    about: Json = {"observation": _observed(learner), "grid": learner.data.get("grid")}
    if learner.data.get("ground"):
        about["ground"] = str(learner.data["ground"])
    if "episode" in pictures:
        about |= _episode(learner, pictures, pack)
    if "episode_return" in pictures:
        pack.add("return", pictures.take("episode_return").astype(float))
    if pictures.has("q_surface", "q_axes", "q_variables"):
        drawn = pictures.take("q_variables").min() >= 0 and np.isfinite(pictures.take("q_surface")).any()
        about |= _surface(pictures, pack) if drawn else {}
    elif "q_values" in pictures:
        about |= _table(learner, pictures, pack)
    known = int(max(len(learner.data.get("actions") or []), about.get("most", 0)))
    names = [action_name(learner, action) for action in range(known)]
    about["policy"] = learner.spec.get("task") == "policy"  # nobody says there what actions are worth
    return {**about, "actions": names, "arrows": [ARROWS.get(name, name[:3]) for name in names]}


def _observed(learner: Shown) -> list[str]:
    return [shortened(str(name), 32) for name in learner.data.get("observation") or []]


def _episode(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    episode = pictures.take("episode").astype(float)
    lasts = lived(episode)
    longest = max(int(lasts.max()), 1)
    for variable in range(min(episode.shape[2], TRACES)):
        pack.add(f"episode/{variable}", episode[:, :longest, variable], along=1, levels=LEVELS)
    pack.whole("lasts", lasts)
    about: Json = {"film": kind(learner, episode.shape[2]), "variables": min(episode.shape[2], TRACES)}
    if "episode_actions" in pictures:
        actions = pictures.take("episode_actions").astype(int)[:, :longest]
        pack.whole("taken", actions)
        about["most"] = int(actions.max(initial=0)) + 1
    return about


def lived(episode: Array) -> Array:
    """How many steps each episode [M, T, o] lasts."""
    over: Array = np.all(np.isnan(episode), axis=2)
    return np.where(over.any(axis=1), over.argmax(axis=1), episode.shape[1])


def _surface(pictures: Pictures, pack: Pack) -> Json:
    values = pictures.take("q_surface").astype(float)
    pack.add("best", values.max(axis=-1), bits=8, along=2)
    pack.whole("greedy", np.array([smooth(one).argmax(axis=-1) for one in values]))
    axes = [float(end) for end in pictures.take("q_axes").ravel()]
    pair = [int(variable) for variable in pictures.take("q_variables").ravel()]
    return {"ends": axes, "pair": pair, "most": values.shape[-1], "slice": True}


def _table(learner: Shown, pictures: Pictures, pack: Pack) -> Json:
    """Of numbered states: on their grid the best action, else every action of every state."""
    values = pictures.take("q_values").astype(float)
    grid = learner.data.get("grid")
    if grid:
        best, ground = values.max(axis=-1), str(learner.data.get("ground") or "")
        unused = [state for state, sign in enumerate(ground) if sign != "."]
        best[:, unused] = best.min()  # nobody acts there
        pack.add("best", best.reshape(-1, *grid), bits=8, along=0)
        pack.whole("greedy", values.argmax(axis=-1).reshape(-1, *grid))
    else:
        pack.add("values", values.transpose(0, 2, 1), bits=8, along=0)
    return {"most": values.shape[-1]}
