"""Experience that answers: an environment acted in by the learner itself, and a memory of it.

This is the one source whose next sample depends on the current parameters: `draw` needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import PROBED
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.rl.environments import Environments
from paradigms.rl.memory import Memory, Transitions

AHEAD = 256
"""Draws whose random numbers are made at once."""


class Interaction:
    """ε-greedy play in E environments a replica, and uniform replay of what was seen.

    Every `updates_per_step` draws, each environment takes one step. ε falls from 1 to `epsilon` over
    the share `exploration` of the budget; the first steps, before any update, are all random.
    """

    def __init__(
        self,
        problem: Problem,
        environments: Environments,
        values: Callable[[Parameters, Tensor], Tensor],
        actions: int,
    ) -> None:
        settings, self.problem, self.environments = problem.settings, problem, environments
        self.replicas, self.envs = len(problem.streams.seeds), int(settings["envs"])
        self.values, self.actions = values, actions
        self.batch_size = int(settings["batch_size"])
        self.every = int(settings["updates_per_step"])
        self.gamma, self.n_step = float(settings["gamma"]), int(settings["n_step"])
        self.total = max(1, problem.budget // self.envs)
        self.warm = max(
            self.n_step, min(int(settings["learning_starts"]), problem.budget // 4) // self.envs, 1
        )
        length = max(self.n_step, min(int(settings["memory"]) // self.envs, self.total + 1))
        width = environments.see.width
        self.memory = Memory(self.replicas, self.envs, length, width, problem.device, problem.dtype)
        self.steps, self.draws = 0, 0
        self._noise: dict[str, tuple[int, np.ndarray]] = {}

    @property
    def samples(self) -> int:
        """Environment steps taken by each replica."""
        return self.steps * self.envs

    @property
    def updates(self) -> int:
        """Draws until the budget is spent."""
        return max(1, self.total - self.warm) * self.every

    @property
    def epsilon(self) -> float:
        """The share of random actions now."""
        fallen = self.steps / max(1.0, self.problem.settings["exploration"] * self.total)
        final = float(self.problem.settings["epsilon"])
        return 1.0 if self.steps < self.warm else max(final, 1 + (final - 1) * fallen)

    def draw(self, parameters: Parameters) -> Transitions:
        """Acts when it is time to, then replays a batch."""
        while self.steps < self.warm:
            self._act(parameters)
        if self.draws % self.every == 0:
            self._act(parameters)
        uniform = self._random("replay", self.draws, (self.batch_size,))
        self.draws += 1
        return self._recall(uniform)

    def probe(self, *counter: int) -> Transitions:
        """A batch from memory, to measure on."""
        uniform = self.problem.streams.stack(lambda g: g.random(PROBED), "probe", *counter)
        return self._recall(uniform)

    def _recall(self, uniform: np.ndarray) -> Transitions:
        """The transitions at these places [R, B] of what is in memory, as shares of it."""
        chosen = (uniform * self.memory.choices(self.n_step)).astype(np.int64)
        return self.memory.sample(torch.from_numpy(chosen).to(self.problem.device), self.gamma, self.n_step)

    @torch.no_grad()
    def _act(self, parameters: Parameters) -> None:
        if self.steps == 0:
            self.environments.start_all()
        noise = self._random("explore", self.steps, (self.envs, 2))
        chosen = (noise[..., 1] * self.actions).astype(int)  # [R, E]
        before = self._tensor(self.environments.observation)
        if self.epsilon < 1:
            greedy = self.values(parameters, before).argmax(2).cpu().numpy()
            chosen = np.where(noise[..., 0] < self.epsilon, chosen, greedy)
        answer = self.environments.step(chosen.ravel().tolist())
        rest = np.stack([chosen.ravel(), answer.reward, answer.terminated, answer.ended], axis=1)
        self.memory.write(before, self._tensor(answer.after), self._tensor(rest))
        self.steps += 1

    def _tensor(self, array: np.ndarray) -> Tensor:
        return self.problem.tensor(array.reshape(self.replicas, self.envs, -1).copy())

    def _random(self, purpose: str, number: int, shape: tuple[int, ...]) -> np.ndarray:
        """Uniform numbers [R, *shape] for draw `number`, made AHEAD draws at a time."""
        block, position = divmod(number, AHEAD)
        if self._noise.get(purpose, (-1,))[0] != block:
            drawn = self.problem.streams.stack(lambda g: g.random((AHEAD, *shape)), purpose, block)
            self._noise[purpose] = (block, drawn)
        return self._noise[purpose][1][:, position]

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The memory, the counters, and where the environments are."""
        plain = {"steps": self.steps, "draws": self.draws, "environments": self.environments.state()}
        return {"memory": self.memory.rows}, plain

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave; the environments play their episodes again up to there."""
        self.memory.rows.copy_(tensors["memory"])
        self.steps, self.draws = int(plain["steps"]), int(plain["draws"])
        self.memory.written = self.steps
        if self.steps:
            self.environments.restore(plain["environments"])
