"""CartPole, all copies in one call of Gymnasium's own vector environment, every episode with its own seed.

Gymnasium draws all resets of that environment from one generator and resets a step late. Here its
physics alone is used: an episode starts where the scalar environment starts with the episode's seed, so
every copy goes through the same states, to the bit, as it would alone. 80 copies take a step in 0.06 ms
instead of 1.3 ms, and evaluation plays more steps than training.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs.classic_control.cartpole import CartPoleEnv, CartPoleVectorEnv
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, TimeLimit

from paradigms.rl.environments import Environments, Step

HARMLESS = (OrderEnforcing, PassiveEnvChecker, TimeLimit)
"""Wrappers that do nothing which is not done here."""


def together(
    create: Callable[[], gymnasium.Env[Any, Any]],
    n: int,
    seed: Callable[[int, int], int],
    owner: Callable[[int], str],
) -> Environments:
    """n environments of one kind: stepped in one call where Gymnasium can, else one after another."""
    first = create()
    if _is_cartpole(first):
        return CartPoles(first, n, seed, owner)
    return Environments([first, *(create() for _ in range(n - 1))], seed, owner)


def _is_cartpole(env: gymnasium.Env[Any, Any]) -> bool:
    """Whether this is CartPole as Gymnasium makes it, with a time limit and nothing else around it."""
    limit, made = env.spec and env.spec.max_episode_steps, not (env.spec and env.spec.kwargs)
    while isinstance(env, HARMLESS):
        env = env.env
    return type(env) is CartPoleEnv and bool(limit) and made


class CartPoles(Environments):
    """n carts with their poles; the one scalar environment gives each episode its start."""

    def __init__(
        self,
        one: gymnasium.Env[Any, Any],
        n: int,
        seed: Callable[[int, int], int],
        owner: Callable[[int], str] = lambda i: f"copy {i}",
    ) -> None:
        super().__init__([one] * n, seed, owner)
        assert one.spec is not None
        self.physics = CartPoleVectorEnv(num_envs=n, max_episode_steps=int(one.spec.max_episode_steps or 0))
        self.physics.reset(seed=0)  # only to have a state: `start` overwrites every copy's

    def start(self, i: int) -> None:
        super().start(i)
        self.physics.state[:, i] = self.copies[i].unwrapped.state  # type: ignore[attr-defined,index]
        self.physics.steps[i] = 0

    def act(self, i: int, action: int) -> tuple[np.ndarray, float, bool, bool]:
        taken = self.some([i], [action])
        return taken.after[0], float(taken.reward[0]), bool(taken.terminated[0]), bool(taken.ended[0])

    def some(self, which: Sequence[int], actions: Sequence[int]) -> Step:
        """The others stay where they are."""
        physics, others, place = self.physics, np.ones(len(self), bool), np.asarray(which)
        full = np.zeros(len(self), np.int64)
        full[place], others[place] = actions, False
        state, steps = physics.state, physics.steps.copy()
        physics.prev_done[:] = False  # it would reset those that ended; here they have been
        seen, reward, terminated, truncated, _ = physics.step(full)
        physics.state[:, others] = state[:, others]  # type: ignore[index]
        physics.steps[others] = steps[others]
        self.earned[place] += reward[place]
        for i, action in zip(which, actions, strict=True):
            self.actions[i].append(action)
        return Step(seen[place], reward[place], terminated[place], (terminated | truncated)[place])

    def close(self) -> None:
        self.copies[0].close()
        self.physics.close()
