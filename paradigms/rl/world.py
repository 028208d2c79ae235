"""All that is known of an environment before it is played, from one look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from paradigms.rl import observed
from paradigms.rl.faults import shut
from paradigms.rl.layers import limit
from paradigms.rl.making import Made, distinct, make, title
from paradigms.rl.native import standard
from paradigms.rl.observed import Index, Vector
from paradigms.rl.optimum import Best, best_return
from paradigms.rl.terrain import terrain

EPISODES, LOOKS = 100, 5
"""Episodes of the test score and of the baseline; of each validation, at most."""


def episodes(asked: int) -> dict[str, int]:
    """How many episodes of a replica each score is the mean of."""
    return {"validation": min(LOOKS, asked), "test": asked, "baseline": asked}


NOBODY_KNOWS = Best()
LIMIT = 1000
"""Longest episode where neither the environment nor the person sets one."""


@dataclass(frozen=True, eq=False)
class World:
    """An environment's name, what is observed and done in it, and how long an episode lasts at most.

    `declared` says whether anybody set that limit; None where only a saved agent tells of it. `middle` and
    `reach` say of every observed number the middle and half-width of its declared range. With `together` all
    copies take a step in one call. `ground` says of the states on a `grid` what can be stood on (`terrain`).
    """

    name: str
    see: Vector | Index
    actions: int
    first_action: int
    limit: int
    declared: bool | None
    middle: np.ndarray
    reach: np.ndarray
    best: Best = NOBODY_KNOWS
    grid: tuple[int, int] | None = None
    together: bool = False
    ground: str | None = None

    @classmethod
    def of(cls, made: Made, asked: int | None = None) -> World:
        """What one copy shows; another is made beside it, to see whether it is another.

        Raises:
            UsageError: it cannot be made, or not be played.
            Failed: its own code raised.
        """
        env, other = make(made, asked), make(made, asked)
        try:
            distinct(title(made), [env, other])
            space, actions, longest = env.observation_space, env.action_space, limit(env)
            see = observed.observing(space)
            best, together = best_return(env, not callable(made)), standard(env)
            grid = _grid(env.unwrapped, see.inputs)
            ground = None if grid is None else terrain(env.unwrapped, see.inputs)
        finally:
            for one in (env, other):
                shut(one)
        return cls(
            title(made), see, int(actions.n), int(actions.start), longest or LIMIT,  # type: ignore[attr-defined]
            longest is not None, *observed.bounds(space), best, grid, together, ground,
        )  # fmt: skip

    @property
    def visited(self) -> bool:
        """Whether the environment itself was looked at."""
        return self.declared is not None

    def like(self, other: World) -> bool:
        """Whether who can play one can play the other."""
        mine, its = ((w.see.to_json(), w.actions, w.first_action) for w in (self, other))
        return mine == its

    def words(self) -> str:
        """What it gives to see."""
        if isinstance(self.see, Index):
            return f"has states {self.see.first} to {self.see.first + self.see.inputs - 1}"
        return f"gives shape {self.see.shape}" if len(self.see.shape) > 1 else f"gives {self.see.width}"

    @property
    def notes(self) -> list[str]:
        """What a person should know of it."""
        said = [f"{self.name}: {self.best.note}"] if self.best.note else []
        if self.declared is False:
            said.append(f"{self.name} sets no limit: episodes are cut after {self.limit:,} steps (--limit).")
        return said

    def to_json(self) -> dict[str, Any]:
        """What answers need of it, as `from_json` reads it back."""
        return {
            "name": self.name,
            "observation": self.see.to_json(),
            "actions": [self.actions, self.first_action],
            "middle": _short(self.middle),
            "reach": _short(self.reach),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> World:
        """The environment of a saved agent, that can be answered and not be played."""
        see = observed.seeing(kept["observation"])
        middle, reach = (np.array(kept[name], float) for name in ("middle", "reach"))
        actions, first = kept["actions"]
        return cls(str(kept["name"]), see, int(actions), int(first), LIMIT, None, middle, reach)


def _grid(base: Any, states: int) -> tuple[int, int] | None:
    """How numbered states lie, where the environment says so."""
    shape = getattr(base, "shape", None) or getattr(getattr(base, "desc", None), "shape", None)
    if not isinstance(shape, tuple) or len(shape) != 2 or int(np.prod(shape)) != states:
        return None
    return int(shape[0]), int(shape[1])


def _short(numbers: np.ndarray) -> list[float]:
    """One number where all are the same."""
    different = np.unique(numbers)
    return [float(one) for one in (different if len(different) == 1 else numbers)]
