"""Experience that answers: an environment acted in by the learner itself, and a memory of it.

This is the one source whose next sample depends on the current parameters: `draw` needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recall
from paradigms.rl.environments import Environments
from paradigms.rl.exploration import Exploration, Persistence
from paradigms.rl.memory import Memory, Transitions


class Interaction(Recall[Transitions]):
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
        options, self.environments = problem.options, environments
        self.envs, self.n_step = options.envs, options.n_step
        early = min(options.learning_starts, problem.budget // 4)
        warm = max(self.n_step, early // self.envs, 1)
        super().__init__(problem, self.envs, options.updates_per_step, warm)
        self.replicas = len(problem.streams.seeds)
        self.values, self.actions = values, actions
        length, width = max(self.n_step, self.length), environments.see.width
        self.remarks: list[str] = []
        where = problem.device, problem.dtype
        self.exploration = Exploration(problem, self.total)
        self.persistence = Persistence(options.persistence or 1, self.replicas, self.envs)
        gamma, small = problem.each(options.gamma), environments.see.dtype == np.uint8
        self.memory = Memory(self.replicas, self.envs, length, width, *where, gamma, self.n_step, small)

    @property
    def epsilon(self) -> np.ndarray:
        """The share of random actions now, [R]."""
        return np.ones(self.replicas) if self.steps < self.warm else self.exploration.share(self.steps)

    @property
    def choices(self) -> int:
        return self.memory.choices

    def recall(self, chosen: np.ndarray) -> Transitions:
        return self.memory.sample(chosen)

    @torch.no_grad()
    def live(self, parameters: Parameters) -> None:
        """One step in every environment, each written into memory."""
        if self.steps == 0:
            self.environments.start_all()
        before = self._each(self.environments.observation.copy())
        chosen = self._chosen(parameters, before)
        answer = self.environments.step(chosen.ravel().tolist())
        self.persistence.end(self._each(answer.ended)[..., 0])
        rest = np.stack([chosen.ravel(), answer.reward, answer.terminated, answer.ended], axis=1)
        self.memory.write(before, self._each(answer.after), self._each(rest))

    def _chosen(self, parameters: Parameters, before: np.ndarray) -> np.ndarray:
        """Actions [R, E]: the best known, or with chance ε any, which may be kept for some steps."""
        noise, kept = self.random("explore", self.steps, (self.envs, 2)), self.persistence
        greedy = other = (noise[..., 1] * self.actions).astype(int)
        epsilon = self.epsilon
        if epsilon.min() < 1:
            greedy = self.values(parameters, self.problem.tensor(before)).argmax(2).cpu().numpy()
        begun = noise[..., 0] < kept.begins(epsilon)[:, None]
        if kept.longest == 1:
            return np.where(begun, other, greedy)
        return kept.over(greedy, begun, other, self.random("persist", self.steps, (self.envs,)))

    def _each(self, array: np.ndarray) -> np.ndarray:
        return array.reshape(self.replicas, self.envs, -1)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The memory, the counters, and where the environments are."""
        tensors, plain = super().state()
        plain["environments"] = self.environments.state()
        seen = torch.from_numpy(self.environments.observation)
        kept = {"memory": self.memory.rows, "recent": torch.from_numpy(self.memory.recent)}
        if len(self.memory.bytes):
            kept["bytes"] = self.memory.bytes
        kept |= self.persistence.state()
        return {**tensors, **kept, "observation": seen}, plain

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave; the environments play their episodes again up to there."""
        super().restore(tensors, plain)
        self.memory.rows.copy_(tensors["memory"])
        if len(self.memory.bytes):
            self.memory.bytes.copy_(tensors["bytes"])
        self.memory.recent[:] = tensors["recent"].numpy()
        self.persistence.restore(tensors)
        self.memory.written = self.steps
        if self.steps:
            there = tensors["observation"].numpy()
            self.remarks = self._doubts(self.environments.restore(plain["environments"], there))

    def _doubts(self, different: Sequence[int]) -> list[str]:
        """What must be said of environments that do not repeat themselves."""
        if not different:
            return []
        who = sorted({self.problem.streams.seeds[i // self.envs] for i in different})
        return [
            f"{self.problem.options.env} is not deterministic: its episodes, played again with the same "
            f"seeds and actions, came to other observations (replicas {', '.join(map(str, who))}). Training "
            "goes on, but its results are not those of a run that was never interrupted."
        ]
